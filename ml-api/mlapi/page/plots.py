"""The card's drawings of out-of-fold answers: geometry alone, the templates write the SVG."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

from mlapi.intervals import Interval, factors
from mlapi.page.axis import Axis, round_step, spanning
from mlapi.page.bars import Bar, bars, counted

WIDTH, HEIGHT = 360.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 348.0, 12.0, 256.0
TARGET_BINS = 24  # At most: whole numbers need bins of whole width, or some stay empty.

Plots = Mapping[str, Any]
Place = tuple[float, float]


@dataclass(frozen=True)
class Scatter:
    """Predicted against true values with the diagonal and the interval's band around it."""

    x: Axis
    y: Axis
    points: list[Place]
    band: str


@dataclass(frozen=True)
class Histogram:
    """Bars over an axis, with marks at named values; divided: of ratios, and not of differences."""

    x: Axis
    bars: list[Bar]
    marks: list[float]
    divided: bool = False


@dataclass(frozen=True)
class CalibrationPoint:
    """A bin of answers: how sure they were, how many were right, and Wilson's 95% interval of that."""

    x: float
    y: float
    low: float
    high: float
    radius: float
    rows: int


@dataclass(frozen=True)
class Calibration:
    """How often answers are right against how sure they are."""

    x: Axis
    y: Axis
    points: list[CalibrationPoint]


def scatter(plots: Plots, interval: Interval) -> Scatter:
    """Return predicted (up) against true (right) on equal axes."""
    values = [value for pair in plots["predicted"] for value in pair]
    x, y = spanning(values, LEFT, RIGHT), spanning(values, BOTTOM, TOP)
    points = [(x(true), y(predicted)) for true, predicted in plots["predicted"]]
    by = factors(interval)
    band = _band(x, y, interval["quantile"]) if by is None else _wedge(x, y, *by)
    return Scatter(x, y, points, band)


def errors(plots: Plots, interval: Interval) -> Histogram:
    """Return the histogram of truth minus (or divided by) prediction, marked where the interval ends."""
    edges, counts = plots["residuals"]["edges"], plots["residuals"]["counts"]
    by, reach = factors(interval), interval["quantile"]
    marks = [-reach, 0.0, reach] if by is None else [by[0], 1.0, by[1]]
    x = spanning([*edges, *marks], LEFT, RIGHT)
    drawn = bars(edges, counts, x, BOTTOM, BOTTOM - TOP)
    return Histogram(x, drawn, [x(mark) for mark in marks], divided=by is not None)


def target(plots: Plots) -> Histogram:
    """Return how the true values are spread: the ground that an answer is drawn on."""
    values = [true for true, _ in plots["predicted"]]
    x = spanning(values, 14, WIDTH - 14)
    bins = round((x.high - x.low) / round_step((x.high - x.low) / TARGET_BINS))
    edges, counts = counted(values, x.low, x.high, bins)
    return Histogram(x, bars(edges, counts, x, 56, 48), [])


def calibration(plots: Plots) -> Calibration | None:
    """Return the calibration plot, or None for a model without probabilities."""
    bins = plots.get("calibration")
    if not bins:
        return None
    lowest = min(min(found["predicted"], found["observed"]) for found in bins)
    floor = min(int(lowest * 10) / 10, 0.9)
    x, y = Axis(floor, 1, LEFT, RIGHT), Axis(floor, 1, BOTTOM, TOP)
    most = max(found["rows"] for found in bins)
    return Calibration(x, y, [_calibrated(found, x, y, most) for found in bins])


def wilson(share: float, rows: int) -> tuple[float, float]:
    """Return the 95% interval of a share that was seen in so many rows (Wilson 1927)."""
    z = 1.959964
    middle = (share + z * z / (2 * rows)) / (1 + z * z / rows)
    reach = z / (1 + z * z / rows) * sqrt(share * (1 - share) / rows + z * z / (4 * rows * rows))
    return max(0.0, middle - reach), min(1.0, middle + reach)


def _calibrated(found: Mapping[str, Any], x: Axis, y: Axis, most: int) -> CalibrationPoint:
    low, high = wilson(found["observed"], found["rows"])
    radius = round(3 + 5 * sqrt(found["rows"] / most), 2)
    at = x(found["predicted"]), y(found["observed"])
    return CalibrationPoint(*at, y(low), y(high), radius, found["rows"])


def _wedge(x: Axis, y: Axis, least: float, most: float) -> str:
    """Return the polygon of answers of which the truth is at least and at most so many times as much."""
    corners = [*_ray(x, y, least), *reversed(_ray(x, y, most))]
    return " ".join(f"{px},{py}" for px, py in corners)


def _ray(x: Axis, y: Axis, factor: float) -> list[Place]:
    """Return the line of truth = factor * answer as far as it is in the drawing, and then along its edge."""
    if not factor:
        return [(x(0), y.end), (x.end, y.end)]
    turns = sorted(min(max(true, x.low, 0.0), x.high) for true in (0.0, y.low * factor, y.high * factor))
    return [(x(true), y(true / factor)) for true in [*turns, x.high]]


def _band(x: Axis, y: Axis, reach: float) -> str:
    """Return the polygon of answers that lie within the interval of the truth."""
    upper = [(x(v), y(v + reach)) for v in (x.low, x.high - reach, x.high)]
    lower = [(x(v), y(v - reach)) for v in (x.high, x.low + reach, x.low)]
    return " ".join(f"{px},{py}" for px, py in upper + lower)
