"""A window adds its slots up."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import summary
from monitor.slots import BOUNDS, EMPTY, Slot, bucket_of, encoded, table_name
from monitor.summary import WINDOWS, percentile
from tests.monitor.history.raw import nearest_rank
from tests.monitor.samples import sample

NOW = 1_700_006_400.0 + 3 * 3600 + 17 * 60 + 5.5
ONE_BUCKET = 2**0.25 * (1 + 1e-9)


def counted(latencies):
    """Return latencies as buckets."""
    buckets: dict[int, int] = {}
    for latency in latencies:
        buckets[bucket_of(latency)] = buckets.get(bucket_of(latency), 0) + 1
    return buckets


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_the_slot_of_now_and_those_before(name):
    """Gaps included, oldest first."""
    found = summary.window({}, name, NOW, None, 600)
    size, count = WINDOWS[name]
    starts = [start for start, _ in found.slots]
    assert [slot for _, slot in found.slots] == [EMPTY] * count
    assert starts[-1] <= NOW < starts[-1] + found.slot_seconds
    assert starts == list(range(starts[0], starts[-1] + 1, found.slot_seconds))
    assert (found.name, found.start, found.end) == (name, starts[0], NOW)
    assert found.slot_seconds == {"5m": 300, "1h": 3600, "1d": 86400}[size]


LENGTHS = {"1h": 3600, "24h": 86_400, "7d": 7 * 86_400, "30d": 30 * 86_400, "90d": 90 * 86_400}


@pytest.mark.parametrize("name", WINDOWS)
def test_a_window_is_as_long_as_its_name_says(name):
    """The slot of now included, of which only a part has passed."""
    found = summary.window({}, name, NOW, None, 600)
    assert found.slot_seconds * len(found.slots) == LENGTHS[name]


def test_nothing_known_is_no_uptime():
    """Neither 0 nor 100%."""
    found = summary.window({}, "24h", NOW, None, 600)
    assert (found.uptime, found.coverage, found.percentile(0.5)) == (None, 0.0, None)
    assert (found.known_seconds, found.up_seconds) == (0, 0)


def test_uptime_counts_known_time_only():
    """Coverage tells how much that is."""
    newest = int(NOW // 300)
    table = {
        str(newest - 1): encoded(Slot(300_000, 300_000, 100_000, 2, 0, {10: 2})),
        str(newest - 2): encoded(Slot(100_000, 0, 0, 1, 1, {20: 1})),
        str(newest - 12): encoded(Slot(300_000, 0, 0, 1, 1, {30: 5})),  # Before the window.
        str(newest + 1): encoded(Slot(300_000, 0, 0, 1, 1, {30: 5})),  # After now.
    }
    found = summary.window({table_name("5m"): table}, "1h", NOW, None, 600)
    assert (found.known_seconds, found.up_seconds, found.uptime) == (400.0, 300.0, 0.75)
    assert found.coverage == pytest.approx(400 / (NOW - (newest - 11) * 300))
    assert found.buckets == {10: 2, 20: 1}


def test_the_last_sample_speaks_until_now():
    """Also across slots, and no longer than it may."""
    last = sample(NOW - 500, state="down")
    found = summary.window({}, "1h", NOW, last, 600)
    assert (found.known_seconds, found.uptime) == (500.0, 0.0)
    assert summary.window({}, "1h", NOW, last, 60).known_seconds == 60.0


def test_coverage_is_at_most_one():
    """A clock that was stepped back leaves more known time than has passed."""
    newest = int(NOW // 86400)
    table = {str(newest - back): encoded(Slot(86_400_000, 86_400_000)) for back in range(30)}
    found = summary.window({table_name("1d"): table}, "30d", NOW, None, 600)
    assert found.coverage == 1.0


@pytest.mark.parametrize("q", [0.01, 0.5, 0.95, 0.99, 1.0])
@pytest.mark.parametrize("size", [1, 2, 7, 100, 5000])
def test_percentiles_are_within_one_bucket(size, q):
    """Of the exact nearest rank."""
    dice = random.Random(size)
    latencies = [dice.lognormvariate(-3, 1) for _ in range(size)]
    exact = nearest_rank(latencies, q)
    found = percentile(counted(latencies), q)
    assert found
    assert exact / ONE_BUCKET <= found <= exact * ONE_BUCKET
    assert bucket_of(found * (1 - 1e-12)) == bucket_of(exact)


@given(st.lists(st.floats(0, 1000), min_size=1), st.floats(0.001, 1), st.floats(0.001, 1))
def test_percentiles_grow_and_are_numbers(latencies, one, other):
    """A higher share is never a shorter time."""
    low, high = (percentile(counted(latencies), q) for q in sorted((one, other)))
    assert low is not None
    assert high is not None
    assert 0 < low <= high < BOUNDS[-2] * (1 + 1e-9)


def test_a_latency_beyond_all_bounds_is_the_last_bound():
    """Nothing is known but that it was longer."""
    assert percentile({len(BOUNDS) - 1: 3}, 0.5) == BOUNDS[-2]


def test_the_share_inside_a_bucket_is_logarithmic():
    """Half of a bucket's calls lie below its geometric middle."""
    assert percentile({20: 2}, 0.5) == pytest.approx(math.sqrt(BOUNDS[19] * BOUNDS[20]))
    assert percentile({20: 2}, 1.0) == pytest.approx(BOUNDS[20])


def test_the_first_bucket_is_as_wide_as_the_others():
    """A fourth of a doubling, though nothing bounds it below."""
    low = BOUNDS[0] ** 2 / BOUNDS[1]
    assert percentile({0: 2}, 0.5) == pytest.approx(math.sqrt(low * BOUNDS[0]))
    assert percentile({0: 2}, 1.0) == pytest.approx(BOUNDS[0])


def test_no_calls_have_no_percentile():
    """Nor have buckets that were emptied."""
    assert percentile({}, 0.5) is None
    assert percentile({3: 0}, 0.5) is None
