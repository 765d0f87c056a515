"""History in Redis: the store that all instances of a deployment share."""

import time
from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import ConnectionPool, parse_url
from redis.exceptions import NoPermissionError
from redis.retry import Retry

from monitor.store import Changes, Lease, StoreError, Tables, from_bytes, to_bytes
from monitor.store.breaker import Breaker
from monitor.store.scripts import ACQUIRE, COMMIT, READ, RELEASE

CONNECT_SECONDS = SOCKET_SECONDS = 0.4
CONNECTIONS = 8  # Per process: small plans allow 30 in all.
IDLE_SECONDS = 30.0  # A frozen instance doesn't notice that its connections were dropped.
SURE: dict[str, Any] = {  # Whatever the address says: what a call may cost, and what is sent beside it.
    "socket_connect_timeout": CONNECT_SECONDS,
    "socket_timeout": SOCKET_SECONDS,
    "retry": Retry(NoBackoff(), 0),
    "retry_on_timeout": False,
    "retry_on_error": [],
    "health_check_interval": 0,
    "protocol": 2,
    "driver_info": None,
    "decode_responses": False,
    "max_connections": CONNECTIONS,
}

SAYS: tuple[tuple[type[Exception], str], ...] = (  # The first that fits.
    (redis.AuthenticationError, "Redis refuses the password in its address, or asks for one"),
    (redis.BusyLoadingError, "Redis is still loading its data"),
    (redis.TimeoutError, "Redis did not answer in time"),
    (redis.ConnectionError, "Redis can't be reached"),
    (redis.ReadOnlyError, "this Redis is a replica, which can't be written"),
    (NoPermissionError, "the Redis user may not do what the monitor needs"),
    (UnicodeError, "Redis can't be reached"),  # A name that can't be one.
    (redis.InvalidResponse, "what answers at the address of Redis is no Redis"),
    (ValueError, "what answers at the address of Redis is no Redis"),
)
ANSWERS = {  # By a word: redis-py has no class for some, and none for those that older scripts give.
    "WRONGTYPE": "a key of the monitor in Redis holds something else",
    "OOM": "Redis has no memory left and takes nothing more",
    "MISCONF": "Redis can't save to its disk and takes nothing more",
}
BUSY = "too many calls wait for Redis"


class RedisStore:
    """One target's tables and leases; the server's clock and its scripts decide, whatever instance asks.

    Making one connects to nothing. Raises ValueError for an address that can't be used.
    """

    backend = "redis"
    keeps = True

    def __init__(
        self,
        url: str,
        target: str,
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._client = redis.Redis(connection_pool=_pool(url))
        self._read, self._acquire, self._commit, self._release = map(
            self._client.register_script, (READ, ACQUIRE, COMMIT, RELEASE)
        )
        # Braces: all keys in one slot of a cluster, as a script needs them.
        self._prefix = f"tandem:monitor:{{{target}}}:"
        self._breaker = Breaker(monotonic)
        self._room = BoundedSemaphore(CONNECTIONS)
        self._clock = clock  # The monotonic one may stand still while an instance is frozen.
        self._used = clock()

    def read(self, *tables: str) -> tuple[float, Tables]:
        """Return the server's clock and whole tables, at one moment. Raises StoreError."""
        keys = [self._prefix + name for name in tables]
        (seconds, micros), *found = self._call(lambda: self._read(keys))
        return int(seconds) + int(micros) / 1e6, {
            # Field and value take turns.
            name: dict(zip(map(from_bytes, flat[::2]), map(from_bytes, flat[1::2]), strict=True))
            for name, flat in zip(tables, found, strict=True)
        }

    def acquire(self, name: str, seconds: float) -> Lease | None:
        """Return a lease, or None while somebody holds it. Raises StoreError."""
        keys = [self._lease_key(name), f"{self._prefix}fence:{name}"]
        given = self._call(lambda: self._acquire(keys, [max(1, round(seconds * 1000))]))
        if given is None:
            return None
        token, now, micros = map(int, given)
        return Lease(name, token, now + micros / 1e6)

    def commit(self, lease: Lease, changes: Changes, *, release: bool = True) -> bool:
        """Make all changes in one script, or none when the lease is over. Raises StoreError."""
        keys = [self._lease_key(lease.name), *(self._prefix + name for name in changes)]
        sets: list[bytes | int] = []
        removals: list[bytes | int] = []
        for number, fields in enumerate(changes.values(), start=1):
            for field, value in fields.items():
                if value is None:
                    removals += (number, to_bytes(field))
                else:
                    sets += (number, to_bytes(field), to_bytes(value))
        args = [lease.token, int(release), len(sets) // 3, *sets, *removals]
        return bool(self._call(lambda: self._commit(keys, args)))

    def release(self, lease: Lease) -> None:
        """End a lease that is still held. Raises StoreError."""
        self._call(lambda: self._release([self._lease_key(lease.name)], [lease.token]))

    def aside(self) -> list[str]:
        """Return nothing: Redis minds its own files."""
        return []

    def close(self) -> None:
        """Close all connections."""
        self._client.connection_pool.disconnect()

    def _lease_key(self, name: str) -> str:
        return f"{self._prefix}lease:{name}"

    def _call(self, ask: Callable[[], Any]) -> Any:
        """Ask the server, unless it failed a moment ago; translate what fails."""
        if not self._room.acquire(timeout=CONNECT_SECONDS + SOCKET_SECONDS):
            raise StoreError(BUSY)
        try:
            self._breaker.check()  # Not before: it may have failed for those whom we waited for.
            self._drop_idle_connections()
            answer = ask()
        except (redis.RedisError, OSError, ValueError) as error:
            raise self._failed(error) from error
        finally:
            self._room.release()
        self._breaker.succeeded()
        return answer

    def _drop_idle_connections(self) -> None:
        now = self._clock()
        if abs(now - self._used) > IDLE_SECONDS:
            self._client.connection_pool.disconnect(inuse_connections=False)
        self._used = now

    def _failed(self, error: Exception) -> StoreError:
        says = _sentence(error)
        if not isinstance(error, redis.ResponseError):  # An error that is answered costs no time.
            self._breaker.failed(says)
        return StoreError(says)


def _pool(url: str) -> ConnectionPool:
    """Return the connections to an address. Raises ValueError, which quotes nothing of it."""
    try:
        options = {**parse_url(url), **SURE}  # type: ignore[no-untyped-call]
        pool = ConnectionPool(**options)
        pool.connection_class(**pool.connection_kwargs)  # Connects to nothing, but knows its options.
    except (ValueError, TypeError, redis.RedisError):
        raise ValueError("not an address of Redis: redis://... or rediss://..., with known options") from None
    return pool


def _sentence(error: Exception) -> str:
    answer = f"{error.status_code} {error}" if isinstance(error, redis.ResponseError) else ""
    for name, says in ANSWERS.items():
        if name in answer:
            return says
    for kind, says in SAYS:
        if isinstance(error, kind):
            return says
    return "Redis answers with an error"
