"""Checks a table of texts against a recipe's columns, and says what is wrong with it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pandera
from pandera.errors import SchemaErrors

from training.recipes.recipe import Column, Recipe
from training.table import DataFault, in_rows

__all__ = ["DataFault", "validate"]

EXACT = 2**53  # beyond which a float no longer holds every whole number
# What pandera calls a fault, in this project's words.
WORDS = {
    "column_in_dataframe": "is missing",
    "column_in_schema": "is not expected",
    "not_nullable": "not missing",
}


def validate(recipe: Recipe, table: pd.DataFrame) -> None:
    """Raise DataFault with a line per column and check that fails, naming the rows; row 1 is the first."""
    try:
        schema(recipe).validate(table, lazy=True)
    except SchemaErrors as error:
        raise DataFault(*_lines(error.failure_cases)) from None  # pandera's text quotes the values


def schema(recipe: Recipe) -> pandera.DataFrameSchema:
    """Return the schema of a recipe's table: no column less or more, nothing missing, every value allowed."""
    columns = (*recipe.columns, recipe.target)
    enough = pandera.Check(
        lambda table: len(table) >= recipe.min_rows, error=f"at least {recipe.min_rows} rows"
    )
    return pandera.DataFrameSchema(
        {column.name: pandera.Column(object, _checks(column), nullable=False) for column in columns},
        checks=enough,
        strict=True,
    )


def _checks(column: Column) -> list[Any]:
    if column.kind == "category":
        return [_one_of([str(value) for value in column.values])] if column.values else []
    if column.kind == "boolean":
        return [_one_of(["true", "false"])]
    readable = [pandera.Check(_is_number, error="a number")]
    whole = [pandera.Check(_is_whole, error="a whole number")] if column.kind == "integer" else []
    return [*readable, *whole, *_limits(column)]


def _one_of(values: Sequence[str]) -> Any:
    return pandera.Check(lambda texts: texts.isin(values), error=f"one of {', '.join(values)}")


def _limits(column: Column) -> list[Any]:
    low = -np.inf if column.minimum is None else column.minimum
    high = np.inf if column.maximum is None else column.maximum
    if not np.isfinite([low, high]).any():
        return []
    return [pandera.Check(lambda texts: ~_outside(texts, low, high), error=f"in_range({low:g}, {high:g})")]


def _outside(texts: pd.Series, low: float, high: float) -> pd.Series:
    """Return which numbers are outside; what is no number is another check's to find."""
    numbers = as_numbers(texts)
    return (numbers < low) | (numbers > high)


def _is_number(texts: pd.Series) -> pd.Series:
    return np.isfinite(as_numbers(texts))


def _is_whole(texts: pd.Series) -> pd.Series:
    numbers = as_numbers(texts)
    return numbers.isna() | ((numbers % 1 == 0) & (numbers.abs() <= EXACT))


def as_numbers(texts: pd.Series) -> pd.Series:
    """Return texts as floats, NaN where one is no number."""
    return pd.to_numeric(texts, errors="coerce").astype("float64")


def _lines(cases: pd.DataFrame) -> list[str]:
    """Return a line per column and check, in the order in which they were found."""
    cases = cases.assign(
        column=[_column(*each) for each in zip(cases["column"], cases["failure_case"], strict=True)]
    )
    return [
        _line(str(column), str(check), [int(each) for each in found["index"] if pd.notna(each)])
        for (column, check), found in cases.groupby(["column", "check"], sort=False)
    ]


def _column(column: Any, failure_case: Any) -> str:
    """Return the column's name, which pandera puts elsewhere where the column itself is the fault."""
    if isinstance(column, str):
        return f"column {column}"
    return f"column {failure_case}" if isinstance(failure_case, str) else "table"


def _line(subject: str, check: str, rows: list[int]) -> str:
    if check in ("column_in_dataframe", "column_in_schema"):
        return f"{subject}: {WORDS[check]}"
    where = f" in {in_rows(sorted(rows))}" if rows else ""
    return f"{subject}: {WORDS.get(check, check)} failed{where}"
