"""Calls of each caller in each window of time: in this process, for where there is no shared store.

A window is fixed: it begins and ends by the clock, at another moment for each caller, so that not all come
back at once. That needs one number per caller, and an answer can say exactly when the next window begins.
"""

from collections.abc import Sequence
from threading import Lock
from typing import NamedTuple, Protocol
from zlib import crc32

from mlapi.access.limits import Limit
from mlapi.counters.forked import begin_anew_in_children

MOST = 10_000  # Counts that are kept, one per caller and limit; of more, the oldest windows are forgotten.


class Window(NamedTuple):
    """A caller's present window under a limit."""

    limit: Limit
    caller: str
    number: int
    left: float
    """Seconds until the next one begins."""


def window(limit: Limit, caller: str, now: float) -> Window:
    """Return the window in which a moment is; all instances agree on it as far as their clocks do."""
    shifted = now + crc32(caller.encode()) % limit.seconds
    number, passed = divmod(shifted, limit.seconds)
    return Window(limit, caller, int(number), limit.seconds - passed)


class Windows(Protocol):
    """Counts calls in windows."""

    def hit(self, windows: Sequence[Window]) -> Sequence[int]:
        """Count a call in each, and return how many each has now."""


class MemoryWindows:
    """The counts of this process."""

    def __init__(self) -> None:
        self.begin()
        begin_anew_in_children(self)

    def begin(self) -> None:
        """Begin with nothing counted, with a lock that nobody holds."""
        self._lock = Lock()
        self._counts: dict[tuple[Limit, str], tuple[int, int]] = {}

    def hit(self, windows: Sequence[Window]) -> list[int]:
        """Count a call in each, and return how many each has now."""
        with self._lock:
            return [self._hit(each) for each in windows]

    def _hit(self, each: Window) -> int:
        key = (each.limit, each.caller)
        number, count = self._counts.get(key, (None, 0))
        if number == each.number:
            self._counts[key] = (number, count + 1)
            return count + 1
        self._counts.pop(key, None)  # Taken out, it goes in again as the newest.
        self._counts[key] = (each.number, 1)
        if len(self._counts) > MOST:
            del self._counts[next(iter(self._counts))]
        return 1
