"""A fitted estimator together with what it was fitted on: what every later stage works from."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.features import Feature, JsonValue, Output, Task


@dataclass(frozen=True)
class Answers:
    """predictions: [rows] (floats, or class labels); probabilities: [rows, classes] or None."""

    predictions: npt.NDArray[Any]
    probabilities: npt.NDArray[np.float64] | None = None


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """An estimator fitted on `table[feature names]` to predict `target`.

    `by_name` says whether it was fitted on a DataFrame (so that columns have names) or on an array.
    example: the row that people are shown; None takes the table's first.
    """

    estimator: Any
    features: list[Feature]
    output: Output
    task: Task
    table: pd.DataFrame
    target: npt.NDArray[Any]
    by_name: bool
    example: dict[str, JsonValue] | None = None

    def inputs(self, rows: pd.DataFrame) -> Any:
        """Return rows in the form that the estimator was fitted on."""
        columns = rows[[feature.name for feature in self.features]]
        return columns if self.by_name else columns.to_numpy()

    def answer(self, rows: pd.DataFrame) -> Answers:
        """Return scikit-learn's own answers for rows."""
        return ask(self.estimator, self.inputs(rows), self.task)


def ask(estimator: Any, inputs: Any, task: Task) -> Answers:
    """Return an estimator's predictions for inputs, and its probabilities where it has them."""
    with warnings.catch_warnings():
        # An array is fed on purpose to some estimators that were fitted on named columns.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        predictions = np.asarray(estimator.predict(inputs)).reshape(-1)
        if task == "classification" and hasattr(estimator, "predict_proba"):
            return Answers(predictions, np.asarray(estimator.predict_proba(inputs), dtype=np.float64))
    return Answers(predictions)
