"""The arrays and frames that serving feeds scikit-learn, as docs/bundle.md says, made here to check them."""

from collections.abc import Callable
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.features import Feature
from training.rows import to_rows

Form = Literal["array", "frame"]
Feed = Callable[[list[Feature], pd.DataFrame], Any]


def array(features: list[Feature], table: pd.DataFrame) -> npt.NDArray[Any]:
    """Return rows as [rows, features]: float64 without categories, else objects, NaN where missing."""
    numeric = all(feature.kind != "category" for feature in features)
    columns = list(_columns(features, table).values())
    return np.array(columns, dtype=np.float64 if numeric else object).T


def frame(features: list[Feature], table: pd.DataFrame) -> pd.DataFrame:
    """Return rows as a DataFrame: categories as objects, else the type that the values show."""
    types = {feature.name: object for feature in features if feature.kind == "category"}
    columns = _columns(features, table)
    return pd.DataFrame({name: pd.Series(held, dtype=types.get(name)) for name, held in columns.items()})


FEEDS: dict[Form, Feed] = {"array": array, "frame": frame}


def _columns(features: list[Feature], table: pd.DataFrame) -> dict[str, list[Any]]:
    rows = to_rows(features, table)
    return {f.name: [np.nan if row[f.name] is None else row[f.name] for row in rows] for f in features}
