"""Measures a user's estimator: by cross-validation of its clones, or on rows that were held out."""

from dataclasses import dataclass, replace
from typing import Any

import numpy.typing as npt
from sklearn.frozen import FrozenEstimator

from training.errors import TrainingError
from training.fitted import Fitted
from training.folds import ScoringError, splits, take
from training.measured import Measured, Progress
from training.onnx_export import short
from training.scores import measure, measure_on


@dataclass(frozen=True, kw_only=True)
class Measuring:
    """How to measure: repeats of 5-fold cross-validation, the seed, whom to tell of progress."""

    repeats: int
    seed: int
    progress: Progress


class NotRefitted(ScoringError):
    """A clone of the estimator can't be fitted again; says why."""


def cross_validated(fitted: Fitted, plan: Measuring) -> Measured:
    """Return the scores of clones fitted on parts of the table. Raises ScoringError."""
    inputs = fitted.inputs(fitted.table)
    try:
        return measure(
            fitted.estimator,
            inputs,
            fitted.target,
            fitted.task,
            repeats=plan.repeats,
            seed=plan.seed,
            progress=plan.progress,
        )
    except TrainingError:
        raise
    except Exception as error:  # fitting a foreign estimator may raise anything
        raise NotRefitted(
            f"the model can't be fitted again, so it can't be cross-validated: {short(error)}",
            "give rows that were held out from fitting with --test",
        ) from error


def on_held_out(fitted: Fitted, inputs: Any, target: npt.NDArray[Any], plan: Measuring) -> Measured:
    """Return the scores on rows that the model was not fitted on. Raises ScoringError.

    Where it can't be fitted again, one half of these rows stands in for what clones would have shown.
    """
    try:
        return measure_on(
            fitted.estimator,
            fitted.inputs(fitted.table),
            fitted.target,
            fitted.task,
            inputs,
            target,
            seed=plan.seed,
            progress=plan.progress,
        )
    except Exception:  # as above; a fault of the held-out rows themselves is raised again by the halves
        return _on_halves(fitted, inputs, target, plan)


def _on_halves(fitted: Fitted, inputs: Any, target: npt.NDArray[Any], plan: Measuring) -> Measured:
    known, asked = splits(target, fitted.task, 2, plan.seed)[0]
    found = measure_on(
        FrozenEstimator(fitted.estimator),  # whose clones are itself, as it was fitted
        take(inputs, known),
        target[known],
        fitted.task,
        take(inputs, asked),
        target[asked],
        seed=plan.seed,
        progress=plan.progress,
    )
    method = f"{found.scoring['method']}; half of the rows, as the model can't be fitted again"
    interval = found.interval and found.interval | {
        "method": "quantile of the absolute residuals of held-out rows"
    }
    return replace(found, scoring=found.scoring | {"method": method}, interval=interval)
