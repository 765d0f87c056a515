"""The API while its store hangs, dies and comes back, under load: nothing fails, the totals are exact."""

import threading
import time
from collections.abc import Iterator
from contextlib import closing
from statistics import quantiles

import pytest
import requests

from mlapi.counters.redis import RedisStore
from tests.redis_server import FOUND, MISSING, RedisServer
from tests.test_exact_counts import Instances, families, goldens, post

DURABLE = ("--appendonly", "yes", "--appendfsync", "always")

pytestmark = pytest.mark.slow


class Load(threading.Thread):
    """Calls for predictions, one after the other, and keeps when each was answered and how long it took."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.took: list[tuple[float, float]] = []
        self.failed: list[int] = []
        self._port = port
        self._over = threading.Event()

    def run(self) -> None:
        """Call until told to stop."""
        row = goldens()[:1]
        while not self._over.is_set():
            began = time.monotonic()
            status = post(self._port, row)
            self.took.append((began, time.monotonic() - began))
            if status != 200:
                self.failed.append(status)
            time.sleep(0.005)

    def stop(self) -> None:
        """End after the call that is on its way."""
        self._over.set()
        self.join()

    def times(self, since: float, until: float) -> list[float]:
        """Return how long the calls took that began meanwhile."""
        return [seconds for began, seconds in self.took if since <= began < until]


@pytest.fixture
def store(tmp_path, require_real) -> Iterator[RedisServer]:
    """Give a Redis that forgets nothing that it acknowledged."""
    require_real(FOUND, MISSING)
    server = RedisServer(tmp_path).start(*DURABLE)
    yield server
    server.stop()


@pytest.fixture
def instances(store) -> Iterator[Instances]:
    """Give one process of the API that counts there."""
    running = Instances(1, REDIS_URL=store.url())
    running.wait()
    yield running
    running.stop()


def scraped(port: int) -> str:
    """Return what /api/metrics says."""
    return requests.get(f"http://127.0.0.1:{port}/api/metrics", timeout=10).text


def up_again(port: int) -> None:
    """Wait until the store was found to answer; a scrape is enough to make the trial."""
    deadline = time.monotonic() + 60
    while "ml_store_up 1.0" not in scraped(port):
        assert time.monotonic() < deadline
        time.sleep(0.2)


def test_no_prediction_fails_and_nothing_is_lost(store, instances):
    """Hung, then killed and started again; what was counted meanwhile arrives."""
    (port,) = instances.ports
    load = Load(port)
    load.start()
    try:
        time.sleep(3)
        normal = load.times(0, time.monotonic())
        hung = outage(store.freeze, store.thaw, load, port)
        killed = outage(store.stop, lambda: store.start(*DURABLE), load, port)
    finally:
        load.stop()
    # One more call takes along what was kept, should it have been the last that was late.
    post(port, goldens()[:1])
    up_again(port)
    assert load.failed == []
    with closing(RedisStore(store.url())) as counters:
        said = families(counters)
    assert said["ml_requests_total"]["POST", "/api/predict", "200"] == len(load.took) + 1
    assert said["ml_predictions_total"]["math-score", "1", ""] == len(load.took) + 1
    assert said["ml_store_late_requests_total"][()] > 0
    for name, times in (("normal", normal), ("hung", hung), ("killed", killed)):
        cuts = quantiles(times, n=100)
        print(f"{name}: {len(times)} calls, p50 {cuts[49] * 1e3:.1f} ms, p99 {cuts[98] * 1e3:.1f} ms")
    usual = quantiles(normal, n=100)
    for times in (hung, killed):
        cuts = quantiles(times, n=100)
        assert cuts[49] < 2 * usual[49]
        assert cuts[94] < 2 * max(usual[94], usual[98])


def outage(begin, end, load: Load, port: int) -> list[float]:
    """Take the store away for some seconds; return the times of the calls once the breaker was open."""
    begin()
    time.sleep(1)
    opened = time.monotonic()
    text = scraped(port)
    assert "ml_store_up 0.0" in text
    assert "ml_requests_total" not in text
    time.sleep(4)
    times = load.times(opened, time.monotonic())
    end()
    up_again(port)
    return times
