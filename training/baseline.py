"""The training data's distribution, which live traffic is held against to see drift."""

from typing import Any

import numpy as np
import pandas as pd

from training.features import Feature
from training.rows import to_rows

DECILES = np.linspace(0.1, 0.9, 9)
FEW = 10  # values that get a bin each: deciles can't see that a rare one becomes frequent


def baseline(features: list[Feature], table: pd.DataFrame) -> dict[str, Any]:
    """Return the `baseline` of bundle.json: counts per feature over the rows of a table."""
    return {"rows": len(table), "features": {feature.name: _counts(feature, table) for feature in features}}


def _counts(feature: Feature, table: pd.DataFrame) -> dict[str, Any]:
    missing = int(table[feature.name].isna().sum())
    present = table[table[feature.name].notna()]
    if feature.kind in ("number", "integer"):
        return {**_binned(present[feature.name].to_numpy(dtype=np.float64)), "missing": missing}
    return {**_tallied(feature, present), "missing": missing}


def _binned(numbers: Any) -> dict[str, Any]:
    """Return inner edges, equal ones merged, and the count of each edges[i-1] <= x < edges[i]."""
    values = np.unique(numbers)
    edges = values[1:] if len(values) <= FEW else np.unique(np.quantile(numbers, DECILES))
    bins = np.searchsorted(edges, numbers, side="right")
    return {"edges": edges.tolist(), "counts": np.bincount(bins, minlength=len(edges) + 1).tolist()}


def _tallied(feature: Feature, present: pd.DataFrame) -> dict[str, Any]:
    values = list(feature.values) if feature.kind == "category" else [False, True]
    seen = [row[feature.name] for row in to_rows([feature], present)]
    counts = [seen.count(value) for value in values]
    return {"values": values, "counts": counts, "other": len(seen) - sum(counts)}
