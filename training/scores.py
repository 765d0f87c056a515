"""How good a model is on rows that it has not seen, beside one that knows only the target."""

from typing import Any

import numpy as np
import numpy.typing as npt

from training.crossval import dummy_scores, numbers, trial
from training.features import Task
from training.fitted import Answers, ask
from training.folds import ScoringError, Subject, out_of_fold, splits
from training.holdout import RESAMPLES, Rows, bootstrap
from training.interval_scale import METHODS, Quantile, Scale, held, quantile
from training.intervals import Bounds, clip, corrected
from training.measured import Measured, Progress, Score, Steps
from training.metrics import score

__all__ = ["Measured", "Score", "ScoringError", "measure", "measure_on"]

Array = npt.NDArray[Any]
MIN_ROWS = 20


def measure(
    estimator: Any,
    inputs: Any,
    target: Array,
    task: Task,
    *,
    repeats: int = 5,
    folds: int = 5,
    inner: int = 10,
    scale: Scale = "absolute",
    seed: int = 0,
    progress: Progress | None = None,
) -> Measured:
    """Return an estimator's scores by repeated K-fold, and its interval's coverage by nested K-fold.

    The estimator is cloned, never changed; inputs: DataFrame or array [rows, features]; target: [rows].
    scale: the interval's. Raises ScoringError where the rows can't be split, or the scale does not fit.
    """
    subject = _subject(estimator, inputs, target, task, seed)
    outer = [split for turn in range(repeats) for split in splits(target, task, folds, seed + turn)]
    nested = inner if task == "regression" else 0
    steps = Steps(len(outer) * (1 + nested) + inner, progress)
    trials = [trial(subject, split, inner, scale, steps) for split in outer]
    per_fold = {name: np.array([each[name] for each in trials]) for name in trials[0]}
    dummies = [dummy_scores(target[train], target[test], task) for train, test in outer]
    share = len(outer[0][1]) / len(outer[0][0])
    bounds = {name: clip(name, corrected(values, share)) for name, values in per_fold.items()}
    means = {name: float(np.mean(values)) for name, values in per_fold.items()}
    answers = out_of_fold(subject, inner, steps.tick)
    method = f"{repeats} times {len(outer) // repeats}-fold cross-validation; 95% intervals by the corrected"
    return Measured(
        scores=_scores(
            means, bounds, {name: float(np.mean([d[name] for d in dummies])) for name in dummies[0]}
        ),
        scoring={"method": f"{method} resampled t-test", "rows": len(target)},
        interval=_interval(subject, answers, inner, scale, means, bounds, len(target)),
        out_of_fold=answers,
        target=target,
        per_fold=per_fold,
        test_share=share,
    )


def measure_on(
    estimator: Any,
    inputs: Any,
    target: Array,
    task: Task,
    test_inputs: Any,
    test_target: Array,
    *,
    inner: int = 10,
    scale: Scale = "absolute",
    seed: int = 0,
    progress: Progress | None = None,
) -> Measured:
    """Return a fitted estimator's scores on held-out rows, with bootstrap intervals.

    The estimator is asked as it is; the interval's quantile and out_of_fold come from clones on the table.
    """
    subject = _subject(estimator, inputs, target, task, seed)
    answers = out_of_fold(subject, inner, Steps(inner, progress).tick)
    reach = quantile(scale, *numbers(target, answers)) if task == "regression" else None
    tested = ask(estimator, test_inputs, task)
    classes = np.asarray(getattr(estimator, "classes_", []))
    if task == "classification" and not set(test_target.tolist()) <= set(target.tolist()):
        raise ScoringError("the held-out rows hold a class that the table does not have")

    def compute(rows: Rows) -> dict[str, float]:
        return _held_out(test_target[rows], _rows(tested, rows), task, classes, scale, reach)

    means = compute(np.arange(len(test_target)))
    bounds = bootstrap(compute, len(test_target), seed)
    return Measured(
        scores=_scores(means, bounds, dummy_scores(target, test_target, task)),
        scoring={
            "method": f"held-out rows; 95% intervals from {RESAMPLES} bootstrap resamples",
            "rows": len(test_target),
        },
        interval=_interval(subject, answers, inner, scale, means, bounds, len(test_target)),
        out_of_fold=answers,
        target=target,
    )


def _subject(estimator: Any, inputs: Any, target: Array, task: Task, seed: int) -> Subject:
    if len(target) < MIN_ROWS:
        raise ScoringError(f"{len(target)} rows are too few to measure a model on; {MIN_ROWS} are the least")
    return Subject(estimator, inputs, target, task, seed)


def _held_out(
    truth: Array, answers: Answers, task: Task, classes: Array, scale: Scale, reach: Quantile | None
) -> dict[str, float]:
    found = score(truth, answers, task, classes)
    if reach is not None:
        found["coverage"] = float(np.mean(held(scale, reach, *numbers(truth, answers))))
    return found


def _rows(answers: Answers, rows: Rows) -> Answers:
    probabilities = answers.probabilities
    return Answers(answers.predictions[rows], None if probabilities is None else probabilities[rows])


def _scores(means: dict[str, float], bounds: dict[str, Bounds], dummy: dict[str, float]) -> dict[str, Score]:
    names = [name for name in means if name != "coverage"]
    return {name: Score(means[name], *bounds[name], dummy[name]) for name in names}


def _interval(
    subject: Subject,
    answers: Answers,
    folds: int,
    scale: Scale,
    means: dict[str, float],
    bounds: dict[str, Bounds],
    rows: int,
) -> dict[str, Any] | None:
    if subject.task == "classification":
        return None
    low, high = bounds["coverage"]
    return {
        "level": 0.9,
        "method": f"{METHODS[scale]} {folds}-fold out-of-fold predictions",
        "scale": scale,
        "quantile": quantile(scale, *numbers(subject.target, answers)),
        "coverage": {"value": means["coverage"], "low": low, "high": high, "rows": rows},
    }
