"""Live accuracy: what true outcomes of the last seven days say."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from monitor import accuracy
from monitor.accuracy import DAY, wilson
from monitor.counted import Counted, Feedback
from tests.monitor.live.counters import KEY, Counters
from tests.monitor.samples import NOW

MIDNIGHT = NOW - NOW % DAY


def told(*each, correct=False):
    """Return counters that were probed at these days: (day, labels, sum of errors, sum of squares)."""
    counters = Counters()
    for day, count, first, *second in each:
        sums = {"correct": first} if correct else {"absolute": first, "squared": sum(second, 0.0)}
        counters.feedback = Feedback(float(count), **sums)
        counters.probe(MIDNIGHT + day * DAY)
    return counters


def test_errors_are_those_of_all_labels_at_first():
    """Nothing is known of when they came."""
    found = told((0, 20, 60.0, 500.0)).live
    assert (found.labels, found.mae, found.rmse) == (20, 3.0, 5.0)
    assert (found.accuracy, found.low, found.high) == (None, None, None)


def test_below_twenty_labels_nothing_is_said():
    """But how many they are."""
    found = told((0, 19, 60.0, 500.0)).live
    assert (found.labels, found.mae, found.rmse) == (19, None, None)


def test_after_a_week_only_the_last_seven_days_count():
    """The snapshot of seven days ago is subtracted."""
    days = [(day, 100.0 + 10 * day, 1000.0 + 20 * day, 4000.0 + 90 * day) for day in range(30)]
    week = told(*days[:7]).live
    assert week.labels == 160
    later = told(*days).live
    assert (later.labels, later.mae, later.rmse) == (70, 2.0, 3.0)


def test_a_snapshot_is_of_the_first_probe_of_its_day():
    """Later ones of the day change nothing."""
    found = told((0, 0, 0.0), (0.1, 100, 100.0), (0.9, 200, 200.0), (7.5, 300, 900.0)).live
    assert (found.labels, found.mae) == (200, 4.0)


def test_a_gap_is_bridged_by_the_newest_snapshot_that_is_old_enough():
    """Nobody looked for a month."""
    found = told((0, 10, 10.0), (1, 40, 40.0), (2, 60, 60.0), (40, 100, 180.0)).live
    assert (found.labels, found.mae) == (40, 3.0)


@pytest.mark.parametrize("counted", [(9, 50, 900.0), (9, 500, 50.0)], ids=["labels", "errors"])
def test_a_counter_that_went_back_starts_anew(counted):
    """What is there now is all there is."""
    found = told((0, 10, 10.0), (1, 300, 300.0), (8, 400, 400.0), counted).live
    assert (found.labels, found.mae) == (counted[1], counted[2] / counted[1])


def test_a_clock_that_goes_back_forgets_the_days_to_come():
    """And makes no difference negative."""
    found = told((0, 10, 10.0), (9, 300, 300.0), (1, 400, 500.0)).live
    assert (found.labels, found.mae) == (400, 1.25)


def test_classes_have_a_share_and_its_interval():
    """Wilson's."""
    found = told((0, 50, 40.0), correct=True).live
    assert (found.labels, found.accuracy, found.mae) == (50, 0.8, None)
    assert (found.low, found.high) == pytest.approx((0.669629, 0.887562), abs=1e-6)


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_intervals_are_those_of_scipy(counts):
    """From none to all."""
    right, count = counts
    theirs = stats.binomtest(right, count).proportion_ci(method="wilson")
    assert wilson(right, count) == pytest.approx((theirs.low, theirs.high), abs=1e-9)


def test_no_more_than_eight_days_are_kept():
    """However long it is watched."""
    counters = told(*((day, 100.0 + day, 100.0 + day) for day in range(400)))
    kept = json.loads(counters.tables[accuracy.TABLE]["math-score 1"])
    assert [day for day, *_ in kept["days"]] == [MIDNIGHT // DAY + day for day in range(392, 400)]
    assert len(json.dumps(kept)) < 1000


def test_a_model_that_tells_nothing_keeps_what_it_told():
    """For a month."""
    table = told((0, 20, 60.0)).tables[accuracy.TABLE]
    assert accuracy.recorded(table, {KEY: Counted(1, {}, {})}, NOW) == table
    assert accuracy.recorded(table, {}, NOW + 31 * DAY) == {"math-score 1": None}


@pytest.mark.parametrize(
    "change",
    [
        {"now": [1]},
        {"now": ["x", 1, 1, None]},
        {"days": [[]]},
        {"days": [[1, 2]]},
        {"days": 3},
        {"seen": None},
    ],
    ids=str,
)
def test_a_damaged_state_begins_anew(change):
    """Another release may have written it."""
    counters = told((0, 20, 60.0))
    kept = json.loads(counters.tables[accuracy.TABLE]["math-score 1"])
    counters.tables[accuracy.TABLE]["math-score 1"] = json.dumps({**kept, **change})
    assert accuracy.listed(counters.tables[accuracy.TABLE], [KEY]) == []
    counters.probe(MIDNIGHT)
    assert replace(counters.live, rmse=None) == accuracy.Live(*KEY, 20, 3.0)
