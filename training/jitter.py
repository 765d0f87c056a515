"""Rows like those of the training table, but not in it: what an export must get right as well."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.features import Feature

NOISE = 0.1  # standard deviations
MISSING_SHARE = 0.1
UNSEEN_SHARE = 0.05
UNSEEN_TEXT = "never seen in training"
FEWEST, MOST = 1000, 5000


def jitter(features: list[Feature], table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return 1,000 to 5,000 rows around the table's, then rows at the features' limits.

    Numbers move by a tenth of a standard deviation within their hard limits, other values are drawn
    from their column; nullable ones go missing at times, open categories take a value never seen.
    """
    rng = np.random.default_rng(seed)
    count = max(FEWEST, min(MOST, len(table)))
    near = pd.DataFrame({feature.name: _around(feature, table, count, rng) for feature in features})
    return pd.concat([near, _corners(features, near)], ignore_index=True)


def unseen_value(feature: Feature) -> str | int:
    """Return a category's value that the training table does not hold."""
    numbers = [value for value in feature.values if isinstance(value, int)]
    return max(numbers) + 1 if numbers else UNSEEN_TEXT


def _around(feature: Feature, table: pd.DataFrame, count: int, rng: np.random.Generator) -> pd.Series:
    column = table[feature.name]
    present = column.dropna()
    if present.empty:
        return pd.Series(np.full(count, np.nan))
    drawn = present.iloc[rng.integers(len(present), size=count)].reset_index(drop=True)
    if feature.kind in ("number", "integer"):
        drawn = _moved(feature, drawn.to_numpy(dtype=np.float64), rng)
    if feature.open:
        drawn = _replaced(drawn, rng.random(count) < UNSEEN_SHARE, unseen_value(feature))
    if feature.nullable:
        drawn = _replaced(drawn, rng.random(count) < MISSING_SHARE, np.nan)
    return drawn


def _moved(feature: Feature, values: npt.NDArray[np.float64], rng: np.random.Generator) -> pd.Series:
    moved = values + rng.normal(0, NOISE * values.std(), len(values))
    low = -np.inf if feature.minimum is None else feature.minimum
    high = np.inf if feature.maximum is None else feature.maximum
    if feature.kind == "integer":
        return pd.Series(np.clip(np.round(moved), low, high).astype(np.int64))
    return pd.Series(np.clip(moved, low, high))


def _replaced(column: pd.Series, where: npt.NDArray[np.bool_], value: object) -> pd.Series:
    """Return the column with a value in some places, in a type that can hold it."""
    if pd.api.types.is_bool_dtype(column.dtype):
        column = column.astype(object)
    return column.mask(where, value)


def _corners(features: list[Feature], like: pd.DataFrame) -> pd.DataFrame:
    """Return the typical row with each number at either end of its range, then all at once."""
    typical = {feature.name: np.nan if feature.typical is None else feature.typical for feature in features}
    ends = [{f.name: getattr(f, end)} for f in features for end in ("low", "high")]
    ends += [{f.name: getattr(f, end) for f in features} for end in ("low", "high")]
    known = [{name: value for name, value in end.items() if value is not None} for end in ends]
    rows = pd.DataFrame([typical | end for end in known if end] or [typical])
    return rows.astype({name: dtype for name, dtype in like.dtypes.items() if not rows[name].isna().any()})
