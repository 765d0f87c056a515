"""How far one engine's answers are from scikit-learn's."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from training.features import Task
from training.fitted import Answers

RELATIVE_TOLERANCE = 1e-5


@dataclass(frozen=True)
class Gap:
    """error: largest absolute difference of a prediction (probability); labels: how many differ."""

    error: float
    labels: int = 0

    def within(self, tolerance: float) -> bool:
        """Return whether numbers are within the tolerance and every label is equal."""
        return self.labels == 0 and self.error <= tolerance

    def __str__(self) -> str:
        """Say the gap in words."""
        labels = f"{self.labels:,} labels differ, " if self.labels else ""
        return f"{labels}off by {self.error:.2g}"

    def agreement(self) -> str:
        """Say in words how well two engines agree."""
        return f"agrees with scikit-learn within {self.error:.0e}" if self.error else "equals scikit-learn"


def tolerance(task: Task, target: npt.NDArray[Any]) -> float:
    """Return how far a prediction may be off: 1e-5 target deviations, or 1e-5 in a probability."""
    if task == "classification":
        return RELATIVE_TOLERANCE
    return RELATIVE_TOLERANCE * (float(np.std(target.astype(np.float64))) or 1.0)


def compare(expected: Answers, given: Answers, task: Task) -> Gap:
    """Return the gap between two engines' answers to the same rows."""
    if task == "regression":
        return Gap(_largest(expected.predictions, given.predictions))
    differing = sum(map(_differs, expected.predictions.tolist(), given.predictions.tolist()))
    if expected.probabilities is None and given.probabilities is None:
        return Gap(0.0, differing)
    if expected.probabilities is None or given.probabilities is None:
        return Gap(np.inf, differing)
    return Gap(_largest(expected.probabilities, given.probabilities), differing)


def _differs(one: object, other: object) -> bool:
    return one != other


def _largest(expected: npt.NDArray[Any], given: npt.NDArray[Any]) -> float:
    one, other = expected.astype(np.float64), given.astype(np.float64)
    # What is no number on both sides is no agreement either.
    if one.shape != other.shape or not (np.isfinite(one).all() and np.isfinite(other).all()):
        return float("inf")
    return float(np.abs(one - other).max())
