"""Rows as columns: what engines compute on."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Row = Mapping[str, Any]
Columns = dict[str, npt.NDArray[Any]]
Feature = Mapping[str, Any]


def to_columns(features: Sequence[Feature], rows: Sequence[Row]) -> Columns:
    """Return an array [rows] per feature: objects for a category, else float64; missing is None or NaN."""
    return columnar(features)(rows)


def columnar(features: Sequence[Feature]) -> Callable[[Sequence[Row]], Columns]:
    """Return `to_columns` of these features."""
    kinds = [
        (feature["name"], object if feature["kind"] == "category" else np.float64) for feature in features
    ]

    def columns(rows: Sequence[Row]) -> Columns:
        return {name: np.array([row.get(name) for row in rows], dtype=kind) for name, kind in kinds}

    return columns


def typical_row(features: Sequence[Feature]) -> dict[str, Any]:
    """Return the row that contributions are measured against."""
    return {feature["name"]: feature["typical"] for feature in features}
