"""Rounds are side by side, and one contender's trouble is not that of the others."""

from dataclasses import replace

import pytest

from bench import rounds
from bench.plan import Plan
from bench.rounds import Tally, Task, measured, rotated
from tests.bench.tiny import MANY, ONE, Agreement, Shown, tiny


@pytest.fixture
def task(wrk) -> Task:
    """Give what contenders are asked in two short rounds."""
    return Task(ONE, MANY, Agreement(), wrk, Plan(rounds=2, load_seconds=1))


def test_each_round_begins_with_another_one():
    """And has all of them."""
    assert [rotated("abc", number) for number in range(4)] == [
        list("abc"),
        list("bca"),
        list("cab"),
        list("abc"),
    ]
    assert rotated([], 3) == []


def test_the_order_is_side_by_side():
    """First all are checked, then cold rounds, then warm ones."""
    tallies = [Tally(tiny(name=name)) for name in "ab"]
    task = Task(ONE, MANY, Agreement(), "wrk", Plan(rounds=2))
    order = [(doing, tally.contender.name) for tally, doing, _ in rounds.steps(tallies, task, Shown())]
    assert order == [
        *(("check of", name) for name in "ab"),
        *(("cold round 1,", name) for name in "ab"),
        *(("cold round 2,", name) for name in "ba"),
        *(("warm round 1,", name) for name in "ab"),
        *(("warm round 2,", name) for name in "ba"),
    ]
    assert len(order) == task.steps(2)


@pytest.mark.slow
def test_one_that_fails_is_left_out_and_the_others_are_measured(task):
    """By name and reason, with no number; it is not started again."""
    shown = Shown()
    names = {"good": "right", "wrong": "wrong", "mortal": "mortal", "gone": "gone"}
    found = measured([tiny(mode, name=name) for name, mode in names.items()], task, shown)
    assert list(found) == list(names)
    reasons = {name: each.left_out for name, each in found.items()}
    assert reasons["good"] is None
    assert reasons["wrong"] == "wrong is off by up to 1"
    assert "no memory left" in reasons["mortal"]
    assert "no such model" in reasons["gone"]
    assert [dict(each.rounds) for name, each in found.items() if name != "good"] == [{}, {}, {}]
    assert {len(values) for values in found["good"].rounds.values()} == {2}
    assert len([line for line in shown.said if "is left out" in line]) == 3
    assert task.agree.asked == ["good", "wrong", "mortal"]


@pytest.mark.slow
def test_a_load_that_does_not_count_is_kept_in_words(task):
    """The contender stays, with the numbers that do count."""
    shown, once = Shown(), replace(task, plan=replace(task.plan, rounds=1))
    found = measured([tiny("failing", name="failing")], once, shown)["failing"]
    assert found.left_out is None
    assert "rps_8" not in found.rounds
    assert len(found.rounds["cold_ms"]) == 1
    assert any(line.startswith("round 1, 8 connections does not count") for line in found.faults)
    assert len(shown.said) == len(found.faults) == 5
