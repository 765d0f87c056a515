"""Small fitted models for the tests of what is said about them."""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder

from training.features import Feature, JsonValue, Output
from training.fitted import Fitted
from training.scale import scale

COLOURS = ("blue", "green", "red")
FEATURES = [
    Feature(name="width", kind="number", typical=0.0, low=-3.0, high=3.0, nullable=True, unit="m"),
    Feature(name="count", kind="integer", typical=4, low=0, high=9),
    Feature(name="new", kind="boolean", typical=False),
    Feature(name="colour", kind="category", typical="red", values=COLOURS),
]


def table(rows: int = 60) -> pd.DataFrame:
    """Return rows of every kind of feature; every seventh width is missing."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "width": np.where(np.arange(rows) % 7 == 1, np.nan, np.linspace(-3, 3, rows)),
            "count": random.integers(0, 10, rows),
            "new": random.random(rows) < 0.5,
            "colour": pd.Series(random.choice(COLOURS, rows), dtype=object),
        }
    )


def regression(example: dict[str, JsonValue] | None = None) -> Fitted:
    """Return a fitted linear regression."""
    rows = table()
    target = np.nan_to_num(rows["width"].to_numpy()) + rows["count"].to_numpy() / 2.0
    output = Output(name="size", unit="m", scale=scale(target))
    return _fitted(LinearRegression(), rows, target, output, example)


def classification(labels: tuple[Any, ...] = ("large", "medium", "small")) -> Fitted:
    """Return a fitted logistic regression over three classes."""
    rows = table()
    target = np.asarray(sorted(labels))[rows["count"].to_numpy() * len(labels) // 10]
    output = Output(name="size", classes=tuple(sorted(labels)))
    return _fitted(LogisticRegression(max_iter=5000), rows, target, output, None)


def _fitted(estimator: Any, rows: pd.DataFrame, target: Any, output: Output, example: Any) -> Fitted:
    encode = ColumnTransformer(
        [("numbers", SimpleImputer(), [0, 1, 2]), ("colour", OneHotEncoder(), [3])], sparse_threshold=0
    )
    return Fitted(
        estimator=make_pipeline(encode, estimator).fit(rows.to_numpy(), target),
        features=FEATURES,
        output=output,
        task="classification" if output.classes else "regression",
        table=rows,
        target=target,
        by_name=False,
        example=example,
    )
