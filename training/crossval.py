"""One fold's scores: the model's, its interval's coverage, and a dummy's."""

from typing import Any

import numpy as np
import numpy.typing as npt
from sklearn.dummy import DummyClassifier, DummyRegressor

from training.features import Task
from training.fitted import Answers, ask
from training.folds import Split, Subject, answer_split, out_of_fold
from training.interval_scale import Scale, held, quantile
from training.measured import Steps
from training.metrics import score

Array = npt.NDArray[Any]


def trial(subject: Subject, split: Split, inner: int, scale: Scale, steps: Steps) -> dict[str, float]:
    """Return the scores of a clone on a split's test rows; for regression with the interval's coverage.

    The interval comes from the training rows alone: from their own out-of-fold answers.
    """
    train, test = split
    truth = subject.target[test]
    answers = answer_split(subject, split)
    steps.tick()
    found = score(truth, answers, subject.task, np.unique(subject.target))
    if subject.task == "regression":
        part = subject.part(train)
        unseen = out_of_fold(part, inner, steps.tick)
        reach = quantile(scale, *numbers(part.target, unseen))
        found["coverage"] = float(np.mean(held(scale, reach, *numbers(truth, answers))))
    return found


def dummy_scores(target: Array, test_target: Array, task: Task) -> dict[str, float]:
    """Return the scores on test_target of a model that knows only target: its mean or its class shares."""
    model = DummyRegressor() if task == "regression" else DummyClassifier(strategy="prior")
    model.fit(np.zeros((len(target), 1)), target)
    answers = ask(model, np.zeros((len(test_target), 1)), task)
    return score(test_target, answers, task, np.unique(target))


def numbers(truth: Array, answers: Answers) -> tuple[Array, Array]:
    """Return the truth and the predictions as floats."""
    return truth.astype(float), answers.predictions.astype(float)
