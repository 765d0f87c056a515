"""Turns a checked table of texts into typed inputs, their features and the target."""

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt
import pandas as pd

from training.features import Feature, JsonValue
from training.recipes.recipe import Column, Recipe
from training.scale import Scale, scale
from training.validation import as_numbers


@dataclass(frozen=True)
class Prepared:
    """inputs: the recipe's columns, typed; target: [rows]; scale: the target's, None for classes."""

    inputs: pd.DataFrame
    features: list[Feature]
    target: npt.NDArray[Any]
    scale: Scale | None


def pick(recipe: Recipe, table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without ignored columns and, where the recipe says so, without incomplete rows."""
    picked = table.drop(columns=[name for name in recipe.ignored if name in table])
    return picked.dropna() if recipe.drop_missing else picked


def transform(recipe: Recipe, table: pd.DataFrame) -> Prepared:
    """Return what a checked table holds; the rows are counted from 0 from here on. Raises TargetFault."""
    inputs = pd.DataFrame({column.name: _typed(column, table[column.name]) for column in recipe.columns})
    inputs = inputs.reset_index(drop=True)
    target = _typed(recipe.target, table[recipe.target.name]).to_numpy()
    features = [_feature(column, inputs[column.name]) for column in recipe.columns]
    return Prepared(inputs, features, target, scale(target) if recipe.task == "regression" else None)


def _typed(column: Column, texts: pd.Series) -> pd.Series:
    if column.kind == "number":
        return as_numbers(texts)
    if column.kind == "integer":
        return as_numbers(texts).astype("int64")
    if column.kind == "boolean":
        return texts == "true"
    back = {str(value): value for value in column.values}
    return pd.Series([back.get(text, text) for text in texts], index=texts.index, dtype=object)


def _feature(column: Column, values: pd.Series) -> Feature:
    numeric = column.kind in ("number", "integer")
    return Feature(
        name=column.name,
        kind=column.kind,
        typical=_typical(column, values),
        description=column.description,
        unit=column.unit,
        low=float(values.min()) if numeric else None,
        high=float(values.max()) if numeric else None,
        minimum=column.minimum,
        maximum=column.maximum,
        values=_values(column, values),
    )


def _values(column: Column, values: pd.Series) -> tuple[Any, ...]:
    """Return the categories, which are declared: a closed set does not depend on one sample."""
    return column.values or (tuple(sorted(set(values))) if column.kind == "category" else ())


def _typical(column: Column, values: pd.Series) -> JsonValue:
    """Return the median, of whole numbers a whole one, or the most frequent value."""
    if column.kind == "number":
        return float(values.median())
    if column.kind == "integer":
        return int(values.median())
    typical: JsonValue = values.mode().tolist()[0]
    return typical
