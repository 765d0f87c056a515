"""Rows as columns: what engines compute on."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Row = Mapping[str, Any]
Columns = dict[str, npt.NDArray[Any]]
Feature = Mapping[str, Any]


def to_columns(features: Sequence[Feature], rows: Sequence[Row]) -> Columns:
    """Return an array [rows] per feature: objects for a category, else float64; missing is None or NaN."""
    return {
        feature["name"]: _column(feature, [row.get(feature["name"]) for row in rows]) for feature in features
    }


def _column(feature: Feature, values: list[Any]) -> npt.NDArray[Any]:
    if feature["kind"] != "category":
        return np.array(values, dtype=np.float64)
    column = np.empty(len(values), dtype=object)
    column[:] = values
    return column


def typical_row(features: Sequence[Feature]) -> dict[str, Any]:
    """Return the row that contributions are measured against."""
    return {feature["name"]: feature["typical"] for feature in features}
