"""The memory of a store that failed a moment ago, so that no request waits for it again."""

from collections.abc import Callable
from threading import Lock

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0


class Breaker:
    """Closed while the store answers; open after a failure, until a trial succeeds.

    Requests only look at `closed`. Trials are made apart from them: one at a time, after a pause that every
    failed trial doubles.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.reset()

    def reset(self) -> None:
        """Begin anew, with a lock that nobody holds, as a forked child must."""
        self._lock = Lock()
        self._trying = False
        self._pause = FIRST_PAUSE
        self._until = 0.0
        self.closed = True

    def failed(self) -> None:
        """Open, or after a trial begin a pause twice as long."""
        with self._lock:  # A call that began before it opened may report late: that changes nothing.
            if self.closed or self._trying:
                self._open(FIRST_PAUSE if self.closed else min(2 * self._pause, LONGEST_PAUSE))

    def succeeded(self) -> None:
        """Close."""
        with self._lock:
            self.closed, self._trying = True, False

    def begin_trial(self) -> bool:
        """Tell whether the caller may try now; then it must say how that went."""
        with self._lock:
            if self.closed or self._trying or self._monotonic() < self._until:
                return False
            self._trying = True
            return True

    def _open(self, pause: float) -> None:
        self.closed = self._trying = False
        self._pause = pause
        self._until = self._monotonic() + pause
