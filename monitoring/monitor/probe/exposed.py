"""Prometheus text, of which only what is asked for is parsed."""

import math
from collections.abc import Iterator

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample as Counted

from monitor import shapes
from monitor.probe.faults import Failed

# The parser is written in Python: what it isn't needed for is kept from it, and no line may keep it long.
MOST_LINES = 5_000
_LONGEST_LINE = 2_000


def samples(text: str, names: tuple[str, ...]) -> Iterator[Counted]:
    """Yield the samples of these names. Raises Failed."""
    lines = [line for line in text.split("\n") if line.startswith(names)]
    if len(lines) > MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        raise Failed("too-large", "its metrics are more than can be read")
    try:
        for family in text_string_to_metric_families("\n".join(lines) + "\n"):
            yield from (sample for sample in family.samples if sample.name in names)
    except ValueError as error:
        raise Failed("wrong-shape", "its metrics are no Prometheus text that can be read") from error


def bound(le: str) -> str:
    """Return a bucket's upper bound, spelled in one way. Raises WrongShape."""
    try:
        value = float(le)
    except ValueError as error:
        raise shapes.WrongShape("le", "a number") from error
    if math.isnan(value) or value < 0:
        raise shapes.WrongShape("le", "zero or more")
    return "+Inf" if math.isinf(value) else repr(value)
