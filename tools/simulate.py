"""Makes demo traffic from a model's own card, and labels it as simulated."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import random
import time
from argparse import ArgumentTypeError, Namespace
from functools import partial
from pathlib import Path
from threading import Event

if not __package__:  # Run as a file, it finds the modules beside it by the root.
    sys.path[0] = str(Path(__file__).resolve().parent.parent)

from tools import arguments, card, terminal
from tools.client import TIMEOUT, Client, NoReply
from tools.progress import open_progress
from tools.settings import ASKS_FOR_KEY, api_key_from_process
from tools.simulating import call, draw, drift, truth
from tools.simulating.tally import Tally
from tools.simulating.traffic import Traffic
from tools.simulating.workers import Workers
from tools.terminal import ToolError

EXAMPLE = (
    "python tools/simulate.py --rate 5 --seconds 60 --batch 100-1000 --drift reading_score=-0.5sd --errors 2%"
)
MOST_WORKERS = 64
MOST_ROWS = 100_000  # In a call; the API takes 4 MB.


def main() -> int:
    """Return 0 where nothing unexpected was answered."""
    options = _parser().parse_args()
    connect = partial(Client, options.url, call.HEADERS, key=api_key_from_process())
    with connect() as client:
        plan = _plan(client, options)
    _announce(options, plan)
    workers = Workers(options.workers, connect, lambda client, number: call.make(client, plan, number))
    tally, begun = Tally(), time.monotonic()
    try:
        _drive(options, workers, tally)
    finally:
        lasted = time.monotonic() - begun
        print("\n".join(tally.summary(options.rate, options.workers, lasted)), flush=True)
    return 1 if tally.failed else 0


def _announce(options: Namespace, plan: call.Plan) -> None:
    print(
        f"Simulated traffic to {plan.card.name} {plan.card.version} at {options.url}: "
        f"{options.rate:g} calls a second for {options.seconds:g} s (seed {plan.seed})",
        flush=True,
    )
    if options.feedback and not plan.feedback.is_set():
        print("The API takes no true values (RECEIPT_SECRET is not set there): none are sent.", flush=True)


def _drive(options: Namespace, workers: Workers, tally: Tally) -> None:
    """Make all calls, or those before Ctrl-C. Raises ToolError where the API lets none in."""
    with open_progress(options.seconds) as shown:
        traffic = Traffic(workers, options.rate, options.seconds, shown, tally=tally)
        try:
            traffic.run(grace=TIMEOUT)
        except KeyboardInterrupt:
            shown.say("Stopped.")
            traffic.settle(grace=0.5)
    workers.stop()


def _plan(client: Client, options: Namespace) -> call.Plan:
    found = card.fetch(client, options.model)
    columns = drift.drifted(draw.columns(found), options.drift)
    seed = random.randrange(1_000_000) if options.seed is None else options.seed  # noqa: S311 - no secret
    feedback = Event()
    if options.feedback and _takes_truths(client):
        truth.expected(found)
        feedback.set()
    return call.Plan(found, columns, options.batch, options.errors, feedback, seed)


def _takes_truths(client: Client) -> bool:
    try:
        return call.takes_truths(client)
    except NoReply as error:
        raise ToolError(f"{client.base} gives no answer: {error}") from error


def _batch(text: str) -> tuple[int, int]:
    """Return the least and the most rows of a call: 1, or 100-1000."""
    least, _, most = text.partition("-")
    found = arguments.whole(least), arguments.whole(most or least)
    if not found[0] <= found[1] <= MOST_ROWS or text.endswith("-"):
        raise ArgumentTypeError(f"{text!r} is no number of rows like 1 or 100-1000, at most {MOST_ROWS:,}")
    return found


def _parser() -> arguments.Parser:
    parser = arguments.Parser(
        description="Make demo traffic from a model's own card: rows like those of its training, "
        "independent feature by feature, in calls that are labelled as simulated. " + ASKS_FOR_KEY,
        example=EXAMPLE,
    )
    url = arguments.DEFAULT_URL
    parser.add_argument("--url", type=arguments.base_url, default=url, help="the API (%(default)s)")
    parser.add_argument("--model", help="model to ask; without it the API's default model")
    parser.add_argument("--rate", type=arguments.above_zero, default=5.0, help="calls a second (%(default)g)")
    parser.add_argument("--seconds", type=arguments.above_zero, default=60.0, help="how long (%(default)g)")
    parser.add_argument("--batch", type=_batch, default=(1, 1), help="rows in a call, 20 or 100-1000 (1)")
    parser.add_argument(
        "--drift",
        type=drift.parse,
        action="append",
        default=[],
        help="FEATURE=-0.5sd moves a number, FEATURE=VALUE:+20%% a category's share; more than once",
    )
    parser.add_argument(
        "--errors", type=arguments.share, default=0.0, help="share of calls with a fault (0%%)"
    )
    parser.add_argument("--feedback", action="store_true", help="send made-up true values back")
    parser.add_argument("--seed", type=int, help="the same number makes the same rows")
    parser.add_argument("--workers", type=_workers, default=16, help="most calls at a time (%(default)s)")
    return parser


def _workers(text: str) -> int:
    if (found := arguments.whole(text)) > MOST_WORKERS:
        raise ArgumentTypeError(f"{text} is more than {MOST_WORKERS}")
    return found


if __name__ == "__main__":
    sys.exit(terminal.finish(main))
