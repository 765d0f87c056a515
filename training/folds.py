"""Which rows a model is fitted on and which it is asked, so that no answer was seen in fitting."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.base import clone
from sklearn.model_selection import KFold, StratifiedKFold

from training.errors import TrainingError
from training.features import Task
from training.fitted import Answers, ask

Array = npt.NDArray[Any]
Split = tuple[Array, Array]
Tick = Callable[[], None]


class ScoringError(TrainingError):
    """The model can't be measured on these rows."""


@dataclass(frozen=True)
class Subject:
    """An estimator, the rows that its clones are fitted on, and the seed of every random choice."""

    estimator: Any
    inputs: Any
    target: Array
    task: Task
    seed: int

    def part(self, positions: Array) -> "Subject":
        """Return the same with some of the rows."""
        return replace(self, inputs=take(self.inputs, positions), target=self.target[positions])


def splits(target: Array, task: Task, folds: int, seed: int) -> list[Split]:
    """Return (training, test) positions; fewer folds where a class has fewer rows than folds."""
    if task == "regression":
        return list(KFold(folds, shuffle=True, random_state=seed).split(target))
    counts = np.unique(target, return_counts=True)[1]
    if len(counts) < 2 or counts.min() < 2:
        raise ScoringError("each of at least two classes needs two rows or more, one to fit and one to ask")
    fewer = min(folds, int(counts.min()))
    return list(StratifiedKFold(fewer, shuffle=True, random_state=seed).split(target, target))


def fit(subject: Subject, **told: Any) -> Any:
    """Return a fitted clone, with a seed wherever the estimator left the choice open.

    told: what the estimator's own `fit` takes besides the rows.
    """
    fresh = clone(subject.estimator)
    settings = fresh.get_params()
    unset = [key for key in settings if key.split("__")[-1] == "random_state" and settings[key] is None]
    fresh.set_params(**dict.fromkeys(unset, subject.seed))
    return fresh.fit(subject.inputs, subject.target, **told)


def answer_split(subject: Subject, split: Split) -> Answers:
    """Return the answers to a split's test rows by a clone fitted on its training rows."""
    train, test = split
    try:
        return ask(fit(subject.part(train)), take(subject.inputs, test), subject.task)
    except ValueError as error:
        raise ScoringError(
            "the estimator refused a part of the rows in cross-validation",
            "(often for a category too rare to be in every part); a hold-out file avoids cross-validation",
        ) from error


def out_of_fold(subject: Subject, folds: int, tick: Tick) -> Answers:
    """Return an answer to every row, each by a clone that had not seen it."""
    parts = splits(subject.target, subject.task, folds, subject.seed)
    found = []
    for split in parts:
        found.append(answer_split(subject, split))
        tick()
    order = np.argsort(np.concatenate([test for _, test in parts]))
    predictions = np.concatenate([each.predictions for each in found])[order]
    probabilities = [each.probabilities for each in found if each.probabilities is not None]
    return Answers(predictions, np.concatenate(probabilities)[order] if probabilities else None)


def take(inputs: Any, positions: Array) -> Any:
    """Return some rows of a DataFrame or an array."""
    return inputs.iloc[positions] if hasattr(inputs, "iloc") else inputs[positions]
