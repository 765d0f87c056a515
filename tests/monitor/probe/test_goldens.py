"""When an answer is the expected one."""

import json
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.pins import Pin
from monitor.probe import words
from monitor.probe.answers import Answer
from monitor.probe.goldens import compared
from monitor.sample import Goldens

FINITE = st.floats(allow_nan=False, allow_infinity=False)


def pin_of(*predictions: Any, task: Any = "regression", tolerance: float = 0.1, shares: Any = None) -> Pin:
    """Return a pin with these answers."""
    more = {"probabilities": shares} if shares else {}
    goldens: Any = [{"input": {}, "prediction": prediction, **more} for prediction in predictions]
    return {"sha256": "0" * 64, "task": task, "tolerance": {"absolute": tolerance}, "goldens": goldens}


@pytest.mark.parametrize(
    ("received", "right"), [(1.0, True), (1.1, True), (1.2, False), (0.9, True), (0.8, False), (1e308, False)]
)
def test_a_number_may_be_off_by_the_tolerance(received: float, right: bool) -> None:
    """And no more."""
    found = compared(pin_of(1.0, tolerance=0.1001), [Answer(received, None)])
    assert found.matching == right
    assert found.max_abs_error == pytest.approx(abs(received - 1.0))


@pytest.mark.parametrize(
    ("expected", "received", "right"),
    [
        ("a", "a", True),
        ("a", "A", False),
        ("1", 1, False),
        (1, 1, True),
        (1, 1.0, True),
        (1, True, False),
        (True, 1, False),
        (False, 0, False),
        (True, True, True),
        ("true", True, False),
    ],
    ids=repr,
)
def test_a_label_is_equal_or_wrong(expected: Any, received: Any, right: bool) -> None:
    """Its type too: what Python calls equal need not be."""
    found = compared(pin_of(expected, task="classification"), [Answer(received, None)])
    assert (found.matching, found.max_abs_error) == (right, None)
    assert found.differing == ([] if right else [{"golden": 1, "expected": expected, "received": received}])


@pytest.mark.parametrize(
    ("received", "right"),
    [
        ({"a": 0.9, "b": 0.1}, True),
        ({"a": 0.85, "b": 0.15}, True),
        ({"a": 0.7, "b": 0.3}, False),
        ({"a": 0.9}, True),
        ({"b": 0.1}, False),
        ({"a": 0.9, "b": 0.1, "c": 0.5}, False),
        (None, True),
    ],
    ids=["equal", "near", "far", "one-missing-that-is-small", "one-missing", "one-more", "none"],
)
def test_probabilities_may_be_off_by_the_tolerance(received: Any, right: bool) -> None:
    """Where both have them."""
    pin = pin_of("a", task="classification", tolerance=0.1001, shares={"a": 0.9, "b": 0.1})
    assert compared(pin, [Answer("a", received)]).matching == right


def test_wrong_probabilities_of_the_right_label_are_shown() -> None:
    """Both sides, and the classes that are off."""
    pin = pin_of("a", task="classification", shares={"a": 0.6, "b": 0.4, "c": 0.0})
    found = compared(pin, [Answer("a", {"a": 0.9, "b": 0.1, "c": 0.0})])
    assert found.max_abs_error == pytest.approx(0.3)
    assert found.differing[0]["expected"] == {"label": "a", "probabilities": {"a": 0.6, "b": 0.4}}
    assert found.differing[0]["received"] == {"label": "a", "probabilities": {"a": 0.9, "b": 0.1}}
    assert found.examples[0] == {"golden": 1, "expected": "a", "received": "a"}


def test_ten_that_differ_are_listed_and_three_examples() -> None:
    """By their numbers, from 1."""
    found = compared(pin_of(*[0.0] * 20), [Answer(float(n % 2), None) for n in range(20)])
    assert found.matching == 10
    assert [each["golden"] for each in found.differing] == list(range(2, 21, 2))
    assert [each["golden"] for each in found.examples] == [1, 2, 3]
    assert len(compared(pin_of(*[0.0] * 20), [Answer(9.0, None)] * 20).differing) == 10


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=20), st.floats(0, 1e6))
def test_any_numbers_are_compared_as_the_definition_says(
    pairs: list[tuple[float, float]], tolerance: float
) -> None:
    """And the result is JSON."""
    pin = pin_of(*(expected for expected, _ in pairs), tolerance=tolerance)
    found = compared(pin, [Answer(received, None) for _, received in pairs])
    assert found.matching == sum(abs(expected - received) <= tolerance for expected, received in pairs)
    assert found.max_abs_error is not None
    assert found.max_abs_error <= sys.float_info.max
    json.dumps([found.differing, found.examples], allow_nan=False)


def told(expected: Any, received: Any, **changed: Any) -> str | None:
    """Return the sentence on one golden that was answered wrong."""
    difference = {"golden": 1, "expected": expected, "received": received}
    goldens: Any = {
        "model": "m",
        "version": "1",
        "total": 2,
        "matching": 1,
        "fault": None,
        "differing": [difference],
    }
    same = {"received_sha256": "0" * 64, "expected_sha256": "0" * 64}
    found: Goldens = {**goldens, **same, **changed}
    return words.wrong(found)


@pytest.mark.parametrize(
    ("expected", "received", "says"),
    [
        (66.0188211526, 99.1, "66.02 expected, 99.1 received"),
        (66.0188211526, 66.0191, "66.0188 expected, 66.0191 received"),
        (1.0, 1.0000000000000002, "1 expected, 1.0000000000000002 received"),
        (True, 1, "true expected, 1 received"),
        ("a", "b", '"a" expected, "b" received'),
        ("1", 1, '"1" expected, 1 received'),
        (
            {"label": "a", "probabilities": {}},
            {"label": "a", "probabilities": {}},
            '"a", but with other probabilities',
        ),
    ],
    ids=str,
)
def test_both_answers_are_said_so_that_they_differ(expected: Any, received: Any, says: str) -> None:
    """66.02 expected, 66.02 received would help nobody."""
    assert told(expected, received) == f"1 of 2 goldens of m 1 was answered wrong: 1 ({says})"


def test_more_than_ten_end_in_dots() -> None:
    """The sentence has an end."""
    assert str(told(1.0, 2.0, total=99, matching=0)).endswith("1 (1 expected, 2 received), ...")
