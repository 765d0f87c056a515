"""Tells all that can be known before `vercel --prod`: a line for each check, and what to do next."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import terminal
from tools.arguments import Parser
from tools.deploying import arguments, cli, report
from tools.deploying.checks import Asked, findings
from tools.settings import process_environment

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "python tools/deploy_check.py ml-api --env-file production.env"


def main() -> int:
    """Print every finding; return 0 where nothing is at fault, 1 where something is."""
    parser = Parser(
        description="Tell whether the folders are fit to deploy. Exit codes: 0 fit, 1 not, 2 wrong usage.",
        example=EXAMPLE,
    )
    arguments.add(parser)
    told = parser.parse_args()
    names, env = arguments.folders(parser, told.folders), process_environment()
    given = arguments.variables(ROOT, names, told.env_file, env)
    tally = report.show(findings(Asked(ROOT, given, cli.find(env), env, builds=not told.no_build)))
    print(report.summary(tally))
    return 1 if tally["fault"] else 0


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
