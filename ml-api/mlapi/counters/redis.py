"""Counters in Redis: the store that all instances of a deployment share."""

import hashlib
import time
from collections.abc import Callable
from typing import Any

import redis
from redis.exceptions import NoPermissionError, NoScriptError

from mlapi.counters import Claim, Flush, Increments, StoreError, Verdict
from mlapi.counters.redis_pool import SECONDS, Connection, Pool
from mlapi.counters.scripts import COMMIT
from mlapi.counters.wire import check_flush, from_bytes, from_letters, to_bytes

SEQUENCE_SECONDS = 86_400
IDS_SECONDS = 40 * 86_400
PREFIX = "tandem:api:{counts}:"  # Braces: all keys in one slot of a cluster, as a script needs them.
TOTAL = PREFIX + "total"
COMMIT_SHA = hashlib.sha1(COMMIT.encode(), usedforsecurity=False).hexdigest()
REFUSED = "Redis refuses the password in its address, or asks for one"
SAYS: tuple[tuple[type[Exception], str], ...] = (  # The first that fits.
    (redis.AuthenticationError, REFUSED),
    (redis.BusyLoadingError, "Redis is still loading its data"),
    (redis.TimeoutError, "Redis did not answer in time"),
    (redis.ConnectionError, "Redis can't be reached"),
    (redis.ReadOnlyError, "this Redis is a replica, which can't be written"),
    (NoPermissionError, "the Redis user may not do what counting needs"),
    (OSError, "Redis can't be reached"),
    (UnicodeError, "Redis can't be reached"),  # A name that can't be one.
    (redis.InvalidResponse, "what answers at the address of Redis is no Redis"),
    (ValueError, "what answers at the address of Redis is no Redis"),
)
ANSWERS = {  # By a word: redis-py has no class for some, and none for those that scripts give.
    "WRONGTYPE": "a key of the counters in Redis holds something else",
    "TOOLARGE": "a counter in Redis can't grow that much",
    "unauthenticated": REFUSED,  # What it says of more than ten arguments without one.
    "OOM": "Redis has no memory left and takes nothing more",
    "MISCONF": "Redis can't save to its disk and takes nothing more",
}


class RedisStore:
    """The counters of all instances, in one hash. Making one connects to nothing.

    Connecting may take so many seconds, and so may each answer. Raises ValueError for an address
    that can't be used.
    """

    backend = "redis"
    shared = True

    def __init__(self, url: str, *, seconds: float = SECONDS, clock: Callable[[], float] = time.time) -> None:
        self.pool = Pool(url, seconds=seconds, clock=clock)

    def commit(self, flush: Flush) -> tuple[Verdict, ...]:
        """Apply a flush once, in one script. Raises StoreError."""
        check_flush(flush)
        days = sorted({claim.day for claim in flush.claims})
        keys = [TOTAL, f"{PREFIX}seq:{flush.instance}", *(f"{PREFIX}ids:{day}" for day in days)]
        args = [flush.sequence, SEQUENCE_SECONDS, IDS_SECONDS, *_block(flush.increments)]
        for claim in flush.claims:
            args += _claim(claim, days)
        answer = self._ask("EVALSHA", COMMIT_SHA, len(keys), *keys, *args)
        return from_letters(from_bytes(answer))

    def read(self) -> dict[str, int]:
        """Return all counters, as they are at one moment. Raises StoreError."""
        flat = self._ask("HGETALL", TOTAL)
        fields = map(from_bytes, flat[::2])  # Field and value take turns.
        try:
            return dict(zip(fields, map(int, flat[1::2]), strict=True))
        except ValueError as error:
            raise StoreError(ANSWERS["WRONGTYPE"]) from error

    def aside(self) -> list[str]:
        """Return nothing: Redis minds its own files."""
        return []

    def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        self.pool.close()

    def _ask(self, *command: Any) -> Any:
        """Ask the server; translate what fails."""
        try:
            with self.pool.connection() as connection:
                return _answer(connection, command)
        except (redis.RedisError, OSError, ValueError) as error:
            raise StoreError(sentence(error)) from error


def _answer(connection: Connection, command: tuple[Any, ...]) -> Any:
    """Send a command, and before it the script if the server doesn't know it."""
    connection.send_command(*command)
    try:
        return connection.read_response()
    except NoScriptError:
        connection.send_command("SCRIPT LOAD", COMMIT)
        connection.read_response()
        connection.send_command(*command)
        return connection.read_response()


def _block(increments: Increments) -> list[bytes | int]:
    flat: list[bytes | int] = [len(increments)]
    for field, amount in increments.items():
        flat += (to_bytes(field), amount)
    return flat


def _claim(claim: Claim, days: list[str]) -> list[bytes | int]:
    # The first two keys are the counters and the sequence; Lua counts from one.
    return [days.index(claim.day) + 3, to_bytes(claim.id), claim.most, *_block(claim.increments)]


def sentence(error: Exception) -> str:
    """Return what failed, without an address or a password."""
    answer = f"{error.status_code} {error}" if isinstance(error, redis.ResponseError) else ""
    for name, says in ANSWERS.items():
        if name in answer:
            return says
    for kind, says in SAYS:
        if isinstance(error, kind):
            return says
    return "Redis answers with an error"
