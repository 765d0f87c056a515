"""Real tables and estimators of every kind, as a person would bring them to pack."""

import functools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from sklearn import datasets
from sklearn.base import is_classifier

from training.fitted import Fitted
from training.infer import infer
from training.infer_target import Target
from training.user_model import UserModel

TARGET = "answer"


@functools.cache
def _loaded(load: Callable[..., Any]) -> Any:
    return load(as_frame=True)


def iris() -> pd.DataFrame:
    """Return 150 flowers; the answer is a text of three."""
    found = _loaded(datasets.load_iris)
    return found.data.assign(answer=found.target_names[found.target])


def wine() -> pd.DataFrame:
    """Return 178 wines; the answer is a whole number of three."""
    found = _loaded(datasets.load_wine)
    return found.data.assign(answer=found.target)


def cancer() -> pd.DataFrame:
    """Return 569 tumours with 30 inputs; the answer is a boolean."""
    found = _loaded(datasets.load_breast_cancer)
    return found.data.assign(answer=found.target == 1)


def diabetes() -> pd.DataFrame:
    """Return 442 patients; the answer is a number."""
    found = _loaded(datasets.load_diabetes)
    return found.data.assign(answer=found.target)


def mixed(rows: int = 200) -> pd.DataFrame:
    """Return texts, booleans, whole numbers and numbers with gaps; the answer is a number."""
    random = np.random.default_rng(0)
    made = pd.DataFrame(
        {
            "colour": random.choice(["blue", "green", "red"], rows),
            "new": random.random(rows) < 0.5,
            "rooms": random.integers(1, 9, rows),
            "grade": random.choice([2, 3, 5], rows),
            "width": np.where(np.arange(rows) % 7 == 1, np.nan, random.normal(10, 2, rows)),
        }
    )
    return made.assign(answer=made["rooms"] * 3 + made["width"].fillna(10) + (made["colour"] == "red") * 4)


def fitted(estimator: Any, table: pd.DataFrame, *, by_name: bool = True) -> Fitted:
    """Return the estimator fitted on a table and inferred from it."""
    inputs = table.drop(columns=TARGET)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a fit that did not quite converge does as well
        estimator.fit(inputs if by_name else inputs.to_numpy(), table[TARGET].to_numpy())
    task = "classification" if is_classifier(estimator) else "regression"
    return infer(UserModel(estimator, task), table, Target(TARGET))


def plain_copy(rows: Any) -> Any:
    """Return rows as they are: a function that scikit-learn does not know."""
    return rows
