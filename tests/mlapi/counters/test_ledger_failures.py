"""What is counted while Redis is slow, hangs, is gone or loses its answers: once, and all of it."""

import logging
import threading
import time
from contextlib import closing

import pytest

from mlapi.counters.breaker import FIRST_PAUSE, LONGEST_PAUSE
from mlapi.counters.ledger import DOUBT_SECONDS, PATIENCE, Ledger
from mlapi.counters.redis import RedisStore
from mlapi.counters.redis_pool import SECONDS
from tests.mlapi.counters.places import FAILURES, LATE, claim
from tests.mlapi.counters.proxy import Proxy
from tests.redis_server import RedisServer

SOON = 2.0  # For what must not wait at all, on a machine that may be busy.
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


@pytest.fixture
def server(own_redis):
    """Return a Redis that runs, and that the test may break."""
    return own_redis.start(*DURABLE)


@pytest.fixture
def proxy(server):
    """Return a wire in front of it."""
    with closing(Proxy(server.port)) as made:
        yield made


class Clock:
    """The real one, which a test may set forward."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.monotonic() + self.ahead


@pytest.fixture
def clock():
    """Return the ledger's clock."""
    return Clock()


@pytest.fixture
def make_ledger(clock):
    """Give `make_ledger(url)`: a ledger on a store there."""
    stores: list[RedisStore] = []

    def make(url: str, patience: float = 10, seconds: float = 10) -> Ledger:
        stores.append(RedisStore(url, seconds=seconds))
        return Ledger(stores[-1], failure_field=FAILURES, late_field=LATE, patience=patience, monotonic=clock)

    yield make
    for store in stores:
        store.close()


@pytest.fixture
def ledger(make_ledger, proxy):
    """Return a ledger behind the wire that has counted something; a busy machine doesn't make it give up."""
    made = make_ledger(proxy.url)
    assert made.record({"a": 1}) == ()
    return made


@pytest.fixture
def hasty(make_ledger, server, clock):
    """Return a ledger that gives up as soon as in service, and has counted something."""
    made = make_ledger(server.url(), PATIENCE, SECONDS)
    made.record({"a": 1})
    assert settled(made, clock)
    return made


@pytest.fixture
def total(server):
    """Give `total()`: what the server itself holds."""

    def read() -> dict[str, int]:
        with closing(server.client()) as client:
            found = client.hgetall("tandem:api:{counts}:total")
        return {field: int(value) for field, value in found.items()}

    return read


def restart(server: RedisServer) -> None:
    """Start it again, and wait until it has loaded what it kept."""
    server.start(*DURABLE)
    with closing(server.client()) as admin:
        while int(admin.info("persistence")["loading"]):
            time.sleep(0.01)


def tried(ledger: Ledger, clock: Clock, pause: float) -> bool:
    """Let a pause pass, and settle; tell whether the store is up."""
    clock.ahead += pause
    ledger.settle()
    return ledger.up


