"""Small data for the card's plots, all of it out of fold."""

from collections import Counter
from typing import Any

import numpy as np
import numpy.typing as npt

from training.features import Output, Task
from training.fitted import Answers
from training.interval_scale import errors
from training.measured import Measured

Array = npt.NDArray[Any]

POINTS = 200
BINS = 20
CONFIDENCES = np.arange(11) / 10


def plots(measured: Measured, output: Output, task: Task, seed: int) -> dict[str, Any]:
    """Return the `plots` of bundle.json."""
    if task == "regression":
        return _regression(measured, seed)
    drawn: dict[str, Any] = {"confusion": _confusion(measured, output)}
    if measured.out_of_fold.probabilities is not None:
        drawn["calibration"] = _calibration(measured.target, measured.out_of_fold)
    return drawn


def _regression(measured: Measured, seed: int) -> dict[str, Any]:
    assert measured.interval is not None
    truth, predicted = measured.target.astype(float), measured.out_of_fold.predictions.astype(float)
    count = min(POINTS, len(truth))
    chosen = np.sort(np.random.default_rng(seed).choice(len(truth), count, replace=False))
    counts, edges = np.histogram(errors(measured.interval["scale"], truth, predicted), bins=BINS)
    return {
        "predicted": np.column_stack([truth, predicted])[chosen].tolist(),
        "residuals": {"edges": edges.tolist(), "counts": counts.tolist()},
    }


def _confusion(measured: Measured, output: Output) -> list[list[int]]:
    """Return counts, row = true class, column = predicted class."""
    said = measured.out_of_fold.predictions.tolist()
    pairs = Counter(zip(measured.target.tolist(), said, strict=True))
    return [[pairs[true, each] for each in output.classes] for true in output.classes]


def _calibration(target: Array, answers: Answers) -> list[dict[str, Any]]:
    """Return mean confidence and share of right answers in bins of the predicted class's confidence."""
    assert answers.probabilities is not None
    confidence = answers.probabilities.max(axis=1)
    right = answers.predictions == target
    bins = np.clip(np.searchsorted(CONFIDENCES, confidence, side="right"), 1, len(CONFIDENCES) - 1)
    return [
        {
            "predicted": float(confidence[bins == each].mean()),
            "observed": float(right[bins == each].mean()),
            "rows": int((bins == each).sum()),
        }
        for each in np.unique(bins)
    ]
