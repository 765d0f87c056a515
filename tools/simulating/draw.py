"""Rows drawn from the training data's distribution, as the card's baseline keeps it: feature by feature.

Features are drawn independently of each other: what they have to do with each other is not kept.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from statistics import pstdev
from typing import Any

from tools.card import Card
from tools.simulating.bins import Bin, bins
from tools.terminal import ToolError, printable

FINE = 1_000
"""Steps into which a number's range is rounded, at least."""

SAMPLE = 10_000


@dataclass(frozen=True)
class Numbers:
    """A number: so many rows fall into each bin; the last weight is that of a missing value."""

    name: str
    bins: Sequence[Bin]
    weights: Sequence[float]
    whole: bool
    limits: tuple[float, float]
    shift: float = 0.0

    def draw(self, rng: Random) -> float | int | None:
        """Return a value, or None where it is missing."""
        (at,) = rng.choices(range(len(self.weights)), self.weights)
        if at == len(self.bins):
            return None
        low, high = self.limits
        value = min(max(self._within(at, rng) + self.shift, low), high)
        return round(value) if self.whole else round(value, self._digits())

    def deviation(self) -> float:
        """Return the standard deviation of what is drawn, from a sample that is always the same."""
        rng = Random(0)  # noqa: S311 - a sample, no secret
        found = [value for _ in range(SAMPLE) if (value := self.draw(rng)) is not None]
        return pstdev(found) if found else 0.0

    def _within(self, at: int, rng: Random) -> float:
        found = self.bins[at]
        value = found.draw(rng)
        if not self.whole:
            return value
        last = at == len(self.bins) - 1
        top = math.floor(found.high) if last else math.ceil(found.high) - 1
        first = math.ceil(found.low)
        return max(first, min(math.floor(value), top))

    def _digits(self) -> int:
        width = self.bins[-1].high - self.bins[0].low
        return max(0, -math.floor(math.log10(width / FINE))) if width > 0 else 6


@dataclass(frozen=True)
class Values:
    """A category or boolean; the last weight is that of a missing value."""

    name: str
    values: Sequence[Any]
    weights: Sequence[float]

    def draw(self, rng: Random) -> Any:
        """Return a value, or None where it is missing."""
        return rng.choices([*self.values, None], self.weights)[0]

    def shares(self) -> list[float]:
        """Return the share of each value, then that of a missing one."""
        return [weight / sum(self.weights) for weight in self.weights]


Column = Numbers | Values


def columns(card: Card) -> list[Column]:
    """Return what every feature is drawn from. Raises ToolError where the card doesn't tell."""
    try:
        return [_column(feature, card.baseline[feature["name"]]) for feature in card.features]
    except (KeyError, TypeError, ValueError) as error:
        raise ToolError(f"The card of {card.name} has no baseline that rows could be drawn from.") from error


def _column(feature: dict[str, Any], said: dict[str, Any]) -> Column:
    weights = [float(count) for count in said["counts"]] + [float(said["missing"])]
    if not 0 < sum(weights) < math.inf or min(weights) < 0:
        raise ValueError("nothing to draw from")
    if "values" in said:
        return Values(feature["name"], said["values"], weights)
    return _numbers(feature, [float(edge) for edge in said["edges"]], weights)


def _numbers(feature: dict[str, Any], edges: list[float], weights: list[float]) -> Numbers:
    low, high = float(feature["low"]), float(feature["high"])
    found = bins(edges, low, high) if edges else [Bin(low, high)]
    if len(found) != len(weights) - 1:
        raise ValueError("not as many counts as bins")
    if not all(map(math.isfinite, (low, high, *edges))):
        raise ValueError("a bin without an end")
    hard = feature.get("minimum"), feature.get("maximum")
    limits = (-math.inf if hard[0] is None else hard[0], math.inf if hard[1] is None else hard[1])
    return Numbers(feature["name"], found, weights, feature["kind"] == "integer", limits)


def row(columns: Sequence[Column], rng: Random) -> dict[str, Any]:
    """Return a row; a missing value is null."""
    return {column.name: column.draw(rng) for column in columns}


def shifted(column: Numbers, deviations: float) -> Numbers:
    """Return a number that is moved by so many of its standard deviations, within its hard limits."""
    return replace(column, shift=deviations * column.deviation())


def reshared(column: Values, value: Any, by: float) -> Values:
    """Return a category of which one value's share is larger by `by`, the others' smaller in proportion."""
    shares = column.shares()
    at = list(column.values).index(value)
    wanted = min(max(shares[at] + by, 0.0), 1.0)
    rest = 1 - shares[at]
    if rest == 0 and wanted < 1:
        raise ToolError(f"{printable(column.name)} has no other value than {printable(value)}.")
    scaled = [share * (1 - wanted) / rest if rest else 0.0 for share in shares]
    return replace(column, weights=[*scaled[:at], wanted, *scaled[at + 1 :]])
