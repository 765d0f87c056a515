"""Every number of every window equals what the raw samples give when they are worked out the plain way."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import incidents, slots, summary
from monitor.sample import Sample
from monitor.slots import bucket_of
from monitor.store import Tables
from monitor.summary import WINDOWS
from tests.monitor.history.apply import changed, changes
from tests.monitor.history.raw import DAY, Raw, nearest_rank, window_start
from tests.monitor.samples import sample

START = 1_700_000_123.456
VALID_FOR = 600.0
ONE_BUCKET = 2**0.25 * (1 + 1e-9)
SEVERITY = {"up": 0.0005, "degraded": 0.05, "down": 0.1}  # How often a sample's state is left.


def life(seconds: float, *, seed: int) -> list[Sample]:
    """Return the samples of a while: a pinger, a page that is open at times, pauses, and changes of state."""
    dice = random.Random(seed)
    at, state, samples = START, "up", []
    like = sample()
    while at < START + seconds:
        if dice.random() < SEVERITY[state]:
            state = dice.choice([other for other in SEVERITY if other != state])
        latency = None if state == "down" and dice.random() < 0.7 else dice.lognormvariate(-3, 0.8)
        samples.append({**like, "at": at, "state": state, "latency": latency, "reason": f"it is {state}"})
        at += pause(dice)
    return samples


def pause(dice: random.Random) -> float:
    """Return the seconds until the next visit."""
    kind = dice.random()
    if kind < 0.0005:
        return dice.uniform(600, 2 * DAY)
    return dice.uniform(30, 60) if kind < 0.15 else dice.uniform(280, 301)


def assert_windows_are_right(tables: Tables, raw: Raw, now: float) -> None:
    """Compare all windows at one moment."""
    for name in WINDOWS:
        found = summary.window(tables, name, now, raw.samples[-1] if raw.samples else None, raw.valid_for)
        start = window_start(name, now)
        spans, within = raw.spans(start, now), raw.within(start, now)
        known = sum(time for _, time in spans)
        up = sum(time for state, time in spans if state != "down")
        assert found.start == start
        assert found.known_seconds == known / 1000
        assert found.up_seconds == up / 1000
        assert found.uptime == (up / known if known else None)
        assert found.coverage == min(1, known / 1000 / (now - start))
        assert sum(slot.degraded_ms for _, slot in found.slots) == sum(t for s, t in spans if s == "degraded")
        assert sum(slot.probes for _, slot in found.slots) == len(within)
        assert sum(slot.failures for _, slot in found.slots) == sum(s["state"] == "down" for s in within)
        assert_percentiles_are_close(found, [s["latency"] for s in within if s["latency"] is not None])


def assert_percentiles_are_close(found: summary.Window, latencies: list[float]) -> None:
    """Compare the usual percentiles, to within one bucket."""
    assert sum(found.buckets.values()) == len(latencies)
    for q in (0.5, 0.95, 0.99):
        exact, close = nearest_rank(latencies, q), found.percentile(q)
        if exact is None:
            assert close is None
        elif slots.BOUNDS[0] < exact < slots.BOUNDS[-2]:
            assert exact / ONE_BUCKET <= close <= exact * ONE_BUCKET


@pytest.mark.slow
def test_a_year_equals_its_samples():
    """At several moments, just after a sample and long after one; incidents too."""
    samples = life(365 * DAY, seed=1)
    dice = random.Random(2)
    moments = {dice.randrange(len(samples)) for _ in range(12)} | {0, len(samples) - 1}
    tables: Tables = {}
    checked = 0
    for number, current in enumerate(samples):
        changed(tables, changes(tables, samples[number - 1] if number else None, current, VALID_FOR))
        if number in moments:
            raw = Raw(samples[: number + 1], VALID_FOR)
            following = samples[number + 1]["at"] if number + 1 < len(samples) else current["at"] + 3 * DAY
            for now in (current["at"], (current["at"] + following) / 2, following - 0.001):
                assert_windows_are_right(tables, raw, now)
                assert_incidents_are_right(tables, raw, now)
                checked += 1
    assert checked == 3 * len(moments)
    assert len(samples) > 100_000
    assert 50 < len(tables[incidents.TABLE]) <= incidents.MOST


def assert_incidents_are_right(tables: Tables, raw: Raw, now: float) -> None:
    """Compare the incidents that are kept."""
    listed = incidents.listed(tables[incidents.TABLE], raw.samples[-1], now, VALID_FOR)
    found = [(one.state, one.start, one.end, one.known_seconds) for one in listed]
    expected = raw.incidents(now)
    assert found == expected[: incidents.MOST]


@pytest.mark.slow
def test_days_in_a_store_equal_their_samples(place):
    """Read, recorded and committed as a probe does."""
    store = place.open()
    samples = life(4 * DAY, seed=3)
    names = (incidents.TABLE, "last", *map(slots.table_name, slots.SIZES))
    for current in samples:
        lease = store.acquire("probe", 30)
        assert lease
        _, tables = store.read(*names)
        previous = json.loads(tables["last"].get("sample", "null"))
        last = {"last": {"sample": json.dumps(current)}}
        assert store.commit(lease, {**changes(tables, previous, current, VALID_FOR), **last})
    _, tables = place.open().read(*names)
    raw = Raw(samples, VALID_FOR)
    for later in (0, 61.5, 599.999, 5000):
        assert_windows_are_right(tables, raw, samples[-1]["at"] + later)
        assert_incidents_are_right(tables, raw, samples[-1]["at"] + later)


STATES = st.sampled_from(["up", "degraded", "down"])
STEPS = st.floats(0.001, 900) | st.floats(0.001, 3 * DAY)
RUNS = st.lists(st.tuples(STEPS, STATES, st.none() | st.floats(0.0001, 30)), max_size=25)


@settings(max_examples=150, deadline=None)
@given(RUNS, st.floats(0, 2000), st.floats(1, 2000))
def test_any_run_of_samples_equals_its_windows(run, later, valid_for):
    """However they follow each other, and however long they speak."""
    at, samples, tables = START, [], {}
    for step, state, latency in run:
        at += step
        current = sample(at, state=state, latency=latency)
        changed(tables, changes(tables, samples[-1] if samples else None, current, valid_for))
        samples.append(current)
    assert_windows_are_right(tables, Raw(samples, valid_for), at + later)


def test_the_plain_way_is_right():
    """On a case that can be checked by hand: one minute up, one down, then nothing for an hour."""
    samples = [sample(1000.0), sample(1060.0, state="down"), sample(1120.0, state="down"), sample(4720.0)]
    raw = Raw(samples, VALID_FOR)
    assert raw.spans(0, 5000) == [("up", 60_000), ("down", 60_000), ("down", 600_000), ("up", 280_000)]
    assert raw.spans(1030, 1070) == [("up", 30_000), ("down", 10_000)]
    assert raw.incidents(5000) == [("down", 1060.0, 4720.0, 660.0)]
    assert nearest_rank([4, 1, 3, 2], 0.5) == 2
    assert bucket_of(0.001) == 0
