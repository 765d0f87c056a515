"""What a run found, as text for a terminal of 100 columns."""

import textwrap
from collections.abc import Iterator, Sequence

from bench import words
from bench.goals import Verdict, judged
from bench.measures import BESIDES, HEADLINES, Measure
from bench.results import Entry, Results, ratio
from tools.terminal import printable

WIDTH = 100
NAME, VALUE, TIMES = 17, 7, 6
GOAL, LIMIT, MEASURED = 52, 13, 13


def report(results: Results) -> str:
    """Return the table, what did not count, what was measured besides, and the goals."""
    parts = (_table(results), _remarks(results), _besides(results), _goals(judged(results)))
    return "\n\n".join("\n".join(lines) for lines in map(list, parts) if lines)


def _table(results: Results) -> Iterator[str]:
    yield f"Medians of {words.rounds(results)}, and how many times those of tandem they are."
    yield words.machine(results)
    yield ""
    for row in ([each.short for each in HEADLINES], [each.unit for each in HEADLINES]):
        yield (" " * NAME + "".join(f"{text:>{VALUE + TIMES}}" for text in row)).rstrip()
    ours = results.contenders.get("tandem")
    for name, entry in results.measured().items():
        yield f"{name:<{NAME}}" + "".join(_cell(each, entry, ours) for each in HEADLINES).rstrip()


def _cell(measure: Measure, entry: Entry, ours: Entry | None) -> str:
    value = entry.median(measure.key)
    beside = None if ours is None or entry is ours else ratio(value, ours.median(measure.key))
    return f"{measure.shown(value):>{VALUE}}{words.times(beside) if beside else '':>{TIMES}}"


def _remarks(results: Results) -> Iterator[str]:
    for line in words.left_out(results):
        yield from _wrapped(f"left out: {line}")
    for line in words.faults(results):
        yield from _wrapped(f"does not count: {line}")


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(printable(line, 1000), WIDTH, subsequent_indent="    ")


def _besides(results: Results) -> Iterator[str]:
    for each in BESIDES:
        if each.key in results.besides:
            if why := results.besides[each.key].missing:
                yield from _wrapped(f"{each.title}: {why}")
            else:
                yield f"{each.title:<{GOAL}}{words.number(results.once(each.key), each.unit):>{MEASURED}}"


def _goals(verdicts: Sequence[Verdict]) -> Iterator[str]:
    yield f"{'goal':<{GOAL}}{'limit':>{LIMIT}}{'measured':>{MEASURED}}"
    for each in verdicts:
        value = words.measured(each)
        yield f"{each.goal.name:<{GOAL}}{words.limit(each.goal):>{LIMIT}}{value:>{MEASURED}}  {each.state}"
