"""A long run of faults under load: `python -m tests.chaos.soak --minutes 30`; `make soak` does it."""

import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while it loads ends it without a word.
    sys.path += [str(Path(__file__).parents[2] / folder) for folder in ("ml-api", "monitoring")]

import argparse
import random
from collections.abc import Sequence
from tempfile import TemporaryDirectory

from tests.chaos.account import Result
from tests.chaos.faults import possible
from tests.chaos.report import as_json, table
from tests.chaos.run import run
from tests.chaos.schedule import schedule
from tests.chaos.stage import ROOT, staged
from tests.redis_server import FOUND, MISSING
from tools import arguments
from tools.terminal import ToolError, finish

PLACE = ROOT / ".cache" / "soak"


def main(argv: Sequence[str]) -> int:
    """Run, print the table, leave it as JSON; 1 if anything was not as it must be."""
    told = _arguments(argv)
    result, steps = soak(told.minutes * 60, told.rate, told.seed)
    print(f"\n{table(result)}")
    PLACE.mkdir(parents=True, exist_ok=True)
    path = PLACE / f"{told.seed}.json"
    path.write_text(as_json(result, told.seed, steps))
    print(f"Seed {told.seed}; all of it is in {path.relative_to(ROOT)}.")
    return 1 if result.faults else 0


def soak(seconds: float, rate: float, seed: int) -> tuple[Result, list[str]]:
    """Run for so long, and return what came of it with the schedule, which is printed first."""
    if not FOUND:
        raise ToolError(MISSING)
    with TemporaryDirectory() as folder, staged(Path(folder)) as stage:
        steps = schedule(seed, seconds, sorted(possible(stage)))
        lines = [str(step) for step in steps]
        print(f"Seed {seed}, {rate:g} requests a second, {len(steps)} faults:", *lines, sep="\n", flush=True)
        return run(stage, steps, seconds, rate, seed, lambda said: print(said, flush=True)), lines


def _arguments(argv: Sequence[str]) -> argparse.Namespace:
    parser = arguments.Parser(
        prog="python -m tests.chaos.soak",
        description="Put both deployments under load while servers, disk, clock and network fail, and count "
        "whether anything was lost. Exit code 1 where a promise was broken.",
        example="make soak MINUTES=30 RATE=200 SEED=1",
    )
    parser.add_argument(
        "--minutes", metavar="N", type=arguments.above_zero, default=30.0, help="how long (30)"
    )
    parser.add_argument(
        "--rate", metavar="N", type=arguments.above_zero, default=200.0, help="requests a second (200)"
    )
    parser.add_argument(
        "--seed",
        type=arguments.integer(0, 10**9),
        metavar="N",
        default=random.randrange(10**6),
        help="seed of the schedule; a random one unless told",
    )
    return parser.parse_args(argv)


if __name__ == "__main__":
    raise SystemExit(finish(lambda: main(sys.argv[1:])))
