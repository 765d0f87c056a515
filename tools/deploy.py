"""Checks both folders, deploys them to Vercel with its own tool, and asks what is online then."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import terminal
from tools.arguments import Parser, base_url
from tools.deploying import arguments, cli
from tools.deploying.whole import Wish, carry_out
from tools.settings import process_environment

ROOT = Path(__file__).resolve().parent.parent
EXAMPLE = "python tools/deploy.py --api https://my-model.vercel.app"


def main() -> int:
    """Return 0 where all was deployed and answers right, 1 where not."""
    parser = _parser()
    told = parser.parse_args()
    names, env = arguments.folders(parser, told.folders), process_environment()
    if not (told.yes or told.dry_run or sys.stdin.isatty()):
        parser.error("there is no terminal to ask for each command: --yes runs all, --dry-run shows them")
    given = arguments.variables(ROOT, names, told.env_file, env)
    wish = Wish(ROOT, given, told.api, builds=not told.no_build, asks=not told.yes, runs=not told.dry_run)
    return carry_out(wish, cli.find(env), env)


def _parser() -> Parser:
    parser = Parser(
        description="Check, deploy to Vercel, and probe what is online. "
        "Exit codes: 0 online and right, 1 not, 2 wrong usage.",
        example=EXAMPLE,
    )
    arguments.add(parser)
    parser.add_argument(
        "--api",
        type=base_url,
        metavar="URL",
        help="the API's production address, for the monitor (as vercel names it)",
    )
    parser.add_argument("--yes", action="store_true", help="run every command without asking")
    parser.add_argument("--dry-run", action="store_true", help="check, and show the commands; run none")
    return parser


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
