"""Limits that all instances share: one round trip, an end to every key, each for itself without Redis."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from werkzeug.test import Client

from mlapi.access.limiter import Limiter
from mlapi.access.limits import Limit, read_limits
from mlapi.access.redis_windows import SKEW, RedisWindows
from mlapi.access.windows import window
from mlapi.app import create_app
from mlapi.counters.breaker import Breaker
from mlapi.counters.redis_pool import Pool
from mlapi.settings import Settings
from tests.mlapi.access.conftest import KEYS
from tests.mlapi.conftest import STUDENT
from tests.redis_server import FOUND, MISSING, RedisServer

PREDICT = "/api/predict"
CALLS = 20


@pytest.fixture
def own_redis(tmp_path, require_real):
    """Return a Redis of this test's own."""
    require_real(FOUND, MISSING)
    server = RedisServer(tmp_path).start()
    yield server
    server.stop()


@pytest.fixture
def instance():
    """Return `instance(server, **settings)`: a client of one of the instances of an API."""
    running = []

    def start(server, limit="3/hour", **settings):
        app = create_app(Settings(redis_url=server.url(), rate_limit=read_limits(limit), **settings))
        running.append(app)
        return Client(app)

    yield start
    for app in running:
        app.service.ledger._store.close()


def reads(server) -> int:
    """Return how often the server was sent something, without this question."""
    with closing(server.client()) as client:
        return client.info("stats")["total_reads_processed"]


def test_all_instances_count_together(empty_redis, instance):
    """A caller who meets another instance has no more than is allowed."""
    clients = [instance(empty_redis) for _ in range(3)]
    statuses = [clients[n % 3].post(PREDICT, json=STUDENT).status_code for n in range(6)]
    assert statuses == [200] * 3 + [429] * 3


@pytest.mark.parametrize("limit", ["1000/hour", "1000/hour; 1000/minute; 1000/day"], ids=["one", "three"])
def test_it_costs_one_round_trip(empty_redis, clock, limit):
    """However many limits there are."""
    with closing(Pool(empty_redis.url())) as pool:
        limiter = Limiter(read_limits(limit), RedisWindows(pool, Breaker(time.monotonic)), clock)
        limiter("a")
        before = reads(empty_redis)
        idle = reads(empty_redis) - before
        for _ in range(CALLS):
            assert limiter("a")
        assert reads(empty_redis) - before - idle == CALLS + idle


def test_every_key_comes_to_an_end(empty_redis, clock):
    """Soon after its window, and holds the caller's name or address until then."""
    with closing(Pool(empty_redis.url())) as pool, closing(empty_redis.client()) as client:
        hit = RedisWindows(pool, Breaker(time.monotonic)).hit
        assert hit([window(Limit(5, 60), "key:ci", clock()), window(Limit(5, 3600), "key:ci", clock())]) == [
            1,
            1,
        ]
        ends = {key: client.ttl(key) for key in client.scan_iter()}
    assert sorted(ends.values()) == pytest.approx([60 + SKEW, 3600 + SKEW], abs=2)
    assert all(key.endswith(":key:ci") for key in ends)


def test_without_redis_each_process_counts_for_itself(own_redis, instance, caplog):
    """And soon: one call finds out, the others don't wait. Once it is back, it counts again."""
    client = instance(own_redis, "2/hour")
    assert client.post(PREDICT, json=STUDENT).headers["RateLimit"]
    own_redis.stop()
    assert [client.post(PREDICT, json=STUDENT).status_code for _ in range(4)] == [200, 200, 429, 429]
    assert caplog.text.count("this process counts calls for itself") == 1
    own_redis.start()
    statuses = answered_again(client)
    assert statuses == [200, 200, 429]


def test_a_flood_does_not_open_the_way_for_itself(own_redis, instance):
    """All its calls want Redis at once, which has few connections for them; the counters keep one."""
    client = instance(own_redis, "5/hour")
    client.post(PREDICT, json=STUDENT)
    windows = [window(Limit(5, 3600), "from:203.0.113.9", 0.0)]
    hit = client.application.service.door._limiter._windows.hit
    with ThreadPoolExecutor(20) as pool:
        counts = [count for (count,) in pool.map(lambda _: hit(windows), range(400))]
    assert sum(count <= 5 for count in counts) <= 10, "once in Redis, once in this process"
    assert client.application.service.ledger.up


def answered_again(client) -> list[int]:
    """Ask until Redis counts again, which knows of no call yet, and twice more."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = client.post(PREDICT, json=STUDENT, buffered=True)  # Read to its end, it is closed.
        if answer.status_code == 200:
            return [answer.status_code, *(client.post(PREDICT, json=STUDENT).status_code for _ in range(2))]
        time.sleep(0.1)
    raise AssertionError("it never counted again")


def test_a_redis_that_hangs_costs_one_wait(own_redis, instance):
    """Of a quarter of a second; the breaker is that of the counters."""
    client = instance(own_redis)
    client.post(PREDICT, json=STUDENT)
    own_redis.freeze()
    began = time.monotonic()
    assert client.post(PREDICT, json=STUDENT).status_code == 200
    assert client.application.service.ledger.breaker.closed is False
    assert time.monotonic() - began < 3


def test_a_redis_that_refuses_the_count_alone_leaves_it_to_each_process(own_redis, instance, caplog):
    """Its counters are not to suffer from that."""
    with closing(own_redis.client()) as admin:
        admin.execute_command("ACL", "SETUSER", "default", "-incr")
    client = instance(own_redis, "1/hour")
    assert [client.post(PREDICT, json=STUDENT).status_code for _ in range(3)] == [200, 429, 429]
    assert "counts calls for itself: the Redis user may not do what counting needs" in caplog.text
    assert client.application.service.ledger.up
    assert 'endpoint="/api/predict",method="POST",status="200"} 1.0' in client.get("/api/metrics").text


@pytest.mark.parametrize(
    "header",
    ["198.51.100.7\r\nFLUSHALL\r\n", "a b c", "*3", "\x00", "x" * 10_000],
    ids=lambda said: ascii(said[:9]),
)
def test_no_header_reaches_redis(empty_redis, instance, header):
    """What is no address is nothing."""
    client = instance(empty_redis, trust_proxy=True)
    environ = {"REMOTE_ADDR": "127.0.0.1", "HTTP_X_FORWARDED_FOR": header}
    assert client.post(PREDICT, json=STUDENT, environ_overrides=environ).status_code == 200
    with closing(empty_redis.client()) as redis:
        (key,) = redis.scan_iter("*:calls:*")
    assert key.endswith(":from:127.0.0.1")


def test_a_key_is_known_there_by_its_name(empty_redis, instance, known):
    """Never by itself."""
    client = instance(empty_redis, api_keys=known)
    assert client.post(PREDICT, json=STUDENT, headers={"X-API-Key": KEYS["ci"]}).status_code == 200
    with closing(empty_redis.client()) as redis:
        everything = " ".join(redis.scan_iter())
    assert ":key:ci" in everything
    assert KEYS["ci"] not in everything
