"""What a run found, as a table for people and as JSON for programs."""

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from statistics import median
from typing import Any

from tests.chaos.account import Result
from tests.chaos.books import KINDS

KIB, MIB = 2**10, 2**20


def table(result: Result) -> str:
    """Return the table."""
    return "\n".join(_lines(result))


def as_json(result: Result, seed: int, steps: list[str]) -> str:
    """Return everything, with the seed and the schedule to have it again."""
    said = _spelled(result) | {"seed": seed, "schedule": steps}
    return json.dumps(said, indent=1) + "\n"


def _spelled(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _spelled(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, dict):
        return {key: _spelled(each) for key, each in value.items()}
    return [_spelled(each) for each in value] if isinstance(value, list | tuple) else value


def _lines(result: Result) -> Iterator[str]:
    sent = result.sent
    yield (
        f"{result.seconds:.0f} s, {sent['answered']} answers"
        f" ({sent['answered'] / result.seconds:.0f} a second), {sent['wrong']} of them wrong;"
        f" {sent['doubtful']} calls without one, {sent['refused']} refused connections"
    )
    yield ""
    yield from _counts(result)
    yield ""
    yield from _recoveries(result)
    yield ""
    yield from _processes(result)
    yield ""
    yield from (f"FAULT: {fault}" for fault in result.faults)
    yield "No faults." if not result.faults else f"{len(result.faults)} faults."


def _counts(result: Result) -> Iterator[str]:
    yield "store   of        acknowledged   stored  doubtful   late  may be lost"
    for name, kept in result.books.items():
        for kind in KINDS:
            yield (
                f"{name:<8}{kind:<9}{kept.acknowledged[kind]:>13}{result.stored[name][kind]:>9}"
                f"{kept.doubtful[kind]:>10}{kept.late[kind]:>7}{kept.lost[kind]:>13}"
            )
    for name, said in result.stored.items():
        yield f"{name}: {said['late']} requests were answered before they were counted, as the API says"
    for name, (acknowledged, stored) in result.probes.items():
        yield f"{name}: {acknowledged} probes acknowledged, {stored} stored"


def _recoveries(result: Result) -> Iterator[str]:
    yield f"{'fault':<40}{'times':>6}{'median recovery':>17}{'slowest':>10}"
    for fault in sorted({step.fault for step, _ in result.recoveries}):
        took = [seconds for step, seconds in result.recoveries if step.fault == fault]
        yield f"{fault:<40}{len(took):>6}{median(took):>15.1f} s{max(took):>8.1f} s"


def _processes(result: Result) -> Iterator[str]:
    yield f"{'process':<16}{'memory drift':>14}{'slope':>16}{'noise':>12}{'descriptors':>14}"
    for name, found in result.memory.items():
        first, last = result.descriptors[name]
        yield (
            f"{name:<16}{found.drift / MIB:>10.2f} MiB{found.slope * 60 / KIB:>10.0f} KiB/m"
            f"{found.noise / MIB:>8.2f} MiB{f'{first} -> {last}':>14}"
        )
