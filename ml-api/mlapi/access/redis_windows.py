"""Calls of each caller in each window of time: in Redis, for all instances together."""

import logging
from collections.abc import Sequence

import redis

from mlapi.access.windows import Window
from mlapi.counters import StoreError
from mlapi.counters.breaker import Breaker
from mlapi.counters.redis import PREFIX, sentence
from mlapi.counters.redis_pool import Connection, Pool

LOG = logging.getLogger(__name__)
SKEW = 60  # Seconds that a count outlives its window, for instances whose clocks are late.


class RedisWindows:
    """The counts of all instances; one round trip, however many limits there are.

    It goes by the breaker of the counters: while these do without Redis, calls are not limited.
    """

    def __init__(self, pool: Pool, breaker: Breaker) -> None:
        self._pool = pool
        self._breaker = breaker

    def hit(self, windows: Sequence[Window]) -> list[int] | None:
        """Count a call in each, and return how many each has now; None while Redis can't tell."""
        if not self._breaker.closed:
            return None
        try:
            with self._pool.connection() as connection:
                return _counted(connection, windows)
        except StoreError as error:  # All connections are in use.
            LOG.warning("a call is not limited: %s", error)
        except redis.ResponseError as error:  # It lives: what it refuses here it may take of the counters.
            LOG.warning("a call is not limited: %s", sentence(error))
        except (redis.RedisError, OSError, ValueError) as error:
            LOG.warning("calls are not limited: %s", sentence(error))
            self._breaker.failed()
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
