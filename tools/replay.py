"""Plays a table through the API at its own pace, and exposes what came back to Prometheus."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import time
from argparse import Namespace
from contextlib import suppress
from pathlib import Path

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import arguments, card, terminal
from tools.client import Client
from tools.progress import Live, Plain, open_progress
from tools.replaying import run, table
from tools.replaying.app import app
from tools.replaying.feedback import Feedback
from tools.replaying.metrics import Metrics
from tools.replaying.patience import Patience
from tools.replaying.player import Player
from tools.replaying.tally import Tally
from tools.serving import served
from tools.settings import ASKS_FOR_KEY, api_key_from_process
from tools.terminal import counted

EXAMPLE = "python tools/replay.py --csv rows.csv --model house-price --port 8010 --every 5"


def main() -> int:
    """Return 0 where every row was answered and every true value taken."""
    options = _parser().parse_args()
    key = api_key_from_process()
    lines = table.read(options.csv)
    metrics = Metrics()
    with (
        served(app(metrics), options.port) as address,
        Client(options.url, {"User-Agent": "tandem-replay"}, key=key, watch=metrics.called) as client,
    ):
        found = card.fetch(client, options.model)
        fitted = table.fit(lines, found, options.ignore)
        print(
            f"Replaying {counted(len(fitted.rows), 'row')} to {found.name} {found.version} at {options.url}; "
            f"metrics at {address}/metrics",
            flush=True,
        )
        return _replay(options, client, found, fitted, metrics)


def _replay(
    options: Namespace, client: Client, found: card.Card, fitted: table.Table, metrics: Metrics
) -> int:
    tally = Tally(metrics)
    pace = run.Pace(options.batch, options.every, options.loop)
    try:
        with open_progress(None if options.loop else len(fitted.rows)) as shown:
            player = _player(options, client, found, fitted, tally, shown)
            run.run(player, pace, shown)
    except KeyboardInterrupt:
        tally.note("stopped before its end")
    finally:
        print("\n".join(tally.summary(found)), flush=True)
    _linger(options.linger)
    return 1 if tally.errors else 0


def _player(
    options: Namespace,
    client: Client,
    found: card.Card,
    fitted: table.Table,
    tally: Tally,
    shown: Plain | Live,
) -> Player:
    patience = Patience(options.patience, time.monotonic, time.sleep, shown.say)
    feedback = Feedback(client, patience, tally, wanted=fitted.knows_truth)
    return Player(client, found, fitted, patience, tally, feedback)


def _linger(seconds: float) -> None:
    """Keep the last values where a scraper can see them."""
    with suppress(KeyboardInterrupt):
        time.sleep(seconds)


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Play a table through POST /api/predict at its own pace; 127.0.0.1:PORT/metrics tells "
        "Prometheus what came back. Where a column is the model's target, it goes back as feedback. "
        + ASKS_FOR_KEY,
        example=EXAMPLE,
    )
    parser.add_argument("--csv", type=Path, required=True, help="table with a header line")
    parser.add_argument(
        "--url", type=arguments.base_url, default=arguments.DEFAULT_URL, help="the API (%(default)s)"
    )
    parser.add_argument("--model", help="model to ask; without it the API's default model")
    parser.add_argument("--port", type=arguments.port, default=8010, help="where /metrics is (%(default)s)")
    parser.add_argument(
        "--every",
        type=arguments.seconds,
        default=5.0,
        help="seconds from call to call, 0: none (%(default)g)",
    )
    parser.add_argument("--batch", type=arguments.whole, default=1, help="rows in a call (%(default)s)")
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="COLUMN", help="column to leave out; more than once"
    )
    parser.add_argument("--loop", action="store_true", help="start again at the end, until Ctrl-C")
    parser.add_argument(
        "--linger", type=arguments.seconds, default=0.0, help="seconds to go on with /metrics at the end (0)"
    )
    parser.add_argument(
        "--patience",
        type=arguments.seconds,
        default=600.0,
        help="seconds to go on with one call while the API is away or busy (%(default)g)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
