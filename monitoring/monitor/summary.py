"""What slots add up to: uptime, coverage and percentiles of a window."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from monitor.sample import Sample
from monitor.slots import BOUNDS, SIZES, Slot, credited, decoded, table_name

WINDOWS = {"1h": ("5m", 12), "24h": ("5m", 288), "7d": ("1h", 168), "30d": ("1d", 30), "90d": ("1d", 90)}
"""Which slots a window is made of, and how many: the slot of now and those before it."""


@dataclass(frozen=True)
class Window:
    """The slots of a window, oldest first, those of which nothing is known included; times in seconds."""

    name: str
    slot_seconds: int
    start: float
    end: float
    slots: tuple[tuple[int, Slot], ...]  # When a slot starts, and what is known of it.

    @cached_property
    def known_ms(self) -> int:
        """Return how much of the window was watched."""
        return sum(slot.known_ms for _, slot in self.slots)

    @cached_property
    def up_ms(self) -> int:
        """Return for how long the API was up, degraded or not."""
        return sum(slot.up_ms for _, slot in self.slots)

    @property
    def known_seconds(self) -> float:
        """Return `known_ms` in seconds."""
        return self.known_ms / 1000

    @property
    def up_seconds(self) -> float:
        """Return `up_ms` in seconds."""
        return self.up_ms / 1000

    @property
    def uptime(self) -> float | None:
        """Return the share of the known time that was up; None when nothing is known."""
        return self.up_ms / self.known_ms if self.known_ms else None

    @property
    def coverage(self) -> float:
        """Return the share of the window until now that is known."""
        # A clock that was stepped back leaves more known time than has passed.
        return min(1.0, self.known_seconds / (self.end - self.start))

    @cached_property
    def buckets(self) -> Mapping[int, int]:
        """Return the latency buckets of all slots together."""
        total: Counter[int] = Counter()
        for _, slot in self.slots:
            total.update(slot.buckets)
        return total

    def percentile(self, q: float) -> float | None:
        """Return the latency in seconds that a share q of the golden calls did not exceed."""
        return percentile(self.buckets, q)


def window(
    tables: Mapping[str, Mapping[str, str]], name: str, now: float, last: Sample | None, valid_for: float
) -> Window:
    """Return a window that ends now, with the time of which the last sample still speaks."""
    size, count = WINDOWS[name]
    seconds = SIZES[size]
    newest = int(now // seconds)
    table = credited(tables.get(table_name(size), {}), size, last, now, valid_for)
    numbers = range(newest - count + 1, newest + 1)
    slots = tuple((number * seconds, decoded(table.get(str(number)))) for number in numbers)
    return Window(name, seconds, slots[0][0], now, slots)


def percentile(buckets: Mapping[int, int], q: float) -> float | None:
    """Return the nearest-rank percentile in seconds, to within one bucket; None when nothing was counted.

    Inside a bucket latencies are taken as evenly spread on a logarithmic scale; beyond the last bound, the
    answer is that bound.
    """
    rank = max(1, math.ceil(q * sum(buckets.values()) - 1e-9))  # 0.07 * 100 is a little more than 7.
    for position, count in sorted(buckets.items()):
        if rank <= count:
            return _inside(position, rank / count)
        rank -= count
    return None


def _inside(position: int, share: float) -> float:
    low = BOUNDS[position - 1] if position else BOUNDS[0] / 2 ** (1 / 4)
    high = BOUNDS[position]
    return low if math.isinf(high) else low * (high / low) ** share
