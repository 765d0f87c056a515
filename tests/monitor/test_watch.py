"""Any visit is the clock, and a hundred visits make one probe."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import pytest

from monitor import pins, record, summary
from monitor.probe import Probed
from monitor.store import StoreError
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from monitor.watch import Timing, Watch
from tests.monitor.samples import NOW, SHA, down, sample

TIMING = Timing(max_age=30, valid_for=600)
PIN = {
    "sha256": SHA,
    "task": "regression",
    "tolerance": {"absolute": 0.1},
    "goldens": [{"input": {}, "prediction": 1}],
}


@dataclass
class Clock:
    """A clock that a test moves."""

    now: float = NOW

    def __call__(self) -> float:
        return self.now


@dataclass
class Prober:
    """Counts the probes, and answers as it is told."""

    answer: Callable[..., dict] = sample
    seconds: float = 0.0
    first_seen: dict = field(default_factory=dict)
    calls: list = field(default_factory=list)

    def __call__(self, known, remembers) -> Probed:
        self.calls.append((known, remembers))
        time.sleep(self.seconds)
        return Probed(self.answer(0.0), self.first_seen)


@pytest.fixture
def clock() -> Clock:
    """Give a clock."""
    return Clock()


@pytest.fixture
def store(tmp_path, clock) -> SqliteStore:
    """Give an empty store."""
    return SqliteStore(tmp_path / "monitor.db", "api", clock=clock)


def test_a_visit_to_a_cold_monitor_probes(store):
    """And shows what it saw."""
    prober = Prober()
    view = Watch(prober, store, TIMING).visit()
    assert view.kept
    assert view.sample["state"] == "up"
    assert view.sample["at"] == pytest.approx(NOW, abs=1)
    assert len(prober.calls) == 1


def test_a_probe_serves_visits_until_it_is_too_old(store, clock):
    """A visit after thirty seconds makes the next one."""
    prober = Prober()
    watch = Watch(prober, store, TIMING)
    for now, probes in ((0, 1), (29, 1), (31, 2), (40, 2), (62, 3)):
        clock.now = NOW + now
        watch.visit()
        assert len(prober.calls) == probes


def test_other_processes_share_the_probe(store, tmp_path, clock):
    """They meet in the store."""
    first, second = Prober(), Prober()
    Watch(first, store, TIMING).visit()
    Watch(second, SqliteStore(tmp_path / "monitor.db", "api", clock=clock), TIMING).visit()
    assert (len(first.calls), len(second.calls)) == (1, 0)


def test_two_hundred_visitors_of_a_cold_monitor_make_one_probe(store, tmp_path, clock):
    """Threads of one process and of others (a watch of its own stands for a process); all see the answer."""
    prober = Prober(seconds=0.5)
    watches = [
        Watch(prober, SqliteStore(tmp_path / "monitor.db", "api", clock=clock), TIMING) for _ in range(8)
    ]
    gate = threading.Barrier(200)

    def visit(number: int):
        gate.wait()
        return watches[number % 8].visit()

    with ThreadPoolExecutor(200) as pool:
        views = list(pool.map(visit, range(200)))
    assert len(prober.calls) == 1
    assert {view.sample["state"] for view in views} == {"up"}


def test_while_another_probes_a_sample_that_speaks_is_the_answer(store, clock):
    """Nobody waits for what is known well enough."""
    prober = Prober()
    watch = Watch(prober, store, TIMING)
    watch.visit()
    clock.now = NOW + 60
    assert store.acquire("probe", 10)
    began = time.monotonic()
    assert watch.visit().sample["at"] == pytest.approx(NOW, abs=1)
    assert time.monotonic() - began < 2
    assert len(prober.calls) == 1


def test_who_has_nothing_to_show_waits_for_the_other_probe(store, tmp_path, clock):
    """It ends as soon as the other one does."""
    slow = Watch(Prober(seconds=0.6), store, TIMING)
    waiting = Watch(Prober(), SqliteStore(tmp_path / "monitor.db", "api", clock=clock), TIMING)
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(slow.visit)
        time.sleep(0.2)
        view = waiting.visit()
        other.result()
    assert view.sample is not None


@pytest.mark.slow
def test_who_waits_for_a_prober_that_died_gets_an_answer_in_time(store):
    """Its lease outlives the patience of a visitor: then nothing is known."""
    assert store.acquire("probe", 10)
    began = time.monotonic()
    view = Watch(Prober(), store, TIMING).visit()
    assert view.sample is None
    assert time.monotonic() - began < 6


def test_a_check_probes_although_the_last_one_is_young(store, clock):
    """As the caller wished."""
    prober = Prober()
    watch = Watch(prober, store, TIMING)
    watch.visit()
    clock.now += 1
    watch.visit(0.0, wait=True)
    watch.visit(5.0, wait=True)
    assert len(prober.calls) == 2


def test_a_prober_that_lost_its_lease_changes_nothing(store, clock):
    """It was frozen; what it saw then is not what is now."""

    def frozen(at):
        clock.now += 20
        lease = store.acquire("probe", 10)
        store.commit(lease, {"last": {"sample": "", "other": "took over"}})
        return down(at)

    view = Watch(Prober(frozen), store, TIMING).visit()
    assert view.tables["last"] == {"sample": "", "other": "took over"}
    assert view.tables["slots-5m"] == {}


def test_a_clock_that_was_set_back_does_not_stop_the_probes(store, clock):
    """A sample from the future is no answer."""
    prober = Prober()
    watch = Watch(prober, store, TIMING)
    watch.visit()
    clock.now -= 3600
    assert watch.visit().sample["at"] == pytest.approx(clock.now, abs=1)
    assert len(prober.calls) == 2


class Broken(MemoryStore):
    """A store whose methods fail when told to, as one behind a broken wire."""

    backend = "redis"
    keeps = True
    failing: frozenset[str] = frozenset()

    def read(self, *tables):
        self._fail("read")
        return super().read(*tables)

    def acquire(self, name, seconds):
        self._fail("acquire")
        return super().acquire(name, seconds)

    def commit(self, lease, changes, *, release=True):
        self._fail("commit")
        return super().commit(lease, changes, release=release)

    def _fail(self, call):
        if call in self.failing:
            raise StoreError("Redis does not answer")


@pytest.mark.parametrize("call", ["read", "acquire", "commit"])
def test_a_store_that_fails_leaves_the_live_probe(call):
    """One probe is made, its visitor sees it, and the page can say what is missing."""
    store, prober = Broken(), Prober()
    store.failing = frozenset({call})
    view = Watch(prober, store, TIMING).visit()
    assert len(prober.calls) == 1
    assert view.sample["state"] == "up"
    assert (view.kept, view.backend, view.fault) == (False, "redis", "Redis does not answer")


def test_a_store_that_fails_after_its_write_costs_no_second_probe():
    """The process remembers what it saw itself."""

    class FailsOnceWritten(Broken):
        def commit(self, lease, changes, *, release=True):
            held = super().commit(lease, changes, release=release)
            self.failing = frozenset({"read"})
            return held

    prober = Prober()
    view = Watch(prober, FailsOnceWritten(), TIMING).visit()
    assert len(prober.calls) == 1
    assert (view.sample["state"], view.fault) == ("up", "Redis does not answer")


def test_who_waited_for_another_probe_makes_none_when_the_store_fails():
    """Together they would take longer than a visitor waits; the next visit probes."""
    store, prober = Broken(), Prober()
    assert store.acquire("probe", 10)
    watch = Watch(prober, store, TIMING)
    with ThreadPoolExecutor(1) as pool:
        visit = pool.submit(watch.visit)
        time.sleep(1.2)
        store.failing = frozenset({"read"})
        view = visit.result()
    assert (view.sample, view.fault) == (None, "Redis does not answer")
    assert prober.calls == []
    assert watch.visit().sample["state"] == "up"


def test_all_who_wait_for_a_store_that_can_only_be_read_get_the_live_probe():
    """As does the one who found out."""

    class ReadOnly(Broken):
        def acquire(self, name, seconds):
            time.sleep(0.3)  # Until all wait.
            raise StoreError("this Redis is a replica")

    prober = Prober(seconds=0.3)
    watch = Watch(prober, ReadOnly(), TIMING)
    with ThreadPoolExecutor(20) as pool:
        views = list(pool.map(lambda _: watch.visit(), range(20)))
    assert {view.sample and view.sample["state"] for view in views} == {"up"}
    assert {view.fault for view in views} == {"this Redis is a replica"}
    assert len(prober.calls) == 1


def test_a_write_that_failed_is_counted_with_the_next_that_succeeds(clock):
    """The count is the store's, so that every process tells the same."""
    store = Broken(clock=clock)
    watch = Watch(Prober(), store, TIMING)
    store.failing = frozenset({"commit"})
    for _ in range(3):
        watch.visit()
        clock.now += 11  # The lease of the write in doubt is over.
    store.failing = frozenset()
    assert record.write_failures(watch.visit().tables) == 3
    clock.now += 60
    assert record.write_failures(watch.visit().tables) == 3


