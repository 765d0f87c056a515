"""A visit measures what is answered right; what is not is said, and gives no number."""

import json

import pytest

from bench.asking import Unfit
from bench.load import Invalid, judged
from bench.measures import BY_KEY
from bench.plan import Plan
from bench.warm import checked, visit
from tests.bench.tiny import MANY, ONE, Agreement, tiny

SHORT = Plan(rounds=1, load_seconds=1)
DONE = {
    "microseconds": 2_000_000,
    "requests": 500,
    "p50_us": 150,
    "p99_us": 900,
    **dict.fromkeys(("connect", "read", "write", "status", "timeout"), 0),
}


def visited(contender, asked, wrk):
    """Return what a visit found, and what it said."""
    said: list[str] = []
    return dict(visit(contender, asked, SHORT, wrk, said.append)), said


@pytest.mark.slow
def test_a_visit_measures_everything(wrk):
    """But the cold start and the size, which need no warm server."""
    asked = checked(tiny(), Agreement(), ONE, MANY)
    found, said = visited(tiny(), asked, wrk)
    assert set(found) == set(BY_KEY) - {"cold_ms", "installed_mib"}
    assert said == []
    assert all(value > 0 for value in found.values())
    assert found["p50_us_1"] <= found["p99_us_1"]
    assert 3 < found["memory_mib"] < 300


@pytest.mark.slow
def test_a_load_with_a_failed_call_gives_no_number(wrk):
    """It is said with what failed."""
    asked = checked(tiny(), Agreement(), ONE, MANY)
    found, said = visited(tiny("failing"), asked, wrk)
    assert set(found) == {"memory_mib"}
    assert len(said) == 5
    assert all("does not count: of" in each and "status" in each for each in said), said


@pytest.mark.slow
def test_a_load_that_ends_with_a_wrong_answer_gives_no_number(wrk):
    """Fast and wrong is not fast."""
    asked = checked(tiny(), Agreement(), ONE, MANY)
    found, said = visited(tiny("doubting"), asked, wrk)
    assert set(found) == {"memory_mib"}
    assert all("a wrong answer after it" in each for each in said)


def test_a_server_that_dies_under_load_is_unfit(wrk):
    """With its last words; what was measured of it before is no whole visit."""
    asked = checked(tiny(), Agreement(), ONE, MANY)
    with pytest.raises(Unfit, match=r"exit code 7\): no memory left"):
        visited(tiny("mortal"), asked, wrk)


def test_who_does_not_agree_is_not_timed():
    """The reason is that of the check."""
    agree = Agreement()
    with pytest.raises(Unfit, match="off by up to 1"):
        checked(tiny("wrong"), agree, ONE, MANY)
    assert agree.asked == ["tiny"]


def test_questions_have_the_answers_that_were_given():
    """One row, and many in one call."""
    one, many = checked(tiny(), Agreement(), ONE, MANY)
    assert one.right == [8.0]
    assert many.right == [2.0 * row["value"] for row in MANY]
    assert json.loads(many.body) == MANY


def said(**changed):
    """Return what wrk writes."""
    return f"Running 2s test\n  500 requests in 2.00s\n\n{json.dumps({**DONE, **changed})}\n"


def test_wrk_s_line_becomes_numbers():
    """Answers a second of the time that it really took."""
    load = judged(said())
    assert (load.p50_us, load.p99_us, load.rps) == (150, 900, 250)


SPOILED = {
    "a status": (said(status=2), "of 500 calls some failed: 2 status"),
    "lost connections": (said(read=1, timeout=1200), "1 read, 1,200 timeout"),
    "no call": (said(requests=0), "no call was answered"),
    "another line": ("unable to connect", "wrk said something else: unable to connect"),
    "nothing": ("", "wrk said something else"),
    "half a line": (said()[:-20], "wrk said something else"),
}


@pytest.mark.parametrize(("text", "reason"), SPOILED.values(), ids=SPOILED)
def test_a_load_that_was_not_answered_whole_is_invalid(text, reason):
    """And says why."""
    with pytest.raises(Invalid, match=reason):
        judged(text)
