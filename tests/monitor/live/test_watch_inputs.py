"""Through the store: what one probe counts is what the next one subtracts, whoever makes it."""

import pytest

from monitor import drift, live_status
from monitor.counted import Counted, Feedback
from monitor.probe import Probed
from monitor.store import StoreError
from monitor.store.memory import MemoryStore
from monitor.store.sqlite import SqliteStore
from monitor.watch import Timing, Watch
from tests.monitor.samples import NOW, sample

TIMING = Timing(max_age=30, valid_for=600)
KEY = ("math-score", "1")
BASELINE = {"f": {"0": 500, "1": 500}}


class Api:
    """Counts what a test tells it, and is probed at the clock's times."""

    def __init__(self, store) -> None:
        self.now, self.rows, self.labels = NOW, 0, 0
        self.known = True
        self.store = store(lambda: self.now)

    def visit(self, rows=0, labels=0, seconds=60.0):
        """Let time pass and rows come, then look with a monitor that knows only the store."""
        self.now, self.rows, self.labels = self.now + seconds, self.rows + rows, self.labels + labels
        view = Watch(self._probe, self.store, TIMING).visit()
        return live_status.told(view), view

    def _probe(self, known, remembers):
        told = Feedback(float(self.labels), 2.0 * self.labels, 4.0 * self.labels)
        seen = {KEY: Counted(self.rows, {"f": {"0": self.rows, "1": 0}}, BASELINE, told)}
        return Probed(sample(0.0), {}, seen if self.known else {})


@pytest.fixture
def api(tmp_path):
    """Return an API whose history is kept in a file."""
    return Api(lambda clock: SqliteStore(tmp_path / "monitor.db", "target", clock=clock))


def test_windows_close_across_processes(api):
    """Drift is found and alarms with the second one, and lasts while nothing is counted."""
    api.visit(1000)
    waits, _ = api.visit(199)
    assert (waits["drift"], waits["drift_missing"]) == (
        None,
        "The first window is still open: 199 of 200 rows.",
    )
    once, _ = api.visit(1)
    assert [(row["rows"], row["drifted"]) for row in once["drift"]] == [(200, False)]
    twice, view = api.visit(5000, seconds=9 * 86_400)
    assert [(row["rows"], row["drifted"], row["windows"]) for row in twice["drift"]] == [(5000, True, 2)]
    assert "ModelInputDrift math-score 1" in view.tables["alerts"]
    api.known = False
    later, view = api.visit()
    assert later["drift"] == twice["drift"]
    assert "ModelInputDrift math-score 1" in view.tables["alerts"]


def test_labels_of_the_last_seven_days(api):
    """A snapshot a day is enough."""
    api.visit(labels=100)
    for _ in range(8):
        found, _ = api.visit(labels=10, seconds=86_400)
    assert [(each["labels"], each["mae"], each["rmse"]) for each in found["live"]] == [(70, 2.0, 2.0)]


def test_a_commit_that_failed_discards_nothing(api):
    """The window that was open is open still."""

    class Failing:
        """Reads and leases well, and takes nothing."""

        backend, keeps = "sqlite", True

        def __init__(self, store) -> None:
            self.read, self.acquire, self.release = store.read, store.acquire, store.release
            self.aside = store.aside

        def commit(self, lease, changes, *, release=True):
            raise StoreError("the disk is full")

    api.visit()
    whole, api.store = api.store, Failing(api.store)
    api.visit(150)
    api.store = whole
    found, _ = api.visit(50)
    assert [row["rows"] for row in found["drift"]] == [200]


def test_without_history_nothing_is_judged():
    """One probe has nothing to subtract."""
    api = Api(lambda clock: MemoryStore(clock=clock))
    for _ in range(3):
        found, view = api.visit(500, 500)
    assert (found["drift"], found["live"]) == (None, None)
    assert found["drift_missing"] == "No history is kept, so no window of inputs can be."
    assert drift.TABLE not in {name for name, table in view.tables.items() if table}
