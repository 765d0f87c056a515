"""Which class is taken for which, as a shaded table."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHADES = 5
MOST_CLASSES = 16  # Beyond that a table can't be read; the mistakes are listed instead.
LISTED = 20


@dataclass(frozen=True)
class Cell:
    """How many rows, and how dark: 0 (none) to SHADES (the whole row of the table)."""

    count: int
    shade: int
    right: bool


@dataclass(frozen=True)
class Confusion:
    """`rows`: a true class with its cells, none where there are too many; `mistakes`: most frequent first."""

    classes: list[str]
    rows: list[tuple[str, list[Cell]]]
    mistakes: list[tuple[str, str, int]]


def confusion(plots: Mapping[str, Any], classes: list[str]) -> Confusion:
    """Return the table of a bundle's `confusion`."""
    matrix = plots["confusion"]
    small = len(classes) <= MOST_CLASSES
    rows = [(name, _cells(at, counts)) for at, (name, counts) in enumerate(zip(classes, matrix, strict=True))]
    return Confusion(classes, rows if small else [], [] if small else _mistakes(matrix, classes))


def _cells(own: int, counts: list[int]) -> list[Cell]:
    total = sum(counts) or 1
    return [Cell(count, _shade(count / total), at == own) for at, count in enumerate(counts)]


def _shade(share: float) -> int:
    return 0 if share == 0 else min(SHADES, 1 + int(share * SHADES))


def _mistakes(matrix: list[list[int]], classes: list[str]) -> list[tuple[str, str, int]]:
    found = [
        (true, taken_for, count)
        for true, counts in zip(classes, matrix, strict=True)
        for taken_for, count in zip(classes, counts, strict=True)
        if count and true != taken_for
    ]
    return sorted(found, key=lambda mistake: -mistake[2])[:LISTED]
