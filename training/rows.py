"""Rows between two forms: a table's, and the JSON objects that the API takes."""

from typing import Any

import pandas as pd

from training.features import Feature, JsonValue


def to_rows(features: list[Feature], table: pd.DataFrame) -> list[dict[str, JsonValue]]:
    """Return the rows of a table as JSON-native objects, with None for missing values."""
    columns = [[_native(feature, value) for value in table[feature.name]] for feature in features]
    names = [feature.name for feature in features]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def to_table(features: list[Feature], rows: list[dict[str, JsonValue]]) -> pd.DataFrame:
    """Return JSON objects as a table with NaN for missing values."""
    return pd.DataFrame({f.name: _column(f, [row.get(f.name) for row in rows]) for f in features})


def _native(feature: Feature, value: Any) -> JsonValue:
    if pd.isna(value):
        return None
    if feature.kind == "number":
        return float(value)
    if feature.kind == "integer" or (feature.kind == "category" and not isinstance(value, str)):
        return int(value)
    return bool(value) if feature.kind == "boolean" else str(value)


def _column(feature: Feature, values: list[JsonValue]) -> pd.Series:
    if feature.kind == "category":
        return pd.Series([float("nan") if value is None else value for value in values], dtype=object)
    if feature.kind == "number" or None in values:
        return pd.Series(values, dtype="float64")
    return pd.Series(values, dtype="int64" if feature.kind == "integer" else "bool")
