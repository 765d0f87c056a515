"""The trial that an engine must pass: rows, and scikit-learn's own answers to them."""

from dataclasses import dataclass

import pandas as pd

from training.draw import COUNT, draw
from training.errors import TrainingError
from training.fitted import Answers, Fitted, ask
from training.jitter import jitter
from training.onnx_export import short
from training.parity import Gap, compare, tolerance
from training.sklearn_engine import FEEDS, Form

ONE_BY_ONE = 25
SAME = 1e-4  # of the tolerance: sums in another order differ in their last digits


class ExportError(TrainingError):
    """The model can't be served by any engine; says why."""


@dataclass(frozen=True)
class Trial:
    """What every candidate is held against: rows, and scikit-learn's answers to them."""

    fitted: Fitted
    rows: pd.DataFrame
    expected: Answers
    tolerance: float

    def gap(self, given: Answers) -> Gap:
        """Return how far other answers to the rows are from scikit-learn's."""
        return compare(self.expected, given, self.fitted.task)

    def rows_in_words(self) -> str:
        """Say how many rows the trial has."""
        known = len(self.fitted.table)
        jittered = len(self.rows) - known - COUNT
        return f"{known:,} table rows, {jittered:,} jittered rows and {COUNT} drawn from the ranges"


def put_to_trial(fitted: Fitted, seed: int) -> Trial:
    """Return the table's rows, rows around them and rows drawn from the ranges, with the answers to them."""
    names = [feature.name for feature in fitted.features]
    parts = [
        fitted.table[names],
        jitter(fitted.features, fitted.table, seed),
        draw(fitted.features, seed),
    ]
    rows = pd.concat(parts, ignore_index=True)
    try:
        expected = fitted.answer(rows)
    except Exception as error:  # an estimator may raise anything on a row that it can't take
        raise ExportError(
            f"the estimator fails on rows close to its training table: {short(error)}"
        ) from error
    return Trial(fitted, rows, expected, tolerance(fitted.task, fitted.target))


def fault_of(trial: Trial, form: Form) -> str | None:
    """Return what is wrong with a form: all rows at once, and some alone, as most callers send them."""
    every = range(len(trial.rows))
    alone = [[row] for row in every[:: max(1, len(trial.rows) // ONE_BY_ONE)]]
    try:
        gaps = [_gap(trial, form, positions) for positions in [list(every), *alone]]
    except Exception as error:  # an estimator may raise anything on a form that it was not made for
        return short(error)
    return next((str(gap) for gap in gaps if not gap.within(trial.tolerance * SAME)), None)


def _gap(trial: Trial, form: Form, positions: list[int]) -> Gap:
    fitted = trial.fitted
    inputs = FEEDS[form](fitted.features, trial.rows.iloc[positions])
    return compare(_at(trial.expected, positions), ask(fitted.estimator, inputs, fitted.task), fitted.task)


def _at(answers: Answers, positions: list[int]) -> Answers:
    probabilities = None if answers.probabilities is None else answers.probabilities[positions]
    return Answers(answers.predictions[positions], probabilities)
