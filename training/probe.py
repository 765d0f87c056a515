"""Finds out by asking what values an estimator takes."""

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from training.features import Task
from training.fitted import Answers, ask

Takes = Callable[[str, Any], bool]
MOST_CODES = 100


class Unanswered(Exception):
    """The estimator gives no finite answer; says what it gave instead."""


def answers(estimator: Any, inputs: Any, task: Task) -> Answers:
    """Return finite answers. Raises Unanswered."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # strange values are asked for on purpose
        try:
            found = ask(estimator, inputs, task)
        except Exception as error:  # an estimator may raise anything on what it can't take
            raise Unanswered(f"{type(error).__name__}: {error}") from error
    numbers = found.probabilities if task == "classification" else found.predictions
    if numbers is not None and not np.isfinite(numbers.astype(np.float64)).all():
        raise Unanswered("answers that are not finite")
    return found


def taker(estimator: Any, row: pd.DataFrame, by_name: bool, task: Task) -> Takes:
    """Return a function that tells whether the estimator answers the row with one value changed."""

    def takes(column: str, value: Any) -> bool:
        changed = row.copy()
        changed[column] = pd.Series([value], index=row.index)
        try:
            answers(estimator, changed if by_name else changed.to_numpy(), task)
        except Unanswered:
            return False
        return True

    return takes


def is_coded(column: pd.Series, takes: Takes) -> bool:
    """Return whether whole numbers are codes to the estimator: it refuses those that the table lacks."""
    known = np.unique(column.dropna())
    if len(known) > MOST_CODES or not np.equal(known, np.round(known)).all():
        return False
    gaps = np.setdiff1d(np.arange(known[0], known[0] + len(known) + 1), known)[:1]
    unseen = gaps[0] if len(gaps) and gaps[0] < known[-1] else None
    if unseen is not None:
        return not takes(str(column.name), unseen)
    return not takes(str(column.name), known[0] - 1) and not takes(str(column.name), known[-1] + 1)


def limits(column: pd.Series, takes: Takes) -> tuple[float | None, float | None]:
    """Return the hard limits of a number: an end of its range where far beyond it nothing is answered.

    A lower limit is 0 instead where that is answered, since numbers mostly end there.
    """
    name, low, high = str(column.name), float(column.min()), float(column.max())
    span = (high - low) or 1.0
    least, most = (takes(name, _like(column, end)) for end in (low - span, high + span))
    if not least and low > 0 and takes(name, _like(column, 0.0)):
        low = 0.0
    return None if least else low, None if most else high


def _like(column: pd.Series, value: float) -> Any:
    return int(value) if column.dtype.kind in "iu" else value
