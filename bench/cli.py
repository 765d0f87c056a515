"""`python -m bench`: measures every contender side by side, shows what was found and keeps it."""

import time
from argparse import ArgumentTypeError, Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench import agree, catalogue, pages, stored
from bench.asking import Unfit
from bench.besides import besides
from bench.contender import Contender, NotAvailable
from bench.contenders import model
from bench.environments import CACHE
from bench.goals import judged
from bench.load import find_wrk
from bench.machine import machine
from bench.measures import MANY
from bench.plan import QUICK, Plan
from bench.reason import reason
from bench.report import report
from bench.results import Entry, Results
from bench.rounds import Task, measured
from tools import arguments
from tools.progress import open_progress
from tools.terminal import ToolError

KEPT = Path(__file__).resolve().parent / "results"
NAME = "latest"
BUSY = 0.25
"""Load average by core, from which on a person should know."""


def main(given: Sequence[str] | None = None) -> int:
    """Return 0, or 1 where --strict was asked for and a goal is not met."""
    options = _parser().parse_args(given)
    if options.what == "readme":
        pages.write(stored.read((options.results or KEPT) / f"{NAME}.json"))
        return 0
    _folder(options).mkdir(parents=True, exist_ok=True)  # Not only after all was measured.
    results = _run(options)
    if _is_whole(options) and (why := results.contenders["tandem"].left_out):
        raise ToolError(f"nothing is kept, since tandem itself took no part: {why}")
    _keep(results, options)
    print(f"\n{report(results)}", flush=True)
    return 1 if options.strict and any(each.state != "met" for each in judged(results)) else 0


def _run(options: Namespace) -> Results:
    begun, wrk, plan = time.monotonic(), find_wrk(), _plan(options)
    found = machine(wrk)
    _warn(found)
    contenders, skipped = _prepared(options.only)
    rows = model.rows(MANY)
    task = Task(rows[:1], rows, _agree, wrk, plan)
    with open_progress(task.steps(len(contenders))) as shown:
        entries = measured(contenders, task, shown)
        once = besides(plan.rounds, shown) if _is_whole(options) else {}
    if all(entry.left_out for entry in entries.values()):
        raise ToolError("no contender took part to the end; the lines above say why")
    return Results(
        date=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        seconds=round(time.monotonic() - begun, 1),
        plan=asdict(plan),
        machine=found,
        contenders={**entries, **skipped},
        besides=once,
    )


def _warn(found: Mapping[str, Any]) -> None:
    """Tell a person whose machine has something else to do."""
    if found["load_before"] > BUSY * found["cores"]:
        busy = f"This machine is busy (load average {found['load_before']:g})"
        print(f"{busy}: the numbers will be noisy.", flush=True)


def _prepared(names: Sequence[str] | None) -> tuple[list[Contender], dict[str, Entry]]:
    """Return the contenders that can take part, and the others with their reasons."""
    ready: list[Contender] = []
    skipped: dict[str, Entry] = {}
    for entry in catalogue.contenders(names):
        print(f"Preparing {entry.name} ...", flush=True)
        try:
            ready.append(entry.prepare())
        except NotAvailable as error:
            why = reason(error)
            print(f"{entry.name} is left out: {why}", flush=True)
            skipped[entry.name] = Entry(title=entry.title, kind=entry.kind, left_out=why)
    return ready, skipped


def _agree(address: str, contender: Contender) -> None:
    try:
        agree.check(address, contender)
    except agree.Disagrees as error:
        raise Unfit(str(error)) from error


def _keep(results: Results, options: Namespace) -> None:
    """Store the results and their picture; the pages show those of a whole run alone."""
    whole, folder = _is_whole(options), _folder(options)
    stored.write(results, folder / f"{NAME}.json")
    from bench.plot import draw  # matplotlib takes a second, which no bad argument should wait for.

    draw(results, folder / f"{NAME}.png")
    if whole and folder == KEPT:
        pages.write(results)
    print(f"Kept in {folder}", flush=True)


def _folder(options: Namespace) -> Path:
    return options.results or (KEPT if _is_whole(options) else CACHE / "results")


def _is_whole(options: Namespace) -> bool:
    """Tell whether all is measured in full, so that the numbers may be shown to others."""
    return not (options.quick or options.only) and _plan(options).rounds >= Plan().rounds


def _plan(options: Namespace) -> Plan:
    plan = QUICK if options.quick else Plan()
    return replace(plan, rounds=options.rounds or plan.rounds)


def _parser() -> arguments.Parser:
    names = ", ".join(each.name for each in catalogue.CATALOGUE)
    parser = arguments.Parser(
        description="Measure this API and other ways to serve the same model side by side: cold start, "
        "latency, throughput, memory, size. What the others need is installed into .cache/bench; then a "
        "whole run takes about a quarter of an hour.",
        example="python -m bench --only tandem,echo,naive --rounds 3",
    )
    parser.add_argument(
        "what",
        nargs="?",
        choices=("run", "readme"),
        default="run",
        help="measure, or only write the pages from what is kept (run)",
    )
    parser.add_argument(
        "--rounds", metavar="N", type=arguments.whole, help=f"how often each is measured ({Plan().rounds})"
    )
    parser.add_argument("--only", type=_names, metavar="NAMES", help=f"of {names} (all)")
    parser.add_argument("--quick", action="store_true", help="one short round, which shows that all works")
    parser.add_argument(
        "--results",
        type=Path,
        metavar="FOLDER",
        help="where results are kept (bench/results; .cache/bench/results for a part)",
    )
    parser.add_argument("--strict", action="store_true", help="exit code 1 unless every goal is met")
    return parser


def _names(text: str) -> list[str]:
    names = [name.strip() for name in text.split(",")]
    try:
        catalogue.contenders(names)
    except ValueError as error:
        raise ArgumentTypeError(str(error)) from error
    return names
