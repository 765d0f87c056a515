"""Schemathesis against both deployments, each behind its real server, from its own description: `make fuzz`.

    python -m tests.hostile.fuzz --cases 10000 [--seed 1]

Every check of Schemathesis holds, but for what schemathesis.toml excepts with a reason. A failure comes with
the command that repeats it, and the seed repeats all.
"""

import signal
import sys
from pathlib import Path

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C while it loads ends it without a word.
    sys.path += [str(Path(__file__).parents[2] / folder) for folder in ("ml-api", "monitoring")]

import json
import re
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from math import ceil
from random import randrange
from tempfile import TemporaryDirectory

from tests.hostile.serving import ROOT, serve
from tools.arguments import Parser, integer, whole
from tools.terminal import finish

CONFIG = Path(__file__).with_name("schemathesis.toml")


KEY = "a-key-of-this-run-alone"
KEYS = {
    "API_KEYS": f"fuzz:{sha256(KEY.encode()).hexdigest()}",
    "RATE_LIMIT": "9000000/minute",
    "TRUST_PROXY": "1",
}
"""With them predictions ask for the key, and every answer tells of limits that no run reaches."""


@dataclass(frozen=True)
class Target:
    """What is tried: a name for people, an address, and what every request carries."""

    name: str
    address: str
    header: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def served() -> Iterator[list[Target]]:
    """Serve both deployments, and the API once more with keys and limits."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        open_to_all = {"RECEIPT_SECRET": "a-secret-of-this-run-alone", "API_KEYS": "", "RATE_LIMIT": ""}
        api, keyed = (
            stack.enter_context(serve(ROOT / "ml-api", folder / name, **open_to_all | more)).url
            for name, more in (("api", {}), ("keyed", KEYS))
        )
        watching = stack.enter_context(serve(ROOT / "monitoring", folder / "monitor", MAIN_API_URL=api)).url
        asks = {"Authorization": f"Bearer {KEY}"}
        yield [Target("ml-api", api), Target("monitoring", watching), Target("ml-api with keys", keyed, asks)]


def operations(description: str) -> int:
    """Return how many operations a description has."""
    with urllib.request.urlopen(description, timeout=30) as answer:
        return sum(map(len, json.load(answer)["paths"].values()))


def fuzz(target: Target, cases: int, seed: int) -> bool:
    """Try a deployment, at least as often as told; tell whether nothing was found."""
    description = f"{target.address}/api/openapi.json"
    each = ceil(cases / operations(description))
    tried, well = 0, True
    # An address with little to ask has fewer cases than it may, so that one round may not be enough.
    while well and tried < cases:
        print(f"\n{target.name}: {tried:,} of {cases:,} cases, seed {seed}", flush=True)
        made, well = one_round(description, each, seed, target.header)
        tried, seed = tried + made, seed + 1
    print(f"\n{target.name}: {tried:,} cases, {'nothing' if well else 'something'} was found.", flush=True)
    return well


def one_round(description: str, each: int, seed: int, header: Mapping[str, str]) -> tuple[int, bool]:
    """Run Schemathesis; return how many cases it made, and whether all passed."""
    run = [
        *(sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG), "run", description),
        *("--phases", "examples,coverage,fuzzing", "--continue-on-failure"),
        *("--max-examples", str(each), "--seed", str(seed), "--warnings", "off"),
        *("--suppress-health-check", "all"),
        *(part for name, value in header.items() for part in ("--header", f"{name}: {value}")),
    ]
    made = 0
    with subprocess.Popen(run, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout
        for line in running.stdout:
            print(line, end="", flush=True)
            found = re.search(r"([0-9]+) generated", line)
            made = int(found[1]) if found else made
    if not made:
        raise SystemExit("Schemathesis did not say how many cases it made.")
    return made, running.returncode == 0


def main(arguments: list[str] | None = None) -> int:
    """Return 0 where nothing was found in either deployment."""
    parser = Parser(
        prog="python -m tests.hostile.fuzz",
        description="Try both deployments, each behind its real server, with requests made up from its own "
        "description. Exit code 1 where a check of Schemathesis fails.",
        example="make fuzz CASES=10000 SEED=1",
    )
    parser.add_argument(
        "--cases",
        metavar="N",
        type=whole,
        default=10_000,
        help="as many for each deployment (10000)",
    )
    parser.add_argument(
        "--seed", metavar="N", type=integer(0, 10**9), help="that of a round to repeat (a random one)"
    )
    told = parser.parse_args(arguments)
    seed = randrange(10**9) if told.seed is None else told.seed
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # So that no server outlives this.
    with served() as targets:
        well = [fuzz(target, told.cases, seed) for target in targets]
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(finish(main))
