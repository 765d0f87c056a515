"""Calls of each caller in each window of time: in Redis, for all instances together."""

import logging
from collections.abc import Sequence
from threading import BoundedSemaphore

import redis

from mlapi.access.windows import MemoryWindows, Window
from mlapi.counters import StoreError
from mlapi.counters.breaker import Breaker
from mlapi.counters.forked import begin_anew_in_children
from mlapi.counters.redis import PREFIX, sentence
from mlapi.counters.redis_pool import CONNECTIONS, Connection, Pool

LOG = logging.getLogger(__name__)
SKEW = 60  # Seconds that a count outlives its window, for instances whose clocks are late.


class RedisWindows:
    """The counts of all instances; one round trip, however many limits there are.

    Where Redis can't tell, this process counts for itself: fewer calls than all instances together have had,
    so that nobody is refused for that, and a flood doesn't open the way for itself. It goes by the breaker of
    the counters, and leaves them a connection.
    """

    def __init__(self, pool: Pool, breaker: Breaker) -> None:
        self._pool = pool
        self._breaker = breaker
        self._own = MemoryWindows()
        self.begin()
        begin_anew_in_children(self)

    def begin(self) -> None:
        """Begin with all connections but one."""
        self._room = BoundedSemaphore(CONNECTIONS - 1)

    def hit(self, windows: Sequence[Window]) -> list[int]:
        """Count a call in each, and return how many each has now."""
        counts = self._shared(windows) if self._breaker.closed else None
        return self._own.hit(windows) if counts is None else counts

    def _shared(self, windows: Sequence[Window]) -> list[int] | None:
        if not self._room.acquire(blocking=False):
            return None
        try:
            with self._pool.connection() as connection:
                return _counted(connection, windows)
        except (StoreError, redis.RedisError, OSError, ValueError) as error:
            said = error if isinstance(error, StoreError) else sentence(error)
            LOG.warning("this process counts calls for itself: %s", said)
            # All connections in use is no failure; and what Redis refuses here it may take of the counters.
            if not isinstance(error, (StoreError, redis.ResponseError)):
                self._breaker.failed()
        finally:
            self._room.release()
        return None


def _counted(connection: Connection, windows: Sequence[Window]) -> list[int]:
    """Send all at once. A count is made with an end first, so that none is ever left without."""
    commands = []
    for each in windows:
        key = f"{PREFIX}calls:{each.limit.name}:{each.number}:{each.caller}"
        commands += [("SET", key, 0, "EX", each.limit.seconds + SKEW, "NX"), ("INCR", key)]
    connection.send_packed_command(connection.pack_commands(commands))
    answers = [connection.read_response() for _ in commands]
    return [int(answer) for answer in answers[1::2]]
