"""What counts as agreement between two engines."""

import numpy as np
import pytest

from training.fitted import Answers
from training.parity import compare, tolerance

NUMBERS = Answers(np.array([1.0, 2.0]))
LABELS = Answers(np.array(["a", "b"]), np.array([[0.9, 0.1], [0.2, 0.8]]))


@pytest.mark.parametrize(
    ("given", "agrees"),
    [
        pytest.param(np.array([1.0, 2.0]), True, id="equal"),
        pytest.param(np.array([1.0, 2.0 + 1e-6]), True, id="within the tolerance"),
        pytest.param(np.array([1.0, 2.1]), False, id="beyond it"),
        pytest.param(np.array([1.0, np.nan]), False, id="no number"),
        pytest.param(np.array([1.0]), False, id="another count"),
    ],
)
def test_numbers_agree_within_the_tolerance(given: np.ndarray, agrees: bool) -> None:
    """And only finite ones."""
    assert compare(NUMBERS, Answers(given), "regression").within(1e-5) is agrees


def test_two_infinities_do_not_agree() -> None:
    """What is no number on both sides is no answer to serve."""
    endless = Answers(np.array([np.inf, 2.0]))
    assert not compare(endless, endless, "regression").within(1e-5)


@pytest.mark.parametrize(
    ("labels", "probabilities", "agrees"),
    [
        pytest.param(["a", "b"], [[0.9, 0.1], [0.2, 0.8]], True, id="equal"),
        pytest.param(["a", "a"], [[0.9, 0.1], [0.2, 0.8]], False, id="another label"),
        pytest.param(["a", "b"], [[0.9, 0.1], [0.3, 0.7]], False, id="other probabilities"),
        pytest.param(["a", "b"], None, False, id="no probabilities"),
    ],
)
def test_labels_must_be_equal(
    labels: list[str], probabilities: list[list[float]] | None, agrees: bool
) -> None:
    """And probabilities within the tolerance."""
    given = Answers(np.array(labels), None if probabilities is None else np.array(probabilities))
    assert compare(LABELS, given, "classification").within(1e-5) is agrees


def test_a_label_is_compared_as_python_does() -> None:
    """ONNX answers 0 and 1 where scikit-learn answers false and true."""
    truths, numbers = Answers(np.array([False, True])), Answers(np.array([0, 1]))
    assert compare(truths, numbers, "classification").within(0)


def test_the_tolerance_follows_the_target() -> None:
    """1e-5 standard deviations, or 1e-5 of probability."""
    assert tolerance("regression", np.array([0, 200])) == pytest.approx(1e-3)
    assert tolerance("regression", np.array([5, 5])) == pytest.approx(1e-5)
    assert tolerance("classification", np.array(["a", "b"])) == 1e-5