def test_without_a_store_no_history_is_made(clock):
    """The last probe is shown, and nothing else is kept."""
    store = MemoryStore(clock=clock)
    watch = Watch(Prober(), store, TIMING)
    watch.visit()
    clock.now += 60
    view = watch.visit()
    assert not view.kept
    assert view.sample["at"] == pytest.approx(NOW + 60, abs=1)
    assert view.tables["slots-5m"] == view.tables["incidents"] == {}


def test_answers_seen_first_are_kept_and_given_to_the_next_probe(store, clock):
    """They are what later answers are compared with."""
    prober = Prober(first_seen={("other", "1"): PIN})
    watch = Watch(prober, store, TIMING)
    watch.visit()
    clock.now += 60
    watch.visit()
    assert [known for known, _ in prober.calls] == [{}, {("other", "1"): PIN}]


def test_where_no_more_answers_can_be_kept_none_are_taken_for_known(store):
    """A probe is told, so that it does not say that it remembers."""
    known = {f"other {version}": pins.spelled(PIN) for version in range(record.MOST_PINS)}
    store.commit(store.acquire("test", 10), {record.PINS: known})
    prober = Prober()
    Watch(prober, store, TIMING).visit()
    assert [remembers for _, remembers in prober.calls] == [False]


def test_a_bug_in_a_probe_does_not_hold_the_others(store):
    """The turn ends although it failed."""

    def bug(at):
        raise ZeroDivisionError

    watch = Watch(Prober(bug), store, TIMING)
    with pytest.raises(ZeroDivisionError):
        watch.visit()
    began = time.monotonic()
    with pytest.raises(ZeroDivisionError):
        Watch(Prober(bug), MemoryStore(), TIMING).visit()
    assert time.monotonic() - began < 2


