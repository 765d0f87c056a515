"""Answers for a server that failed a moment ago, so that a request with several calls waits for it once."""

from collections.abc import Callable
from threading import Lock

from monitor.store import StoreError

PAUSE_SECONDS = 2.0
TRIAL_SECONDS = 1.0  # Longer than a call can take.


class Breaker:
    """Lets everybody in, or after a failure nobody for a while, and then one to try."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = Lock()
        self._until = 0.0
        self._says: str | None = None

    def check(self) -> None:
        """Let the caller in, after a pause only one at a time. Raises StoreError."""
        with self._lock:
            if self._says is None:
                return
            now = self._monotonic()
            if now < self._until:
                raise StoreError(self._says)
            self._until = now + TRIAL_SECONDS

    def failed(self, says: str) -> None:
        """Begin a pause."""
        with self._lock:
            self._says, self._until = says, self._monotonic() + PAUSE_SECONDS

    def succeeded(self) -> None:
        """Let everybody in again."""
        with self._lock:
            self._says = None
