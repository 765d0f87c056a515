"""The rounds of a run: in each, all contenders follow one another, and each begins with another of them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bench.asking import Unfit
from bench.cold import cold_ms
from bench.contender import Contender, Row
from bench.machine import packages, requirements
from bench.plan import Plan
from bench.reason import reason
from bench.results import Entry
from bench.size import installed_mib
from bench.warm import Agree, Questions, checked, visit
from tools.progress import Live, Plain

DIGITS = 3
"""After the point, of what is kept: below that is noise."""


@dataclass
class Tally:
    """What is known of one contender so far."""

    contender: Contender
    asked: Questions | None = None
    rounds: dict[str, list[float]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    left_out: str | None = None

    def add(self, key: str, value: float) -> None:
        """Keep a round's number."""
        self.rounds.setdefault(key, []).append(round(value, DIGITS))

    def entry(self) -> Entry:
        """Return what results keep; of a contender that was left out no number."""
        return Entry(
            title=self.contender.title,
            kind=self.contender.kind,
            rounds={} if self.left_out else self.rounds,
            faults=self.faults,
            left_out=self.left_out,
            packages=packages(self.contender),
            requirements=requirements(self.contender),
        )


Work = Callable[[Tally], None]
T = TypeVar("T")


@dataclass(frozen=True)
class Task:
    """What all contenders are asked; agree: see bench.warm; wrk: the program that makes the load."""

    one: Sequence[Row]
    many: Sequence[Row]
    agree: Agree
    wrk: str
    plan: Plan

    def steps(self, contenders: int) -> int:
        """Return how many steps a run has: a check of each, then two for each round."""
        return contenders * (1 + 2 * self.plan.rounds)


def measured(contenders: Sequence[Contender], task: Task, shown: Plain | Live) -> dict[str, Entry]:
    """Run all rounds; return name -> what was found, for those that were left out too."""
    tallies = [Tally(contender) for contender in contenders]
    for done, (tally, doing, work) in enumerate(steps(tallies, task, shown)):
        shown.show(done, f"{done} of {task.steps(len(tallies))}: {doing} {tally.contender.name}")
        _guarded(tally, work, shown)
    return {tally.contender.name: tally.entry() for tally in tallies}


def steps(tallies: Sequence[Tally], task: Task, shown: Plain | Live) -> Iterator[tuple[Tally, str, Work]]:
    """Yield what is done in its order: with whom, what it is called, and the work."""
    yield from ((tally, "check of", lambda tally: _check(tally, task)) for tally in tallies)
    for number in range(task.plan.rounds):
        title = f"cold round {number + 1},"
        yield from ((tally, title, _cold) for tally in rotated(tallies, number))
    for number in range(task.plan.rounds):
        title = f"warm round {number + 1},"
        work = _warm(task, number + 1, shown)
        yield from ((tally, title, work) for tally in rotated(tallies, number))


def rotated(each: Sequence[T], by: int) -> list[T]:
    """Return a sequence that begins with another element, so that none is always the first."""
    start = by % len(each) if each else 0
    return [*each[start:], *each[:start]]


def _guarded(tally: Tally, work: Work, shown: Plain | Live) -> None:
    """Do a step, unless its contender was left out before; say so when it is now."""
    if tally.left_out is not None:
        return
    try:
        work(tally)
    except Unfit as error:
        tally.left_out = reason(error)
        shown.say(f"{tally.contender.name} is left out: {tally.left_out}")


def _check(tally: Tally, task: Task) -> None:
    tally.asked = checked(tally.contender, task.agree, task.one, task.many)
    if size := installed_mib(tally.contender):
        tally.add("installed_mib", size)


def _cold(tally: Tally) -> None:
    assert tally.asked
    tally.add("cold_ms", cold_ms(tally.contender, tally.asked[0]))


def _warm(task: Task, number: int, shown: Plain | Live) -> Work:
    def work(tally: Tally) -> None:
        def say(fault: str) -> None:
            tally.faults.append(f"round {number}, {fault}")
            shown.say(f"{tally.contender.name}, round {number}: {fault}")

        assert tally.asked
        for key, value in visit(tally.contender, tally.asked, task.plan, task.wrk, say):
            tally.add(key, value)

    return work
