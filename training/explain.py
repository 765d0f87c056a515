"""Decides how answers are explained: which contributions are exact, and cheap enough to compute."""

import warnings
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.fitted import Answers, Fitted

MOST_SHAPLEY = 12  # features; an answer takes 2 ** 12 rows
SAMPLE = 200
RELATIVE_ERROR = 1e-9
# Where a probability is closer to 0 or 1, its log-odds has too few digits left to compare.
CLEAR = 1e-6
LOG_ODDS_ERROR = 1e-7
FEWEST_CLEAR = 20


def explain(fitted: Fitted) -> dict[str, Any]:
    """Return the `explain` of bundle.json: method, scale, and the reason in words.

    Additivity is checked on up to 200 rows of the training table, against the typical row.
    """
    few = len(fitted.features) <= MOST_SHAPLEY
    scale = "output" if fitted.task == "regression" else "probability"
    if fitted.task == "classification" and not hasattr(fitted.estimator, "predict_proba"):
        return _said("none", scale, "the model gives no probabilities")
    if fitted.task == "classification" and few:
        return _said("shapley", scale, f"exact with {len(fitted.features)} features")
    if fitted.task == "classification" and len(fitted.output.classes) > 2:
        return _said("none", scale, f"more than two classes and more than {MOST_SHAPLEY} features")
    if _is_additive(fitted):
        reason = (
            f"a sum of one function per feature, checked on {min(SAMPLE, len(fitted.table))} training rows"
        )
        return _said("additive", "output" if fitted.task == "regression" else "log-odds", reason)
    if few:
        return _said("shapley", scale, f"exact with {len(fitted.features)} features")
    return _said(
        "none", scale, f"not a sum of one function per feature, and more than {MOST_SHAPLEY} features"
    )


def _said(method: str, scale: str, reason: str) -> dict[str, Any]:
    return {"method": method, "scale": scale, "reason": reason}


def _is_additive(fitted: Fitted) -> bool:
    sample = fitted.table.iloc[:: max(1, len(fitted.table) // SAMPLE)].head(SAMPLE)
    steps = _steps(fitted, sample.reset_index(drop=True))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a typical row may well lie where the model is unsure
        answers = fitted.answer(pd.concat(steps, ignore_index=True))
    if fitted.task == "regression":
        values = answers.predictions.astype(np.float64).reshape(len(steps), -1)
        return bool(_largest_rest(values) <= RELATIVE_ERROR * np.abs(values).max())
    values = _log_odds(answers, len(steps))
    return values.shape[1] >= FEWEST_CLEAR and _largest_rest(values) <= LOG_ODDS_ERROR


def _steps(fitted: Fitted, sample: pd.DataFrame) -> list[pd.DataFrame]:
    """Return the typical row, the sample, and per feature the typical row with that feature alone changed."""
    typical = sample.copy()
    for feature in fitted.features:
        if feature.typical is not None:
            dtype = sample[feature.name].dtype
            typical[feature.name] = pd.Series([feature.typical] * len(sample), dtype=dtype)
    return [typical, sample, *(_changed(typical, sample[feature.name]) for feature in fitted.features)]


def _changed(table: pd.DataFrame, column: pd.Series) -> pd.DataFrame:
    changed = table.copy()
    changed[column.name] = column
    return changed


def _log_odds(answers: Answers, steps: int) -> npt.NDArray[np.float64]:
    """Return the second class's log-odds [steps, rows], of the rows that have clear ones at every step."""
    assert answers.probabilities is not None
    chances = answers.probabilities[:, 1].reshape(steps, -1)
    clear = ((chances > CLEAR) & (chances < 1 - CLEAR)).all(axis=0)
    return np.log(chances[:, clear] / (1 - chances[:, clear]))


def _largest_rest(values: npt.NDArray[np.float64]) -> float:
    """Return the most that single changes leave unexplained of the whole change."""
    typical, whole, single = values[0], values[1], values[2:]
    return float(np.abs((whole - typical) - (single - typical).sum(axis=0)).max())
