"""Counters in Redis: the store that all instances of a deployment share."""

import hashlib
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
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
PART = 1 << 16  # Bytes. Each may take the whole time: a slow wire is no server that hangs.
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

Word = str | int | bytes


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
        words: list[Word] = ["EVALSHA", COMMIT_SHA, len(keys), *keys]
        words += [flush.sequence, SEQUENCE_SECONDS, IDS_SECONDS, *_block(flush.increments)]
        for claim in flush.claims:
            words += _claim(claim, days)
        return from_letters(from_bytes(self._ask(*words)))

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

    def _ask(self, *words: Word) -> Any:
        """Ask the server; translate what fails."""
        command = packed(words)
        try:
            with self.pool.connection() as connection:
                return _answer(connection, command)
        except (redis.RedisError, OSError, ValueError) as error:
            raise StoreError(sentence(error)) from error


def packed(words: Sequence[Word]) -> bytes:
    """Return a command as RESP spells it, the protocol of Redis; a word of bytes is spelled already.

    redis-py looks at each word for what it might be, which takes five times as long.
    """
    parts = [word if isinstance(word, bytes) else spelled(word) for word in words]
    return b"*%d\r\n%b" % (len(parts), b"".join(parts))


def spelled(word: str | int) -> bytes:
    """Return a text or a number as a word of RESP."""
    data = to_bytes(str(word))
    return b"$%d\r\n%b\r\n" % (len(data), data)


_field = lru_cache(8192)(spelled)  # As many as telemetry keeps of its keys.


def _answer(connection: Connection, command: bytes) -> Any:
    """Send a command, and before it the script if the server doesn't know it."""
    try:
        return _answered(connection, command)
    except NoScriptError:
        _answered(connection, packed(["SCRIPT", "LOAD", COMMIT]))
        return _answered(connection, command)


def _answered(connection: Connection, command: bytes) -> Any:
    connection.send_packed_command([command[at : at + PART] for at in range(0, len(command), PART)])
    return connection.read_response()


def _block(increments: Increments) -> list[Word]:
    flat: list[Word] = [len(increments)]
    for field, amount in increments.items():
        flat += (_field(field), amount)
    return flat


def _claim(claim: Claim, days: list[str]) -> list[Word]:
    # The first two keys are the counters and the sequence; Lua counts from one.
    return [days.index(claim.day) + 3, claim.id, claim.most, *_block(claim.increments)]


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
