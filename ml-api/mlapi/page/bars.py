"""Histograms: from edges and counts to rectangles."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from mlapi.page.axis import Axis

THINNEST = 0.01  # Of the axis: a bin that holds a single value must still be seen.


@dataclass(frozen=True)
class Bar:
    """A rectangle with its foot at y + height."""

    x: float
    y: float
    width: float
    height: float
    count: int


def bars(edges: Sequence[float], counts: Sequence[int], axis: Axis, foot: float, tall: float) -> list[Bar]:
    """Return one bar per bin, its area in proportion to its count and the highest one `tall` high."""
    least = (axis.high - axis.low) * THINNEST
    widths = [max(high - low, least) for low, high in pairwise(edges)]
    densities = [count / width for count, width in zip(counts, widths, strict=True)]
    top = max(densities, default=0) or 1
    return [
        _bar(axis(low), axis(low + width), foot, tall * density / top, count)
        for low, width, density, count in zip(edges[:-1], widths, densities, counts, strict=True)
    ]


def counted(values: Sequence[float], low: float, high: float, bins: int) -> tuple[list[float], list[int]]:
    """Return the edges of equal bins and how many values each holds."""
    width = (high - low) / bins
    counts = [0] * bins
    for value in values:
        counts[min(int((value - low) / width), bins - 1)] += 1
    return [low + width * at for at in range(bins + 1)], counts


def _bar(left: float, right: float, foot: float, height: float, count: int) -> Bar:
    return Bar(left, round(foot - height, 2), round(right - left, 2), round(height, 2), count)