def settled(ledger: Ledger, clock: Clock) -> bool:
    """Try until the store is up: a machine that is busy may need more than once."""
    deadline = time.monotonic() + 30
    while not (up := tried(ledger, clock, LONGEST_PAUSE)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return up


def tallies(ledger: Ledger, late: int) -> dict[str, int]:
    """Return what the store must hold of the ledger's failures and of calls that were answered before."""
    return {field: many for field, many in ((FAILURES, ledger.failures), (LATE, late)) if many}


def test_calls_that_come_meanwhile_go_together(make_ledger, proxy, server, total):
    """Sixteen threads on a slow wire need far fewer scripts than calls, and lose nothing."""
    ledger = make_ledger(proxy.url, patience=30)
    ledger.record({"a": 1})
    proxy.delay = 0.01
    threads = [
        threading.Thread(target=lambda: [ledger.record({"a": 1, "b": 3}) for _ in range(20)])
        for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with closing(server.client()) as admin:
        scripts = admin.info("commandstats")["cmdstat_evalsha"]["calls"]
    assert total() == {"a": 321, "b": 960}
    assert scripts < 320 / 4


def test_an_answer_that_was_lost_counts_once(ledger, proxy, clock, total):
    """The same flush is sent again, with its claims; what came later goes after it, by itself."""
    proxy.lossy = True
    assert ledger.record({"a": 10, "b": 10}, [claim("x")]) is None
    assert total() == {"a": 11, "b": 10, "labels": 1}, "it arrived; only nobody knows"
    assert not ledger.up
    assert ledger.record({"a": 100}) is None
    proxy.lossy = False
    assert settled(ledger, clock)
    assert total() == {"a": 111, "b": 10, "labels": 1, **tallies(ledger, late=2)}
    assert ledger.record({"a": 1}, [claim("x")]) == ("repeated",)


def test_an_answer_that_is_lost_again_and_again_counts_once(ledger, proxy, clock, total):
    """However often the flush in doubt is sent; every failure is tallied."""
    proxy.lossy = True
    assert ledger.record({"a": 10}) is None
    for times in range(3):
        assert not tried(ledger, clock, FIRST_PAUSE * 2**times)
    assert ledger.failures == 4
    assert total() == {"a": 11}
    proxy.lossy = False
    assert settled(ledger, clock)
    assert total() == {"a": 11, **tallies(ledger, late=1)}


def test_a_hanging_server_is_waited_for_once(hasty, server, clock, total):
    """Calls return within their patience, then at once; afterwards the totals are exact."""
    ledger, before = hasty, total()
    server.freeze()
    start = time.monotonic()
    assert ledger.record({"a": 1, "b": 1}) is None
    assert time.monotonic() - start < SOON
    start = time.monotonic()
    for _ in range(100):
        assert ledger.record({"a": 1, "b": 1}) is None
        assert ledger.read() is None
    assert time.monotonic() - start < SOON, "they must not have waited"
    server.thaw()
    assert not ledger.up, "no request tries"
    assert settled(ledger, clock)
    assert total() == {"a": 102, "b": 101, **tallies(ledger, before.get(LATE, 0) + 101)}


def test_threads_wait_for_a_hanging_server_at_the_same_time(hasty, server, clock, total):
    """None of them much longer than its patience."""
    ledger, before = hasty, total()
    server.freeze()
    took: list[float] = []

    def work() -> None:
        start = time.monotonic()
        assert ledger.record({"a": 1}) is None
        took.append(time.monotonic() - start)

    threads = [threading.Thread(target=work) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.thaw()
    assert len(took) == 16
    assert max(took) < SOON
    assert settled(ledger, clock)
    assert total() == {"a": 17, **tallies(ledger, before.get(LATE, 0) + 16)}


def test_trials_are_made_by_settle_alone_and_never_in_the_pause(ledger, server, clock):
    """A server that is back is found by a trial after the pause, and pauses grow."""
    server.stop()
    assert ledger.record({"a": 1}) is None
    assert not tried(ledger, clock, 0)
    assert ledger.failures == 1, "too early"
    assert not tried(ledger, clock, FIRST_PAUSE)
    assert ledger.failures == 2
    assert not tried(ledger, clock, FIRST_PAUSE)
    assert ledger.failures == 2, "the second pause is twice as long"
    restart(server)
    clock.ahead += LONGEST_PAUSE
    assert ledger.record({"a": 1}) is None, "a request doesn't try"
    assert tried(ledger, clock, 0)


def test_two_trials_are_never_made_at_once(hasty, server, clock):
    """Of many responses that go out together, one tries."""
    ledger, before = hasty, hasty.failures
    server.freeze()
    assert ledger.record({"a": 1}) is None
    clock.ahead += FIRST_PAUSE
    threads = [threading.Thread(target=ledger.settle) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.thaw()
    assert ledger.failures == before + 2


def test_a_server_that_was_killed_and_came_back_has_it_all(ledger, server, clock, total):
    """With its file on disk; what was counted meanwhile comes after it."""
    for _ in range(50):
        assert ledger.record({"a": 1, "b": 1}) == ()
    server.stop()
    for _ in range(10):
        assert ledger.record({"a": 1, "b": 1}) is None
    restart(server)
    assert settled(ledger, clock)
    assert total() == {"a": 61, "b": 60, **tallies(ledger, late=10)}


def test_a_scrape_that_fails_opens_the_breaker_for_requests(ledger, server, clock, total):
    """They need not find out again; nothing is in doubt, and all of it is kept."""
    server.stop()
    assert ledger.read() is None
    assert not ledger.up
    assert ledger.record({"a": 1}) is None
    assert ledger.failures == 0, "no commit failed"
    restart(server)
    assert settled(ledger, clock)
    assert ledger.read() == total() == {"a": 2, **tallies(ledger, late=1)}


def test_a_trial_with_nothing_to_send(ledger, server, clock, total):
    """It sends an empty flush, which may fail as any other and is sent again."""
    server.stop()
    assert ledger.read() is None
    assert not tried(ledger, clock, FIRST_PAUSE)
    assert ledger.failures == 1
    restart(server)
    assert settled(ledger, clock)
    assert ledger.record({"a": 1}) == ()
    assert total() == {"a": 2, **tallies(ledger, late=0)}


def test_what_one_waiter_gave_up_is_sent_after_a_response(make_ledger, proxy, server, total):
    """A wire slower than patience: nobody is left to lead, so settle sends what is kept."""
    ledger = make_ledger(proxy.url, patience=0.2)
    proxy.gate.clear()
    first = threading.Thread(target=ledger.record, args=[{"a": 1}])
    first.start()
    while ledger._flying is None:
        time.sleep(0.001)
    assert ledger.record({"a": 1}) is None
    proxy.gate.set()
    first.join()
    assert total() == {"a": 1}
    ledger.settle()
    assert total() == {"a": 2, LATE: 1}
    assert ledger.up


def test_who_waited_for_long_does_not_lead(make_ledger, proxy, clock, total):
    """His own flush would end long after his patience; what he counted is kept."""
    ledger = make_ledger(proxy.url, patience=2)
    proxy.gate.clear()
    said: list[object] = []
    threads = [threading.Thread(target=lambda: said.append(ledger.record({"a": 1}))) for _ in range(2)]
    threads[0].start()
    while ledger._flying is None:
        time.sleep(0.001)
    threads[1].start()
    while not ledger._pending._calls:
        time.sleep(0.001)
    clock.ahead += 1.5
    proxy.gate.set()
    for thread in threads:
        thread.join()
    assert said == [(), None]
    assert total() == {"a": 1}
    assert settled(ledger, clock)
    assert total() == {"a": 2, LATE: 1}


def test_a_claim_that_was_never_sent_is_withdrawn(ledger, proxy, clock, total):
    """Its caller was told 503: it counts only if he comes again. The increments beside it are kept."""
    proxy.lossy = True
    assert ledger.record({"a": 1}, [claim("sent")]) is None
    assert ledger.record({"a": 1}, [claim("withdrawn")]) is None
    proxy.lossy = False
    assert settled(ledger, clock)
    assert total() == {"a": 3, "labels": 1, **tallies(ledger, late=2)}
    assert ledger.record({}, [claim("sent"), claim("withdrawn")]) == ("repeated", "counted")


def test_a_claim_behind_a_slow_flush_is_withdrawn_alone(make_ledger, proxy, total):
    """Who comes after it, into the same batch, keeps his."""
    ledger = make_ledger(proxy.url, patience=2)
    proxy.gate.clear()
    said: dict[str, object] = {}

    def work(name: str) -> None:
        said[name] = ledger.record({"a": 1}, [claim(name)])

    leads, late = (threading.Thread(target=work, args=[name]) for name in ("leads", "comes late"))
    leads.start()
    while ledger._flying is None:
        time.sleep(0.001)
    work("gives up")
    late.start()
    while not ledger._pending._calls:
        time.sleep(0.001)
    proxy.gate.set()
    leads.join()
    late.join()
    assert said == {"leads": ("counted",), "gives up": None, "comes late": ("counted",)}
    assert total() == {"a": 3, "labels": 2, LATE: 1}
    assert ledger.record({}, [claim("gives up")]) == ("counted",)


def test_a_flush_in_doubt_is_dropped_after_half_a_day(ledger, server, clock, total, caplog):
    """The store may forget its sequence soon: it is told and left out, what came later is counted."""
    server.stop()
    assert ledger.record({"a": 10, "b": 10}) is None
    assert ledger.record({"a": 100}) is None
    clock.ahead += DOUBT_SECONDS
    restart(server)
    assert settled(ledger, clock)
    assert ledger.dropped == 1
    assert [record.message for record in caplog.records if record.levelno == logging.ERROR] == [
        "dropped a flush of 2 counters, in doubt too long"
    ]
    assert total() == {"a": 101, **tallies(ledger, late=2)}
    assert ledger.record({"a": 1}) == ()


def test_a_flush_in_doubt_is_kept_for_half_a_day(ledger, server, clock, total):
    """Then it counts."""
    server.stop()
    assert ledger.record({"a": 10}) is None
    clock.ahead += DOUBT_SECONDS - 60 * LONGEST_PAUSE
    restart(server)
    assert settled(ledger, clock)
    assert ledger.dropped == 0
    assert total() == {"a": 11, **tallies(ledger, late=1)}


def test_what_is_kept_does_not_grow_with_the_number_of_calls(make_ledger, server):
    """A closed set of fields, and no claims of callers who have gone."""
    server.stop()
    ledger = make_ledger(server.url())
    for number in range(1000):
        assert ledger.record({"a": 1, "b": 2}, [claim(str(number))]) is None
    assert ledger._pending.increments == {"a": 999, "b": 1998, FAILURES: 1, LATE: 1000}
    assert not ledger._pending._calls
    assert ledger._doubtful
    assert ledger._doubtful.flush.claims == (claim("0"),)


def test_failures_are_told_without_the_address(make_ledger, server, caplog):
    """In the log, one sentence each."""
    server.stop()
    ledger = make_ledger(server.url("secret"))
    for _ in range(2):
        ledger.record({"a": 1})
    assert [record.message for record in caplog.records] == [
        "counters can't be written: Redis can't be reached"
    ]
