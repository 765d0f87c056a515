"""The few connections to Redis: lent to one thread at a time, closed when something failed."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, suppress

import pytest
import redis
from redis.exceptions import NoPermissionError

from mlapi.counters import StoreError
from mlapi.counters.redis import RedisStore, sentence
from mlapi.counters.redis_pool import CONNECTIONS, IDLE_SECONDS, Pool
from tests.mlapi.counters.places import Hand

PATIENT = 10.0


@pytest.fixture
def pool(empty_redis, hand: Hand) -> Iterator[Pool]:
    """Return connections to a Redis, whose clock the test moves."""
    with closing(Pool(empty_redis.url(), seconds=PATIENT, clock=hand)) as made:
        yield made


def asked(connection) -> int:
    """Return the number that the server gave a connection; it must be alive."""
    connection.send_command("CLIENT", "ID")
    return int(connection.read_response())


def lent(pool: Pool) -> int:
    """Borrow a connection, ask something, give it back and return its number."""
    with pool.connection() as connection:
        return asked(connection)


def test_a_connection_that_was_given_back_is_lent_again(pool):
    """The one that was given back last comes first."""
    with pool.connection() as one, pool.connection() as two:
        first, second = asked(one), asked(two)
    assert first != second
    assert [lent(pool) for _ in range(3)] == [first] * 3
    with pool.connection() as one, pool.connection() as two:
        assert (asked(one), asked(two)) == (first, second)


@pytest.mark.parametrize(("idle", "trusted"), [(IDLE_SECONDS, True), (IDLE_SECONDS + 0.5, False)])
@pytest.mark.parametrize("sign", [1, -1], ids=["ahead", "back"])
def test_a_connection_that_idled_too_long_is_made_anew(pool, hand, idle, sign, trusted):
    """Whichever way its clock went."""
    before = lent(pool)
    hand.at += sign * idle
    assert (lent(pool) == before) is trusted


def test_a_use_keeps_a_connection_from_idling(pool, hand):
    """Its time begins when it was given back."""
    before = lent(pool)
    for _ in range(3):
        hand.at += IDLE_SECONDS - 1
        assert lent(pool) == before


def test_a_connection_in_whose_use_something_failed_is_closed(pool):
    """An answer to it could otherwise be taken for the next one's."""
    with suppress(RuntimeError), pool.connection() as connection:
        before = asked(connection)
        connection.send_command("PING")
        raise RuntimeError
    with pool.connection() as connection:
        assert asked(connection) > before


def test_what_nobody_asked_for_makes_a_connection_unfit(pool):
    """An answer that was left unread is not the next one's."""
    with pool.connection() as connection:
        before = asked(connection)
        connection.send_command("PING")
        deadline = time.monotonic() + PATIENT
        while not connection.can_read() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert lent(pool) > before


def test_no_more_are_lent_than_a_process_may_have(empty_redis):
    """Who comes then waits as long as for an answer; a place is free again after a failure too."""
    with closing(Pool(empty_redis.url(), seconds=0.25)) as pool:
        for _ in range(CONNECTIONS + 1):
            with pytest.raises(RuntimeError), pool.connection():
                raise RuntimeError
        with ExitStack() as all_of_them:
            for _ in range(CONNECTIONS):
                all_of_them.enter_context(pool.connection())
            began = time.monotonic()
            with pytest.raises(StoreError, match=r"^too many calls wait for Redis$"), pool.connection():
                pytest.fail("one too many was lent")
            assert time.monotonic() - began >= 0.25
        assert lent(pool)


def test_closed_connections_are_opened_again(pool):
    """Closing is for the end, and doesn't have to be one."""
    before = lent(pool)
    pool.close()
    pool.close()
    assert lent(pool) > before


def test_a_closed_store_leaves_no_connection_behind(empty_redis):
    """Small plans allow few, and a server keeps those that nobody closes."""
    with closing(empty_redis.client()) as admin:
        before = len(admin.client_list())
        store = RedisStore(empty_redis.url(), seconds=PATIENT)
        assert store.read() == {}
        assert len(admin.client_list()) == before + 1
        store.close()
        deadline = time.monotonic() + PATIENT
        while len(admin.client_list()) > before and time.monotonic() < deadline:
            time.sleep(0.01)
        assert len(admin.client_list()) == before


def test_a_child_leaves_the_connections_of_its_parent_alone(pool):
    """It opens its own, while the parent's stay open."""
    with pool.connection() as parents:
        before = asked(parents)
        pool.begin()
        assert lent(pool) > before
        assert asked(parents) == before


HELD = "a key of the counters in Redis holds something else"
REFUSED = "Redis refuses the password in its address, or asks for one"
NO_REDIS = "what answers at the address of Redis is no Redis"
SENTENCES = [
    (redis.AuthenticationError("x"), REFUSED),
    (redis.ResponseError("unauthenticated multibulk length"), REFUSED),
    (redis.BusyLoadingError("x"), "Redis is still loading its data"),
    (redis.TimeoutError("x"), "Redis did not answer in time"),
    (redis.ConnectionError("x"), "Redis can't be reached"),
    (redis.ReadOnlyError("x"), "this Redis is a replica, which can't be written"),
    (NoPermissionError("x"), "the Redis user may not do what counting needs"),
    (BrokenPipeError("x"), "Redis can't be reached"),
    (UnicodeError("x"), "Redis can't be reached"),
    (redis.InvalidResponse("x"), NO_REDIS),
    (ValueError("x"), NO_REDIS),
    (redis.ResponseError("WRONGTYPE no counter"), HELD),
    (redis.ResponseError("TOOLARGE"), "a counter in Redis can't grow that much"),
    (redis.ResponseError("OOM x"), "Redis has no memory left and takes nothing more"),
    (redis.ResponseError("MISCONF x"), "Redis can't save to its disk and takes nothing more"),
    (redis.ResponseError("secret at host"), "Redis answers with an error"),
    (redis.ConnectionError("OOM"), "Redis can't be reached"),
]


@pytest.mark.parametrize(("error", "says"), SENTENCES, ids=[repr(error) for error, _ in SENTENCES])
def test_every_failure_has_a_sentence(error, says):
    """That holds nothing of what the server or the address said."""
    assert sentence(error) == says
