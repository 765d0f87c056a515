"""The history as raw samples, and what follows from them, worked out the plain way."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from monitor.sample import Sample
from monitor.summary import WINDOWS

DAY = 86400
SLOT_SECONDS = {"5m": 300, "1h": 3600, "1d": DAY}


def ms(instant: float) -> int:
    """Return an instant in milliseconds."""
    return round(instant * 1000)


@dataclass(frozen=True)
class Raw:
    """Samples in order, and when one stops to speak."""

    samples: Sequence[Sample]
    valid_for: float

    def spans(self, start: float, now: float) -> list[tuple[str, int]]:
        """Return (state, ms) of each sample for the part of its time that lies between two instants."""
        times = self._times
        first = max(0, bisect_right(times, start - self.valid_for) - 1)
        found = []
        for number in range(first, bisect_right(times, now)):
            sample = self.samples[number]
            following = times[number + 1] if number + 1 < len(times) else math.inf
            end = min(following, sample["at"] + self.valid_for, now)
            found.append((sample["state"], max(0, ms(end) - max(ms(start), ms(sample["at"])))))
        return found

    def within(self, start: float, now: float) -> Sequence[Sample]:
        """Return the samples taken from one instant to another."""
        return self.samples[bisect_left(self._times, start) : bisect_right(self._times, now)]

    def incidents(self, now: float) -> list[tuple[str, float | None, float | None, float]]:
        """Return (state, start, end, known seconds) of each run of samples in one bad state, newest first."""
        runs: list[list[Sample]] = []
        for sample in self.within(0, now):
            if not runs or runs[-1][0]["state"] != sample["state"]:
                runs.append([])
            runs[-1].append(sample)
        ends = [run[0]["at"] for run in runs[1:]] + [None]
        return [
            (run[0]["state"], self._told(run[0]["at"]), self._told(end), self._known(run, end, now))
            for run, end in reversed(list(zip(runs, ends, strict=False)))
            if run[0]["state"] != "up"
        ]

    @cached_property
    def _times(self) -> list[float]:
        return [sample["at"] for sample in self.samples]

    @staticmethod
    def _told(instant: float | None) -> float | None:
        return None if instant is None else ms(instant) / 1000

    def _known(self, run: list[Sample], end: float | None, now: float) -> float:
        nexts = [sample["at"] for sample in run[1:]] + [now if end is None else end]
        spans = (
            ms(min(following, sample["at"] + self.valid_for)) - ms(sample["at"])
            for sample, following in zip(run, nexts, strict=True)
        )
        return sum(spans) / 1000


def window_start(name: str, now: float) -> int:
    """Return when a window starts."""
    size, count = WINDOWS[name]
    seconds = SLOT_SECONDS[size]
    return (int(now // seconds) - count + 1) * seconds


def nearest_rank(latencies: Sequence[float], q: float) -> float | None:
    """Return the smallest latency that a share q of all does not exceed."""
    ordered = sorted(latencies)
    enough = (value for number, value in enumerate(ordered, start=1) if number >= q * len(ordered) - 1e-9)
    return next(enough, None)
