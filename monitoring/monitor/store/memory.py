"""A store that forgets with its process: enough to make one probe for many visitors."""

import time
from collections.abc import Callable, Mapping
from threading import Lock

from monitor.store import Changes, Lease, Tables


class MemoryStore:
    """Tables and leases in this process, for all its threads."""

    backend = "memory"
    keeps = False

    def __init__(self, *, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._lock = Lock()
        self._tables: Tables = {}
        self._tokens: dict[str, int] = {}
        self._held: dict[str, tuple[float, float]] = {}  # Name -> when it was given, and for how long.

    def read(self, *tables: str) -> tuple[float, Tables]:
        """Return the clock and copies of whole tables."""
        with self._lock:
            return self._clock(), {name: dict(self._tables.get(name, {})) for name in tables}

    def acquire(self, name: str, seconds: float) -> Lease | None:
        """Return a lease, or None while somebody holds it."""
        with self._lock:
            now = self._clock()
            given, length = self._held.get(name, (now, 0.0))
            if given <= now < given + length:
                return None
            self._tokens[name] = self._tokens.get(name, 0) + 1
            self._held[name] = (now, seconds)
            return Lease(name, self._tokens[name], now)

    def commit(self, lease: Lease, changes: Changes, *, release: bool = True) -> bool:
        """Make all changes, or none when the lease is over."""
        with self._lock:
            if not self._is_held(lease):
                return False
            for name, fields in changes.items():
                _change(self._tables.setdefault(name, {}), fields)
            if release:
                del self._held[lease.name]
            return True

    def release(self, lease: Lease) -> None:
        """End a lease that is still held."""
        with self._lock:
            if self._is_held(lease):
                del self._held[lease.name]

    def aside(self) -> list[str]:
        """Return nothing."""
        return []

    def _is_held(self, lease: Lease) -> bool:
        given, length = self._held.get(lease.name, (0.0, 0.0))
        return lease.token == self._tokens.get(lease.name) and self._clock() < given + length


def _change(table: dict[str, str], fields: Mapping[str, str | None]) -> None:
    for field, text in fields.items():
        if text is None:
            table.pop(field, None)
        else:
            table[field] = text
