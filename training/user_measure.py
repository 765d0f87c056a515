"""Measures a user's estimator: by cross-validation of its clones, or on rows that were held out."""

from dataclasses import dataclass, replace
from typing import Any

import numpy.typing as npt
from sklearn.frozen import FrozenEstimator

from training.errors import TrainingError
from training.fitted import Fitted, ask
from training.folds import ScoringError, Subject, fit, splits, take
from training.interval_scale import METHODS, Scale
from training.measured import Measured, Progress
from training.onnx_export import short
from training.scores import measure, measure_on

FOLDS = 10
HELP = "give rows that were held out from fitting with --test"


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """How to measure: repeats of 5-fold cross-validation, the seed, whom to tell of progress.

    scale: of a regression's interval.
    """

    repeats: int
    seed: int
    progress: Progress
    scale: Scale = "absolute"


class NotRefitted(ScoringError):
    """A clone of the estimator can't be fitted again; says why."""


def cross_validated(fitted: Fitted, plan: Measuring) -> Measured:
    """Return the scores of clones fitted on parts of the table. Raises ScoringError."""
    if holds_frozen(fitted.estimator):
        raise NotRefitted("the model holds a part that is not refitted, so it can't be cross-validated", HELP)
    inputs = fitted.inputs(fitted.table)
    try:
        return measure(
            fitted.estimator,
            inputs,
            fitted.target,
            fitted.task,
            repeats=plan.repeats,
            scale=plan.scale,
            seed=plan.seed,
            progress=plan.progress,
        )
    except TrainingError:
        raise
    except Exception as error:  # fitting a foreign estimator may raise anything
        raise NotRefitted(
            f"the model can't be fitted again, so it can't be cross-validated: {short(error)}",
            HELP,
        ) from error


def on_held_out(fitted: Fitted, inputs: Any, target: npt.NDArray[Any], plan: Measuring) -> Measured:
    """Return the scores on rows that the model was not fitted on. Raises ScoringError.

    Where it can't be fitted again, one half of these rows stands in for what clones would have shown.
    """
    _check_classes(fitted, target)
    if holds_frozen(fitted.estimator):
        return _on_halves(fitted, inputs, target, plan, "a part of the model is not refitted")
    table = fitted.inputs(fitted.table)
    try:
        return measure_on(
            fitted.estimator,
            table,
            fitted.target,
            fitted.task,
            inputs,
            target,
            inner=FOLDS,
            scale=plan.scale,
            seed=plan.seed,
            progress=plan.progress,
        )
    except Exception:  # a foreign estimator may raise anything; what is not its clones' fault is raised on
        why = _clones_fault(Subject(fitted.estimator, table, fitted.target, fitted.task, plan.seed))
        if why is None:
            raise
        return _on_halves(fitted, inputs, target, plan, why)


def holds_frozen(part: Any) -> bool:
    """Return whether an estimator, or any estimator in it, stays as it was fitted when it is cloned."""
    if isinstance(part, FrozenEstimator):
        return True
    if isinstance(part, list | tuple):  # such as the steps of a pipeline: (name, estimator)
        return any(map(holds_frozen, part))
    if isinstance(part, type) or not hasattr(part, "get_params"):
        return False
    return any(map(holds_frozen, part.get_params(deep=True).values()))


def _check_classes(fitted: Fitted, target: npt.NDArray[Any]) -> None:
    if fitted.task == "classification" and not set(target.tolist()) <= set(fitted.target.tolist()):
        raise ScoringError("the held-out rows hold a class that the table does not have")


def _clones_fault(subject: Subject) -> str | None:
    """Return why clones fail on the splits that measure_on makes, or None where they do not."""
    for known, asked in splits(subject.target, subject.task, FOLDS, subject.seed):
        try:
            clone = fit(subject.part(known))
        except Exception:  # as above
            return "the model can't be fitted again"
        try:
            ask(clone, take(subject.inputs, asked), subject.task)
        except ValueError:  # as for a category that was not in the part
            return "a model fitted again on a part of the table refuses other rows of it"
    return None


def _on_halves(fitted: Fitted, inputs: Any, target: npt.NDArray[Any], plan: Measuring, why: str) -> Measured:
    known, asked = splits(target, fitted.task, 2, plan.seed)[0]
    found = measure_on(
        FrozenEstimator(fitted.estimator),  # whose clones are itself, as it was fitted
        take(inputs, known),
        target[known],
        fitted.task,
        take(inputs, asked),
        target[asked],
        scale=plan.scale,
        seed=plan.seed,
        progress=plan.progress,
    )
    method = f"{found.scoring['method']}; half of the rows, as {why}"
    interval = found.interval and found.interval | {
        "method": f"{METHODS[plan.scale]} predictions for held-out rows"
    }
    return replace(found, scoring=found.scoring | {"method": method}, interval=interval)