def test_the_state_is_dated_from_its_first_sample(store, clock):
    """A gap ends `up`, of which nothing is known meanwhile; what is down stays so since then."""
    prober = Prober()
    watch = Watch(prober, store, TIMING)

    def since(seconds, answer):
        clock.now, prober.answer = NOW + seconds, answer
        return record.number(watch.visit().tables, "since") - NOW

    steps = [(0, sample, 0), (60, sample, 0), (3600, sample, 3600), (3660, down, 3660), (9000, down, 3660)]
    for seconds, answer, expected in steps:
        assert since(seconds, answer) == pytest.approx(expected, abs=1)


def test_a_store_that_can_not_be_read_is_told(tmp_path):
    """A file that is no database leaves the live probe."""
    (tmp_path / "monitor.db").write_bytes(b"no database" * 1000)
    view = Watch(Prober(), SqliteStore(tmp_path / "monitor.db", "api"), TIMING).visit()
    assert view.sample["state"] == "up"
    assert view.fault == "the history file is no SQLite file"
    assert not view.kept


def test_a_ping_every_five_minutes_leaves_no_grey_and_a_pause_does(store, clock):
    """Of an hour without visits the first ten minutes are known, which is how long a probe speaks."""
    start = NOW - NOW % 86400
    clock.now = start
    watch = Watch(Prober(), store, TIMING)
    for minute in (*range(0, 12 * 60, 5), *range(13 * 60, 18 * 60, 5)):
        clock.now = start + 60 * minute
        watch.visit()
    clock.now = start + 18 * 3600
    view = watch.visit()
    day = summary.window(view.tables, "24h", view.now, view.sample, 600)
    grey = [at - start for at, slot in day.slots if at >= start and slot.known_ms < 1000]
    # The last ping before the pause came at 11:55.
    assert grey == [60 * minute for minute in range(12 * 60 + 5, 13 * 60, 5)] + [18 * 3600]
    assert day.known_seconds == pytest.approx(18 * 3600 - 55 * 60, abs=2)
    assert day.uptime == 1
