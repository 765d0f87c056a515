"""An axis: where a value stands in a drawing, and which round values to mark."""

from dataclasses import dataclass
from math import ceil, floor, log10

from mlapi.page.numerals import brief


@dataclass(frozen=True)
class Tick:
    """A marked value: its place in the drawing and its text."""

    at: float
    text: str


@dataclass(frozen=True)
class Axis:
    """Maps low..high to start..end, in the units of the drawing."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; one outside the axis stands at its end."""
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(max(share, 0), 1) * (self.end - self.start), 2)

    def ticks(self, about: int = 5) -> list[Tick]:
        """Return about that many round values."""
        step = round_step((self.high - self.low) / about)
        first, last = ceil(self.low / step - 1e-9), floor(self.high / step + 1e-9)
        return [Tick(self(n * step), brief(round(n * step, 12))) for n in range(first, last + 1)]


def spanning(values: list[float], start: float, end: float) -> Axis:
    """Return an axis that holds the values, with round ends."""
    low, high = min(values), max(values)
    if low == high:
        low, high = low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    step = round_step((high - low) / 10)
    return Axis(floor(low / step) * step, ceil(high / step) * step, start, end)


def round_step(size: float) -> float:
    """Return the next of 1, 2 and 5 with any number of zeros."""
    power = 10.0 ** floor(log10(size))
    return next(power * factor for factor in (1, 2, 5, 10) if size <= power * factor * (1 + 1e-9))
