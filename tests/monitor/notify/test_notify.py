"""Messages on their way: through real HTTP, from a real store, by one instance at a time."""

import json
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

from monitor import outbox
from monitor.channels import ChannelFault, opened
from monitor.notify import LEASE, LEASE_SECONDS, Notifier
from monitor.outbox import CHANNELS, TABLE
from monitor.store import StoreError
from monitor.store.redis import RedisStore
from monitor.store.sqlite import SqliteStore
from tests.monitor.fake_api import FakeModel
from tests.monitor.notify.sink import Sink
from tests.monitor.notify.test_outbox import alert
from tools import local_server

ROOT = Path(__file__).resolve().parents[3]
API = "https://api.test"


@pytest.fixture
def sink():
    """Give a channel's other side."""
    with Sink() as sink:
        yield sink


class Clock:
    """A clock that a test moves."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    """Give the store's clock."""
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    """Give a store in a file."""
    return SqliteStore(tmp_path / "monitor.db", "x", clock=clock)


def notifier(store, *urls):
    """Return a notifier over channels with these addresses."""
    return Notifier(store, opened(urls), API)


def write(store, *steps, channels):
    """Write what probes leave, each step the alerts of one."""
    before = []
    for at, now in enumerate(steps, 200):
        lease = store.acquire("probe", 10)
        _, tables = store.read(TABLE)
        assert store.commit(lease, {TABLE: outbox.recorded(tables[TABLE], before, now, channels, float(at))})
        before = now


def left(store):
    """Return how many messages wait, and which channels failed."""
    _, tables = store.read(TABLE, CHANNELS)
    return len(tables[TABLE]), list(tables[CHANNELS])


def test_a_beginning_and_an_end_arrive_once_and_in_order(store, sink):
    """With what people need to know."""
    teller = notifier(store, sink.url)
    write(store, [alert()], [], channels=teller.ids)
    assert teller.due(*store.read(TABLE, CHANNELS))
    teller.settle()
    teller.settle()
    assert sink.titles == ["Firing: EndpointDown (critical)", "Resolved: EndpointDown (critical)"]
    assert sink.taken[0]["message"].splitlines()[0] == "It is down."
    assert [message["type"] for message in sink.taken] == ["failure", "success"]
    assert left(store) == (0, [])
    assert not teller.due(*store.read(TABLE, CHANNELS))


def test_a_channel_that_is_down_for_a_while_misses_nothing(store, clock, sink):
    """The other channel does not wait for it, and no message overtakes another."""
    with Sink() as other:
        teller = notifier(store, sink.url, other.url)
        sink.status = 500
        write(store, [alert()], [], channels=teller.ids)
        teller.settle()
        assert (len(other.taken), sink.asked, left(store)) == (2, 1, (2, [teller.ids[0]]))
        teller.settle()
        assert sink.asked == 1  # It rests.
        clock.now += outbox.RETRY
        sink.status = 200
        teller.settle()
        assert sink.titles == other.titles
        assert left(store) == (0, [])


def test_a_notifier_that_was_killed_leaves_the_rest_to_the_next(store, clock, sink):
    """Nothing is lost; nobody else sends while its lease lasts."""
    teller = notifier(store, sink.url)
    write(store, [alert()], channels=teller.ids)
    assert store.acquire(LEASE, LEASE_SECONDS)
    teller.settle()
    assert sink.taken == []
    clock.now += LEASE_SECONDS + 1
    teller.settle()
    assert len(sink.taken) == 1


def test_a_kill_between_sending_and_recording_sends_twice(tmp_path, sink):
    """At least once is the promise, and this is the only way to more."""
    file = tmp_path / "monitor.db"
    store = SqliteStore(file, "x")
    write(store, [alert()], channels=notifier(store, sink.url).ids)
    sink.wait = 30
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'monitoring'}"}
    command = [sys.executable, "-m", "tests.monitor.notify.killed_child", str(file), sink.url]
    child = subprocess.Popen(command, cwd=ROOT, env=env)
    while not sink.asked:
        assert child.poll() is None
        time.sleep(0.02)
    child.kill()
    child.wait()
    sink.wait = 0
    later = SqliteStore(file, "x", clock=lambda: time.time() + LEASE_SECONDS + 1)
    notifier(later, sink.url).settle()
    assert (sink.asked, left(later)) == (2, (0, []))


def test_two_monitors_on_one_redis_send_each_message_once(empty_redis, sink):
    """However many visits come at the same time."""
    stores = [RedisStore(empty_redis.url(), "x") for _ in range(2)]
    tellers = [notifier(store, sink.url) for store in stores]
    for number in range(5):
        write(stores[number % 2], [alert(subject=str(number))], channels=tellers[0].ids)
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda teller: teller.settle(), tellers * 4))
    for store in stores:
        store.close()
    assert sink.titles == ["Firing: EndpointDown (critical)"] * 5


