"""An incident runs from the first bad sample to the first that is not."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor import incidents
from monitor.incidents import LONGEST_REASON, MOST, MOST_REASONS, Incident
from tests.monitor.history.apply import changed
from tests.monitor.history.raw import Raw
from tests.monitor.samples import sample

START = 1_700_000_000.0
VALID_FOR = 600.0
TABLE = incidents.TABLE


def played(*samples, table=None):
    """Return the table after samples, each following the one before."""
    tables = {TABLE: dict(table or {})}
    for previous, current in zip((None, *samples), samples, strict=False):
        recorded = incidents.recorded(tables[TABLE], previous, current, VALID_FOR)
        changed(tables, {TABLE: recorded})
    return tables[TABLE]


def at(seconds, state="up", reason=None):
    """Return a sample so long after the start."""
    return sample(START + seconds, state=state, reason=reason or f"it is {state}")


def test_up_is_no_incident():
    """Nothing is written."""
    assert incidents.recorded({}, at(0), at(60), VALID_FOR) == {}


def test_an_incident_lasts_until_the_first_good_sample():
    """With its length, the watched part and the reason."""
    samples = [at(0), at(60, "down", "refused"), at(120, "down", "refused"), at(180)]
    assert incidents.listed(played(*samples), samples[-1], START + 999, VALID_FOR) == [
        Incident("down", START + 60, START + 180, 120.0, 120.0, ("refused",))
    ]


def test_an_open_incident_runs():
    """Its time is watched as long as the last sample speaks."""
    samples = [at(0, "degraded")]
    table = played(*samples)
    for now, known in ((60, 60.0), (600, 600.0), (5000, 600.0)):
        (one,) = incidents.listed(table, samples[-1], START + now, VALID_FOR)
        assert one == Incident("degraded", START, None, float(now), known, ("it is degraded",))


def test_a_gap_in_watching_does_not_end_it():
    """But is no watched time."""
    samples = [at(0, "down"), at(10_000, "down"), at(10_060)]
    assert incidents.listed(played(*samples), samples[-1], START + 20_000, VALID_FOR) == [
        Incident("down", START, START + 10_060, 10_060.0, 660.0, ("it is down",))
    ]


def test_another_bad_state_is_another_incident():
    """Newest first."""
    samples = [at(0, "down"), at(60, "degraded"), at(120)]
    listed = incidents.listed(played(*samples), samples[-1], START + 999, VALID_FOR)
    assert [(one.state, one.start - START, one.end and one.end - START) for one in listed] == [
        ("degraded", 60, 120),
        ("down", 0, 60),
    ]


def test_the_first_reasons_are_kept():
    """Different ones, in order, and not too long."""
    reasons = ["a", "b", "a", "漢" * 1000, "d", "e", "f", "g"]
    samples = [at(number, "down", reason) for number, reason in enumerate(reasons)]
    (one,) = incidents.listed(played(*samples), samples[-1], START + 99, VALID_FOR)
    assert one.reasons == ("a", "b", "漢" * (LONGEST_REASON - 1) + "…", "d", "e")
    assert len(one.reasons) == MOST_REASONS


@pytest.mark.parametrize("reason", ["\ud800", "\0", '"\\', "<script>", "x\ny"])
def test_a_reason_may_be_any_text(reason):
    """The page's escaping is the page's."""
    (one,) = incidents.listed(played(at(0, "down", reason)), None, START, VALID_FOR)
    assert one.reasons == (reason,)


def test_the_most_recent_are_kept():
    """At most 500, of which none ended too long ago."""
    flapping = [at(number, "up" if number % 2 else "down") for number in range(2 * MOST + 20)]
    table = played(*flapping)
    assert len(table) == MOST
    assert min(map(int, table)) == round((START + 20) * 1000)
    assert len(played(at(410 * 86400, "down"), table=table)) == 1


def test_incidents_of_long_ago_are_not_listed():
    """Also while nothing happens that would remove them."""
    table = played(at(0, "down"), at(60))
    assert len(incidents.listed(table, None, START + 400 * 86400, VALID_FOR)) == 1
    assert incidents.listed(table, None, START + 401 * 86400, VALID_FOR) == []


def test_an_open_incident_is_never_too_old():
    """It has not ended."""
    samples = [at(0, "down"), at(500 * 86400, "down")]
    assert len(played(*samples)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "null",
        "7",
        "{}",
        "[" * 100_000,
        '{"state":"down","end":NaN,"known":0,"reasons":[]}',
        '{"state":"down","end":Infinity,"known":0,"reasons":[]}',
        '{"state":"down","end":null,"known":"x","reasons":[]}',
        '{"state":"down","end":null,"known":0,"reasons":null}',
    ],
)
def test_what_cannot_be_understood_is_left_out_and_removed(text):
    """History is never a reason to fail."""
    spoiled = {"01700000000000": text}
    assert incidents.listed(spoiled, None, START, VALID_FOR) == []
    assert incidents.recorded(spoiled, None, at(0), VALID_FOR) == {"01700000000000": None}


def test_fields_sort_by_time():
    """Padded to a width that lasts."""
    early = played(sample(5.0, state="down"), sample(6.0))
    assert json.loads(early["00000000005000"])["end"] == 6000
    assert list(played(sample(9_999_999_999.0, state="down"))) == ["09999999999000"]


def test_a_clock_that_was_stepped_back_gives_no_negative_time():
    """The incident ends where it began at the earliest."""
    samples = [at(1000, "down"), at(1100, "down"), at(0)]
    (one,) = incidents.listed(played(*samples), samples[-1], START, VALID_FOR)
    assert (one.start, one.end, one.seconds, one.known_seconds) == (START + 1000, START + 1000, 0.0, 0.0)
    (still,) = incidents.listed(played(*samples[:2]), samples[1], START, VALID_FOR)
    assert (still.seconds, still.known_seconds) == (0.0, 0.0)


def test_two_incidents_of_one_millisecond_are_two():
    """A clock that stands still, or was stepped back to the very moment."""
    samples = [at(0, "down"), at(0, "degraded"), at(0, "down"), at(1)]
    listed = incidents.listed(played(*samples), samples[-1], START + 9, VALID_FOR)
    assert [one.state for one in listed] == ["down", "degraded", "down"]
    assert all(one.end is not None for one in listed)


STATES = st.sampled_from(["up", "degraded", "down"])


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0.01, 2000), STATES), max_size=40), st.floats(0, 2000))
def test_incidents_are_the_runs_of_bad_samples(run, later):
    """As grouping the raw samples gives them."""
    now, samples = START, []
    for step, state in run:
        now += step
        samples.append(sample(now, state=state))
    now += later
    listed = incidents.listed(played(*samples), samples[-1] if samples else None, now, VALID_FOR)
    found = [(one.state, one.start, one.end, one.known_seconds) for one in listed]
    assert found == Raw(samples, VALID_FOR).incidents(now)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(-3000, 3000), STATES), max_size=40), st.floats(-3000, 3000))
def test_whatever_the_clock_does_incidents_make_sense(run, later):
    """One is open at most, and it is the present state; no length is negative."""
    now, samples = START, []
    for step, state in run:
        now += step
        samples.append(sample(now, state=state))
    listed = incidents.listed(played(*samples), samples[-1] if samples else None, now + later, VALID_FOR)
    still = [one.state for one in listed if one.end is None]
    assert still == [state for state in (samples[-1]["state"] if samples else "up",) if state != "up"]
    assert all(0 <= one.known_seconds <= one.seconds for one in listed)
