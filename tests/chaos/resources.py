"""Memory and descriptors of processes that live through a whole run, and whether they stay what they are."""

import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import psutil

from tests.chaos.server import Server

PAUSE = 1.0
MOST_POINTS = 300
ROOM_BYTES = 2 << 20
"""What memory may drift by in any run: an arena of the allocator or two."""
SIGMAS = 3.0
ROOM_DESCRIPTORS = 2


@dataclass(frozen=True)
class Sample:
    """At a moment: resident bytes, and open descriptors."""

    at: float
    rss: int
    descriptors: int


@dataclass(frozen=True)
class Drift:
    """How memory went over half a run: its slope, what that adds up to, and the noise around it."""

    slope: float
    drift: float
    noise: float

    @property
    def is_flat(self) -> bool:
        """Tell whether it went up by no more than noise explains."""
        return self.drift <= max(SIGMAS * self.noise, ROOM_BYTES)


class Sampler(threading.Thread):
    """Looks at processes each second."""

    def __init__(self, servers: Sequence[Server]) -> None:
        super().__init__()
        self.samples: dict[str, list[Sample]] = {server.name: [] for server in servers}
        self.gone: set[str] = set()
        self._workers = {server.name: server.worker() for server in servers}
        self._over = threading.Event()

    def run(self) -> None:
        """Look until told to stop."""
        while not self._over.wait(PAUSE):
            for name, worker in self._workers.items():
                try:
                    found = Sample(time.monotonic(), worker.memory_info().rss, worker.num_fds())
                except psutil.Error:
                    self.gone.add(name)
                else:
                    self.samples[name].append(found)

    def stop(self) -> None:
        """End."""
        self._over.set()
        self.join()


def drift(samples: Sequence[Sample]) -> Drift:
    """Return the drift of memory over the second half, by Theil and Sen: the median of all pairs' slopes."""
    half = samples[len(samples) // 2 :]
    half = half[:: max(1, len(half) // MOST_POINTS)]
    slope = statistics.median((b.rss - a.rss) / (b.at - a.at) for a, b in combinations(half, 2))
    middle = statistics.median(each.rss - slope * each.at for each in half)
    off = statistics.median(abs(each.rss - slope * each.at - middle) for each in half)
    return Drift(slope, slope * (half[-1].at - half[0].at), 1.4826 * off)


def descriptors(samples: Sequence[Sample]) -> tuple[int, int]:
    """Return how many are usual in the second fifth of a run, and in the last."""
    fifth = len(samples) // 5
    parts = samples[fifth : 2 * fifth], samples[-fifth:]
    first, last = (round(statistics.median(each.descriptors for each in part)) for part in parts)
    return first, last
