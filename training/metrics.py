"""The scores of answers against the truth."""

from typing import Any

import numpy as np
import numpy.typing as npt

from training.features import Task
from training.fitted import Answers

Array = npt.NDArray[Any]
MAIN = {"regression": "r2", "classification": "accuracy"}
FLOORS = (0.8, 0.7)  # of the main score: below the first a person is warned, below the second it is critical


def score(truth: Array, answers: Answers, task: Task, classes: Array) -> dict[str, float]:
    """Return every score of answers; `classes` names the columns of their probabilities."""
    if task == "regression":
        return _regression(truth.astype(float), answers.predictions.astype(float))
    found = {
        "accuracy": float(np.mean(answers.predictions == truth)),
        "balanced_accuracy": balanced_accuracy(truth, answers.predictions),
    }
    if answers.probabilities is not None:
        found["log_loss"] = log_loss(truth, answers.probabilities, classes)
    return found


def _regression(truth: Array, predicted: Array) -> dict[str, float]:
    errors = truth - predicted
    return {
        "r2": r2(truth, errors),
        "rmse": float(np.sqrt(np.mean(errors**2))),
        "mae": float(np.mean(np.abs(errors))),
    }


def r2(truth: Array, errors: Array) -> float:
    """Return the share of the target's variance that is explained; 0 where there is none to explain."""
    total = float(np.sum((truth - np.mean(truth)) ** 2))
    return 1.0 - float(np.sum(errors**2)) / total if total > 0 else 0.0


def balanced_accuracy(truth: Array, predicted: Array) -> float:
    """Return the mean over the classes that occur of the share answered right."""
    return float(np.mean([np.mean(predicted[truth == each] == each) for each in np.unique(truth)]))


def log_loss(truth: Array, probabilities: Array, classes: Array) -> float:
    """Return the mean of -log(probability of the true class), clipped as scikit-learn does."""
    column = {each: position for position, each in enumerate(classes.tolist())}
    chosen = probabilities[np.arange(len(truth)), [column[each] for each in truth.tolist()]]
    tiny = float(np.finfo(np.float64).eps)
    return float(-np.mean(np.log(np.clip(chosen, tiny, 1 - tiny))))
