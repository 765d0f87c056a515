"""Renders Prometheus's rule files from the table of alerts and the table of recorded series."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)
sys.path.append(str(Path(__file__).resolve().parent.parent / "monitoring"))  # The table is deployed there.

from tools import arguments, terminal
from tools.rules.render import DASHBOARD, RUNBOOKS, Options, files

RULES = Path(__file__).resolve().parent.parent / "observability" / "prometheus" / "rules"
EXAMPLE = "python tools/render_rules.py --dashboard https://my-monitor.vercel.app"


def main() -> int:
    """Write the files and return 0."""
    told = _parser().parse_args()
    options = Options(told.runbooks.rstrip("/"), told.dashboard.rstrip("/"), told.scale, told.shortest)
    told.out.mkdir(parents=True, exist_ok=True)
    for name, text in files(options).items():
        (told.out / name).write_text(text)
        print(told.out / name)
    return 0


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Write Prometheus's rule files from the table of alerts.", example=EXAMPLE
    )
    parser.add_argument(
        "--out", metavar="DIR", type=Path, default=RULES, help="the folder (observability/prometheus/rules)"
    )
    parser.add_argument(
        "--runbooks",
        default=RUNBOOKS,
        metavar="URL",
        help="where docs/runbooks is served (by Prometheus itself: --web.user-assets=docs/runbooks)",
    )
    parser.add_argument(
        "--dashboard", default=DASHBOARD, metavar="URL", help="the monitor's address for people (%(default)s)"
    )
    parser.add_argument(
        "--scale",
        metavar="TIMES",
        type=arguments.above_zero,
        default=1.0,
        help="make every duration so many times as long; 0.01 for a rehearsal (1)",
    )
    parser.add_argument(
        "--shortest",
        metavar="SECONDS",
        type=arguments.seconds,
        default=0.0,
        help="let no range be shorter (0)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
