"""The response times and the 90 bars, as the drawings take them."""

import json
from datetime import timedelta

import pytest

from monitor.page.days import LEAST, TALL, days, figures
from monitor.page.response import response
from tests.monitor.page import made

DAY = 86_400.0
START = made.NOW.replace(hour=0, minute=0, second=0) - timedelta(days=2)


def bar(**changes):
    """Return the bar of one past day."""
    return days({"slots": [made.slot(START, **changes)]}, made.NOW)[0]


def of(day, kind):
    """Return how high one colour of a bar is."""
    return sum(piece.height for piece in day.pieces if piece.kind == kind)


def history(*slots):
    """Return a history of slots of five minutes, from midnight."""
    listed = [
        each | {"start": made.spelled(START + timedelta(minutes=5 * at))} for at, each in enumerate(slots)
    ]
    return made.history() | {"slots": listed}


def test_a_bar_is_as_high_as_was_watched():
    """The rest is grey."""
    day = bar(known_seconds=DAY / 2, up_seconds=DAY / 2, probes=9)
    assert (day.state, of(day, "up")) == ("up", TALL / 2)
    assert day.says == "Thu 29 Jan: 100% up, watched 50.0% of the time"


def test_a_day_without_a_visit_is_grey():
    """And never called up or down."""
    day = bar()
    assert (day.state, day.pieces, day.says) == ("unknown", [], "Thu 29 Jan: not watched")


def test_a_second_of_outage_is_seen():
    """At least some pixels, and its length in words."""
    day = bar(known_seconds=DAY, up_seconds=DAY - 1, probes=9, p95=0.0604)
    assert (day.state, of(day, "down")) == ("down", LEAST)
    assert sum(piece.height for piece in day.pieces) == pytest.approx(TALL)
    assert day.says == "Thu 29 Jan: 99.99% up, down 1 s, watched all the time, p95 60 ms"


def test_a_degraded_day_is_up_and_says_so():
    """Beside what was down."""
    day = bar(known_seconds=DAY, up_seconds=DAY * 0.75, degraded_seconds=DAY / 4, probes=9)
    assert [piece.kind for piece in day.pieces] == ["down", "degraded", "up"]
    assert [piece.height for piece in day.pieces] == [10, 10, 20]
    assert "75.00% up, down 6 h, degraded 6 h" in day.says


def test_a_bar_never_grows_past_its_ground():
    """However short what is known was, and however bad."""
    day = bar(known_seconds=1.0, up_seconds=0.5, degraded_seconds=0.5, probes=1)
    assert sum(piece.height for piece in day.pieces) == pytest.approx(LEAST)
    assert min(piece.y for piece in day.pieces) >= 0


def test_today_is_measured_by_what_is_over_of_it():
    """Half a day, all watched, is all of it."""
    today = made.slot(made.NOW.replace(hour=0, minute=0, second=0), known_seconds=45296.0, up_seconds=45296.0)
    assert "watched all the time" in days({"slots": [today]}, made.NOW)[0].says


def test_ninety_bars_fill_the_width():
    """In order, none beside the drawing."""
    bars = days(made.bars(), made.NOW)
    assert len(bars) == 90
    assert [day.x for day in bars] == sorted(day.x for day in bars)
    assert 99 < bars[-1].x + bars[-1].width <= 100


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (made.uptime(), ("99.91%", "watched 97.0% of the time", "down 1 min 15 s")),
        (made.uptime(1.0, 1.0, 0.0), ("100%", "watched all the time", "")),
        (made.uptime(None, 0.0, 0.0), ("not known", "not watched", "")),
        (made.uptime(0.99999, 0.9999, 0.9), ("99.99%", "watched 99.9% of the time", "")),
    ],
    ids=["usual", "perfect", "unknown", "nearly"],
)
def test_uptime_tells_how_much_was_watched(given, words):
    """Uptime of the known time alone would lie."""
    figure = figures({"24h": given})[0]
    assert (figure["ratio"], figure["watched"], figure["down"]) == words


def test_only_slots_with_a_probe_are_shown():
    """A known slot between two is no gap; nulls end the line at one of which nothing is known."""
    seen, quiet, unknown = made.good(START, 300), made.slot(START, known_seconds=300.0), made.slot(START)
    shown = response(history(unknown, seen, quiet, seen, unknown, unknown, seen), "24h")
    assert [row["text"][-9:] for row in shown["rows"]] == ["00:05 UTC", "00:15 UTC", "00:30 UTC"]
    point = [0.041, 0.0574, 0]
    gap = [4, None, None, None]
    assert json.loads(shown["points"]) == [[1, *point], [3, *point], gap, [6, *point]]


def test_a_failed_probe_has_no_time():
    """It is counted, and no zero is drawn as one."""
    shown = response(history(made.slot(START, probes=1, failures=1)), "24h")
    row = shown["rows"][0]
    assert (row["p50"], row["p95"], row["failures"]) == ("none", "none", 1)
    assert json.loads(shown["points"]) == [[0, None, None, 1]]


def test_a_day_is_a_table_of_hours():
    """Each with its slowest five minutes; the chart has them all."""
    shown = response(made.history(), "24h")
    assert len(shown["rows"]) <= 25
    assert len(json.loads(shown["points"])) > 250
    slots = [made.good(START, 300, p50) for p50 in (0.04, 0.09, 0.05)]
    slots += [made.slot(START, probes=2, failures=2)] * 9
    hour = response(history(*slots, *[made.good(START, 300)] * 276), "24h")["rows"][0]
    assert (hour["p50"], hour["p95"], hour["probes"], hour["failures"]) == ("90 ms", "126 ms", 21, 18)


def test_a_day_of_utc_is_no_moment():
    """The browser would turn it into another zone's evening before."""
    rows = response(made.history("90d", 86_400, 90), "90d")["rows"]
    assert (rows[0]["iso"], rows[0]["text"]) == (None, "3 Nov")


def test_percentiles_are_a_sentence():
    """And nothing measured is said as such."""
    assert response(made.history(), "24h")["summary"] == (
        "In the last 24 hours, half of 272 golden calls took at most 41 ms, 95% at most 60 ms, "
        "99% at most 200 ms."
    )
    empty = history() | {"latency": {"count": 0, "p50": None, "p95": None, "p99": None}}
    assert response(empty, "1h")["summary"] == "No golden call was answered in the last hour."