def test_a_store_that_fails_keeps_the_messages(tmp_path, sink):
    """And the answer that was given meanwhile stands."""
    store = SqliteStore(tmp_path / "none" / "monitor.db", "x")
    (tmp_path / "none").write_text("a file where a folder should be")
    notifier(store, sink.url).settle()
    assert sink.asked == 0


class Forgetful(SqliteStore):
    """A store that fails when it is told of what was sent."""

    fails = True

    def commit(self, lease, changes, *, release=True):
        if self.fails and lease.name == LEASE:
            raise StoreError("the disk is full")
        return super().commit(lease, changes, release=release)


def test_what_the_store_could_not_be_told_is_not_sent_again(tmp_path, clock, sink):
    """The process remembers, and writes it down when the store is back."""
    store = Forgetful(tmp_path / "monitor.db", "x", clock=clock)
    teller = notifier(store, sink.url)
    write(store, [alert()], channels=teller.ids)
    for _ in range(3):
        teller.settle()
        clock.now += LEASE_SECONDS + 1
    store.fails = False
    teller.settle()
    assert (sink.asked, left(store)) == (1, (0, []))


def test_one_thread_alone_waits_for_a_channel_that_hangs(store, clock, sink):
    """However long it hangs: the others answer visitors."""
    teller = notifier(store, sink.url)
    write(store, [alert()], channels=teller.ids)
    sink.wait = 2
    with ThreadPoolExecutor(2) as pool:
        waits = pool.submit(teller.settle)
        while not sink.asked:
            time.sleep(0.01)
        clock.now += LEASE_SECONDS + 1
        teller.settle()
        assert not waits.done()
        waits.result()
    assert sink.asked == 1


SECRET = "hunter2"  # noqa: S105 - of a test
UNUSABLE = (f"slack://{SECRET}", f"discord://{SECRET}", f"tgram://{SECRET}", f"none://{SECRET}@x")


@pytest.mark.parametrize("url", UNUSABLE, ids=lambda url: url.partition(":")[0])
def test_a_log_tells_no_part_of_an_address_that_is_wrong(url, caplog):
    """Apprise logs it whole."""
    with pytest.raises(ChannelFault):
        opened([url])
    assert "..." in caplog.text
    assert SECRET not in caplog.text


def test_a_log_tells_why_a_channel_failed_and_nothing_of_its_address(sink, caplog):
    """Not where it leads either."""
    sink.status = 401
    (channel,) = opened([f"{sink.url}{SECRET}?x={SECRET}"])
    assert not channel.send("title", "body", "failure")
    assert "error=401" in caplog.text
    assert SECRET not in caplog.text


@pytest.mark.parametrize(
    "urls", [("nonsense://x",), ("json://127.0.0.1:1", "slack://"), ("mailto://",)], ids=str
)
def test_an_address_that_apprise_can_not_use_is_named_by_its_place(urls):
    """And its secrets by nobody."""
    with pytest.raises(ChannelFault) as raised:
        opened(urls)
    assert str(raised.value).endswith(f"number {len(urls)}")


def test_what_channels_are_told_of_names_no_address(client_of, api, sink):
    """Neither the page nor the store holds what the address holds."""
    secret = sink.url.replace("://", "://user:hunter2@")
    client = client_of(api, alert_urls=(secret,), probe_max_age=0)
    sink.status = 500
    api.models[0] = FakeModel(run_seconds=301.0)
    client.get("/api/status").close()
    said = client.get("/api/status")
    told = said.get_json()["notifications"]
    assert told == {
        "channels": 1,
        "waiting": 1,
        "failing": [{"channel": "1 (json)", "since": told["failing"][0]["since"]}],
    }
    page = client.get("/").text
    assert "Channel 1 (json) does not take messages: 1 message waits for the next visit." in page
    assert "hunter2" not in page + json.dumps(told)


def test_a_server_that_is_stopped_while_it_sends_records_it(tmp_path, sink):
    """A clean restart tells nobody twice."""
    url, port = f"http://127.0.0.1:{local_server.free_port()}", local_server.free_port()
    store = SqliteStore(tmp_path / "monitor.db", sha256(url.encode()).hexdigest()[:12])
    write(store, [alert()], channels=notifier(store, sink.url).ids)
    told = {"HISTORY_PATH": str(tmp_path / "monitor.db"), "MAIN_API_URL": url, "ALERT_URLS": sink.url}
    sink.wait = 1
    server = local_server.start(ROOT / "monitoring", port, {**os.environ, **told})
    try:
        assert local_server.wait_until_answers(server, f"http://127.0.0.1:{port}/api/status")
        deadline = time.monotonic() + 20
        while not sink.asked:
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        local_server.stop(server)
    assert (len(sink.taken), left(store)) == (1, (0, []))
