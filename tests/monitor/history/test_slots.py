"""Slots hold what samples told of their stretch of time, exactly."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import slots
from monitor.slots import BOUNDS, EMPTY, KEPT, SIZES, Slot, bucket_of, decoded, encoded, table_name
from tests.monitor.history.apply import changed
from tests.monitor.samples import sample

START = 1_700_006_400.0  # The start of a day, hence of an hour and of five minutes.
VALID_FOR = 600.0
COUNTS = st.integers(0, 10**12)


def played(*samples, valid_for=VALID_FOR, tables=None):
    """Return the tables after samples, each following the one before."""
    tables = {} if tables is None else tables
    for previous, current in zip((None, *samples), samples, strict=False):
        changed(tables, slots.recorded(tables, previous, current, valid_for))
    return tables


def slot_at(tables, size, at) -> Slot:
    """Return the slot of an instant."""
    return decoded(tables[table_name(size)].get(str(int(at // SIZES[size]))))


def known(tables, size) -> int:
    """Return the known ms of all slots."""
    return sum(decoded(text).known_ms for text in tables[table_name(size)].values())


@st.composite
def any_slot(draw):
    """Draw a slot that can be."""
    times = sorted((draw(COUNTS), draw(COUNTS), draw(COUNTS)), reverse=True)
    probes = sorted((draw(COUNTS), draw(COUNTS)), reverse=True)
    return Slot(*times, *probes, draw(st.dictionaries(st.integers(0, len(BOUNDS) - 1), COUNTS)))


@given(any_slot())
def test_a_slot_survives_its_text(slot):
    """Whatever it holds."""
    assert decoded(encoded(slot)) == slot


def test_the_text_is_compact():
    """A person can read it, too."""
    assert encoded(Slot(300_000, 290_000, 5, 10, 1, {22: 3, 7: 1})) == "300000 290000 5 10 1 7:1 22:3"


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        " ",
        "1",
        "1 1 1 1",
        "5 4 3 2 1 0",
        "5 4 3 2 1 0:",
        "5 4 3 2 1 0:1:1",
        "5 4 3 2 1 99:1",
        "5 4 3 2 1 -1:1",
        "5 4 3 2 1  1:1",
        "5 6 3 2 1",
        "5 4 5 2 1",
        "5 4 3 1 2",
        "-5 4 3 2 1",
        "5.0 4 3 2 1",
        "nan 4 3 2 1",
        "\u0665 4 3 2 1",
        "9" * 5000 + " 1 1 1 1",
    ],
)
def test_a_text_that_cannot_be_understood_is_an_empty_slot(text):
    """History is never a reason to fail."""
    assert decoded(text) == EMPTY


@given(st.text())
def test_no_text_fails(text):
    """Whatever stands in the store."""
    assert isinstance(decoded(text), Slot)


def test_the_bounds():
    """Four to a doubling, from a millisecond to more than ten seconds, and all above."""
    assert BOUNDS[0] == 0.001
    assert BOUNDS[4] == pytest.approx(0.002)
    assert 10 < BOUNDS[-2] < 12
    assert BOUNDS[-1] == math.inf


@pytest.mark.parametrize(
    ("latency", "position"),
    [(-1.0, 0), (0.0, 0), (0.001, 0), (0.0011, 1), (0.002, 4), (11.0, 54), (60.0, 55)],
)
def test_the_bucket_of_a_latency(latency, position):
    """Bounds belong to the bucket below them."""
    assert bucket_of(latency) == position


def test_a_first_sample_is_counted_and_knows_no_time():
    """It speaks from now on."""
    tables = played(sample(START + 1, state="down", latency=None))
    assert {size: slot_at(tables, size, START) for size in SIZES} == dict.fromkeys(
        SIZES, Slot(probes=1, failures=1)
    )


@pytest.mark.parametrize(
    ("state", "slot"),
    [
        ("up", Slot(60_000, 60_000, 0, 2, 0, {22: 2})),
        ("degraded", Slot(60_000, 60_000, 60_000, 2, 0, {22: 2})),
        ("down", Slot(60_000, 0, 0, 2, 1, {22: 2})),
    ],
)
def test_time_counts_for_the_state_that_it_began_with(state, slot):
    """Degraded is part of up."""
    tables = played(sample(START, state=state, latency=0.04), sample(START + 60, latency=0.04))
    assert {size: slot_at(tables, size, START) for size in SIZES} == dict.fromkeys(SIZES, slot)


@pytest.mark.parametrize("latency", [None, math.nan, math.inf])
def test_a_latency_that_is_none_is_not_counted(latency):
    """The probe is."""
    assert slot_at(played(sample(START, latency=latency)), "5m", START) == Slot(probes=1)


def test_a_sample_speaks_no_longer_than_it_may():
    """What comes after is unknown: an hour without a visit is ten minutes and grey."""
    tables = played(sample(START), sample(START + 3600))
    assert [slot_at(tables, "5m", START + at).known_ms for at in (0, 300, 600, 3300, 3600)] == [
        300_000,
        300_000,
        0,
        0,
        0,
    ]
    assert slot_at(tables, "1h", START).known_ms == 600_000
    assert slot_at(tables, "1d", START).known_ms == 600_000


def test_time_is_split_at_the_slots_edges():
    """Across five minutes, an hour and a day."""
    tables = played(sample(START - 0.25), sample(START + 0.5))
    for size in SIZES:
        assert slot_at(tables, size, START - 1) == Slot(250, 250, 0, 1, 0, {22: 1})
        assert slot_at(tables, size, START) == Slot(500, 500, 0, 1, 0, {22: 1})


def test_rounding_loses_no_time():
    """Instants are rounded, not differences: ten thousand odd steps add up to the whole."""
    steps = [sample(START + number * 1.0004999) for number in range(10_000)]
    tables = played(*steps)
    whole = round(steps[-1]["at"] * 1000) - round(START * 1000)
    assert {size: known(tables, size) for size in SIZES} == dict.fromkeys(SIZES, whole)


@pytest.mark.parametrize("size", SIZES)
def test_slots_are_kept_for_their_time(size):
    """One that is too old goes with the next sample, the one after it stays."""
    seconds, kept = SIZES[size], KEPT[size]
    late = START + kept + seconds / 2
    tables = played(sample(START), sample(START + seconds), sample(late))
    assert {int(field) for field in tables[table_name(size)]} >= {int((START + seconds) // seconds)}
    assert str(int(START // seconds)) not in tables[table_name(size)]
    assert len(tables[table_name(size)]) <= kept // seconds


def test_after_a_long_pause_nothing_old_is_written():
    """The time that the last sample still spoke lies in slots that are gone."""
    tables = played(sample(START), sample(START + 500 * 86400))
    assert {size: len(tables[table_name(size)]) for size in SIZES} == dict.fromkeys(SIZES, 1)


@pytest.mark.parametrize("field", ["", "x", "-5", "1.5", "\u0665", "9" * 5000])
def test_a_field_that_is_no_slot_is_removed(field):
    """It would stay for ever."""
    tables = played(sample(START), tables={table_name("5m"): {field: "1 1 1 1 1"}})
    assert list(tables[table_name("5m")]) == [str(int(START // 300))]


def test_a_clock_that_was_stepped_back_lives_no_time_twice():
    """The hour that is lived again is known once; slots that lie ahead are gone."""
    steps = [sample(START + 60 * minute) for minute in range(181)]
    tables = played(*steps)
    again = [sample(START + 60 * minute) for minute in range(120, 150)]
    for previous, current in zip((steps[-1], *again), again, strict=False):
        changed(tables, slots.recorded(tables, previous, current, VALID_FOR))
    assert slot_at(tables, "1h", START + 7200).known_ms == 3_600_000
    assert slot_at(tables, "1d", START).known_ms == 3 * 3_600_000
    assert str(int((START + 10_800) // 3600)) not in tables[table_name("1h")]
    assert max(map(int, tables[table_name("5m")])) == int(again[-1]["at"] // 300)


def test_a_clock_that_is_not_set_yet_costs_no_history():
    """A machine without a battery begins in 1970; what was known is there when it learns the time."""
    steps = [sample(START + 60 * minute) for minute in range(100)]
    tables = played(*steps)
    unset = sample(5.0)
    changed(tables, slots.recorded(tables, steps[-1], unset, VALID_FOR))
    changed(tables, slots.recorded(tables, unset, sample(START + 6000), VALID_FOR))
    assert slot_at(tables, "1d", START).known_ms == 99 * 60_000
    assert {size: known(tables, size) for size in SIZES} == dict.fromkeys(SIZES, 99 * 60_000)


def test_the_open_interval_is_credited_without_writing():
    """As if a sample came now; the tables stay as they are."""
    last = sample(START, state="degraded", latency=0.04)
    tables = played(last)
    before = {name: dict(table) for name, table in tables.items()}
    view = {name: credited(table, name, last, START + 1000) for name, table in tables.items()}
    assert tables == before
    assert slot_at(view, "5m", START) == Slot(300_000, 300_000, 300_000, 1, 0, {22: 1})
    assert slot_at(view, "1h", START) == Slot(600_000, 600_000, 600_000, 1, 0, {22: 1})


def test_there_is_nothing_to_credit_without_a_sample_or_before_it():
    """A clock may have been stepped back since."""
    for name, table in played(sample(START)).items():
        assert credited(table, name, None, START) == table
        assert credited(table, name, sample(START), START - 100) == table
        assert credited({}, name, None, START) == {}


def credited(table, name, last, now):
    """Credit one table."""
    return slots.credited(table, name.removeprefix("slots-"), last, now, VALID_FOR)


STATES = st.sampled_from(["up", "degraded", "down"])
LATENCIES = st.none() | st.floats(0, 100)
STEPS = st.one_of(st.floats(0, 700), st.floats(-4000, 4000), st.floats(-40 * 86400, 40 * 86400))
RUNS = st.lists(st.tuples(STEPS, STATES, LATENCIES), max_size=30)


@settings(max_examples=300, deadline=None)
@given(RUNS, st.floats(1, 4000))
def test_no_slot_holds_more_than_can_be(run, valid_for):
    """Whatever the clock does."""
    at, samples = START, []
    for step, state, latency in run:
        at += step
        samples.append(sample(at, state=state, latency=latency))
    for end in range(1, len(samples) + 1):
        tables = played(*samples[:end], valid_for=valid_for)
        for size, seconds in SIZES.items():
            assert_possible(tables[table_name(size)], seconds, KEPT[size], samples[:end])


def assert_possible(table, seconds, kept, samples):
    """Check a table after some samples."""
    found = {int(field): decoded(text) for field, text in table.items()}
    now = samples[-1]["at"]
    assert EMPTY not in found.values(), "an empty slot takes room, or could not be read"
    for number, slot in found.items():
        assert 0 <= slot.degraded_ms <= slot.up_ms <= slot.known_ms <= seconds * 1000
        assert now - kept - seconds <= number * seconds
        assert number * seconds <= now or number * seconds > now + kept - seconds
    assert sum(slot.probes for slot in found.values()) <= len(samples)
    assert found[int(now // seconds)].probes >= 1
