"""The few connections of one process to Redis, each used by one thread at a time."""

# getaddrinfo would import it at the first connect: in a child that was forked at that moment, it would hang.
import encodings.idna  # noqa: F401
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any

import redis
import redis.connection
from redis.backoff import NoBackoff
from redis.retry import Retry

from mlapi.counters import StoreError
from mlapi.counters.forked import begin_anew_in_children

SECONDS = 0.25
CONNECTIONS = 4  # A process has one flush on its way; small plans allow 30 connections in all.
IDLE_SECONDS = 30.0  # A frozen instance doesn't notice that its connections were dropped.
SURE: dict[str, Any] = {  # Whatever the address says: what a call may cost, and what is sent beside it.
    "retry": Retry(NoBackoff(), 0),
    "retry_on_timeout": False,
    "retry_on_error": [],
    "health_check_interval": 0,
    "protocol": 2,
    "driver_info": None,
    "decode_responses": False,
}
Connection = Any  # One of redis-py, whose methods have no types.
BUSY = "too many calls wait for Redis"


class Pool:
    """Connections to one address, which connect when they are used.

    Raises ValueError, which quotes nothing of it, for an address that can't be used.
    """

    def __init__(self, url: str, *, seconds: float = SECONDS, clock: Callable[[], float] = time.time) -> None:
        self._make = _maker(url, {"socket_connect_timeout": seconds, "socket_timeout": seconds})
        self._seconds = seconds
        self._clock = clock  # The monotonic one may stand still while an instance is frozen.
        self.begin()
        begin_anew_in_children(self)

    def begin(self) -> None:
        """Begin without a connection; those of a parent are left alone."""
        self._room = BoundedSemaphore(CONNECTIONS)
        self._idle: list[tuple[Connection, float]] = []

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """Yield a live connection, and close it if something fails. Raises StoreError if all are used."""
        room = self._room
        if not room.acquire(timeout=self._seconds):
            raise StoreError(BUSY)
        try:
            connection = self._take()
            try:
                yield connection
            except BaseException:
                connection.disconnect()
                raise
            self._idle.append((connection, self._clock()))
        finally:
            room.release()

    def close(self) -> None:
        """Close the connections that nobody uses."""
        while self._idle:
            self._idle.pop()[0].disconnect()

    def _take(self) -> Connection:
        try:
            connection, used = self._idle.pop()
        except IndexError:
            connection = self._make()
        else:
            if abs(self._clock() - used) > IDLE_SECONDS or not _is_quiet(connection):
                connection.disconnect()
        connection.connect()
        return connection


def _is_quiet(connection: Connection) -> bool:
    """Tell whether the server neither closed a connection nor said something that nobody asked."""
    try:
        return not connection.can_read()
    except (redis.RedisError, OSError):
        return False


def _maker(url: str, timeouts: dict[str, Any]) -> Callable[[], Connection]:
    """Return what makes connections, which connect to nothing yet. Raises ValueError."""
    try:
        options = {**redis.connection.parse_url(url), **SURE, **timeouts}  # type: ignore[no-untyped-call]
        kind = options.pop("connection_class", redis.connection.Connection)
        kind(**options)
    except (ValueError, TypeError, redis.RedisError):
        raise ValueError("not an address of Redis: redis://... or rediss://..., with known options") from None
    return lambda: kind(**options)
