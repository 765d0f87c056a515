"""Tells Prometheus of models and pipelines from the artifacts folder alone; no API is needed."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import time
from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import arguments, terminal
from tools.bundles import ML_API
from tools.bundles.app import app
from tools.bundles.fresh import Fresh
from tools.bundles.status import health
from tools.bundles.system import System
from tools.serving import served

EXAMPLE = "python tools/metrics_server.py --port 8002 --system"


def main() -> int:
    """Serve until Ctrl-C or SIGTERM; return 0."""
    options = _parser().parse_args()
    # Links are followed at each reading: the folder may be exchanged by one.
    artifacts = options.artifacts.absolute()
    others = [System(artifacts.anchor)] if options.system else []
    fresh = Fresh(artifacts)
    with served(app(fresh, *others), options.port) as address:
        found = health(fresh())
        print(f"{address}/metrics  {address}/status  {address}/health", flush=True)
        print(f"{artifacts}: {found['verified']} of {found['listed']} bundles verified", flush=True)
        for reason in found["reasons"].values():
            print(f"broken: {terminal.printable(reason)}", flush=True)
        try:
            while True:
                time.sleep(3600)
        except KeyboardInterrupt:
            print("Stopped.")
    return 0


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Expose what the artifacts folder says of models and pipelines, on 127.0.0.1 alone.",
        example=EXAMPLE,
    )
    parser.add_argument("--port", type=arguments.port, default=8002, help="where to listen (%(default)s)")
    parser.add_argument(
        "--artifacts", type=Path, default=ML_API / "artifacts", help="the folder (ml-api/artifacts)"
    )
    parser.add_argument(
        "--system", action="store_true", help="also how busy this machine is, where no node_exporter tells"
    )
    return parser


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
