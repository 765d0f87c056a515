"""Writes ../rendered/*.json from the code: `make dashboards`."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import json
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from observability.grafana.dashboards import api, model, pipeline, system
from tools.arguments import Parser
from tools.terminal import finish

RENDERED = Path(__file__).resolve().parent.parent / "rendered"
DASHBOARDS = {
    "api.json": api.dashboard,
    "model.json": model.dashboard,
    "pipeline.json": pipeline.dashboard,
    "system.json": system.dashboard,
}


def texts() -> dict[str, str]:
    """Return what each file must hold, by its name."""
    return {
        name: json.dumps(made(), cls=JSONEncoder, indent=1, sort_keys=True) + "\n"
        for name, made in DASHBOARDS.items()
    }


def main() -> int:
    """Write every dashboard, and nothing else."""
    folder = _parser().parse_args().out
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts().items():
        (folder / name).write_text(text)
        print(folder / name)
    return 0


def _parser() -> Parser:
    parser = Parser(
        prog="python -m observability.grafana.dashboards.render",
        description="Write Grafana's dashboards from their code.",
        example="python -m observability.grafana.dashboards.render --out my-dashboards",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=RENDERED,
        help="the folder (observability/grafana/rendered)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(finish(main))
