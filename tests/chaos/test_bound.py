"""The harness itself: a seed gives the same faults again, and what is missing or invented is found."""

import json
from collections import Counter
from contextlib import closing
from itertools import pairwise

import pytest

from mlapi.counters.ledger import Ledger
from mlapi.counters.sqlite import SqliteStore
from tests.chaos.books import kept, stored, torn
from tests.chaos.faults import FAULTS
from tests.chaos.life import AFTER, BEFORE, SLOW, Call, Life
from tests.chaos.resources import ROOM_BYTES, Sample, descriptors, drift
from tests.chaos.schedule import schedule

ONE = (("calls", 1), ("rows", 1))
DOWN, UP = "counters can't be written: Redis can't be reached", "counters are written again"


def call(begun: float, outcome="answered", seconds: float = 0.01) -> Call:
    """Return a call."""
    return Call(begun, begun + seconds, outcome, ONE)


def life(*calls: Call, log=(), whole: bool = True) -> Life:
    """Return a life."""
    return Life(list(calls), list(log), whole)


def test_a_seed_gives_the_same_schedule_again():
    """And another one another; every fault comes once before any comes twice."""
    steps = schedule(5, 600, list(FAULTS))
    assert steps == schedule(5, 600, list(FAULTS)) != schedule(6, 600, list(FAULTS))
    assert {step.fault for step in steps[: len(FAULTS)]} == FAULTS.keys()
    assert all(a.at + a.lasts < b.at for a, b in pairwise(steps))
    assert steps[-1].at + steps[-1].lasts <= 600


@pytest.mark.parametrize(
    ("calls", "found"),
    [(1, "calls: 2 <= 1 <= 3"), (2, None), (3, None), (4, "calls: 2 <= 4 <= 3")],
    ids=["one lost", "exact", "one in doubt", "one invented"],
)
def test_a_count_outside_the_bound_is_found(calls, found):
    """Two were answered, one is in doubt."""
    books = kept([life(call(1), call(2), call(3, "doubtful"))])
    faults = books.faults({"calls": calls, "rows": 2, "refused": 0, "labels": 0})
    assert faults == ([f"{found} does not hold"] if found else [])


@pytest.mark.parametrize(
    ("lived", "late", "lost"),
    [
        (life(call(1), call(5), log=[(4.0, DOWN)], whole=False), 1, 1),
        (life(call(1), call(5), log=[(4.0, DOWN)]), 1, 0),
        (life(call(1), call(5), call(9), log=[(4.0, DOWN), (8.0, UP)], whole=False), 1, 0),
        (life(call(1), call(5), log=[(4.0, DOWN), (4.5, UP)], whole=False), 0, 0),
        (life(call(1), call(5, seconds=2 * SLOW), whole=False), 1, 1),
        (life(call(1), call(5, seconds=2 * SLOW), call(6), whole=False), 1, 0),
        (life(call(1), call(5, seconds=2 * SLOW), call(5.1), whole=False), 1, 1),
        (life(call(1), call(5), whole=False), 0, 0),
    ],
    ids=[
        "killed while it failed",
        "alive",
        "killed after it was well again",
        "answered after it was well again",
        "killed after a slow answer",
        "a slow answer, then one in time",
        "a slow answer, and one meanwhile",
        "killed",
    ],
)
def test_what_a_kill_may_have_taken_along(lived, late, lost):
    """Only answers that were given before they were counted, and that no later one tells of."""
    books = kept([lived])
    assert (books.late["calls"], books.lost["calls"]) == (late, lost)


def test_a_log_tells_when_a_store_failed_and_when_it_answered_again(tmp_path, caplog):
    """In the words that the harness goes by."""
    path = tmp_path / "api.db"
    path.mkdir()
    clock = [0.0]
    with closing(SqliteStore(path)) as store:
        ledger = Ledger(store, failure_field="f", late_field="l", monotonic=lambda: clock[0])
        assert ledger.record({"a": 1}) is None
        path.rmdir()
        clock[0] += 60
        ledger.settle()
        assert ledger.record({"a": 1}) == ()
    log = [(float(at), record.message) for at, record in enumerate(caplog.records)]
    assert life(log=log).failing() == [(0.0 - BEFORE, 1.0 + AFTER)]


def test_a_torn_write_is_found():
    """A row without its bins."""
    counters = {
        ("ml_predictions_total", "m", "1", ""): 2,
        ("model_prediction_requests_total", "m", "1", "success"): 2,
        ("ml_feature_bin_total", "m", "1", "a", "0"): 1,
        ("ml_requests_total", "POST", "/api/predict", "200"): 2,
        ("ml_requests_total", "POST", "/api/predict", "503"): 1,
    }
    spelled = {json.dumps(key): value for key, value in counters.items()}
    assert torn(spelled) == ["rows of m 1 a: 1 of 2"]
    assert stored(spelled) == Counter(calls=2, rows=2, other=1)


@pytest.mark.parametrize(
    ("growth", "noise", "flat"),
    [(0, ROOM_BYTES // 2, True), (3 * ROOM_BYTES, 0, False), (-3 * ROOM_BYTES, 0, True)],
    ids=["noise", "a leak", "less and less"],
)
def test_memory_that_grows_is_found(growth, noise, flat):
    """Over the second half, whatever happened in the first."""
    points = range(600)
    samples = [
        Sample(at, (at < 300) * 10**9 + 10**8 + at * growth // 300 + (at % 2) * noise, 20) for at in points
    ]
    assert drift(samples).is_flat == flat
    assert descriptors(samples) == (20, 20)
