"""Reads a user's table as pandas does by default, which is how their model most likely saw it."""

from pathlib import Path

import numpy as np
import pandas as pd

from training.errors import TrainingError

FEWEST_ROWS = 20


class TableFault(TrainingError):
    """The table can't be used; says what is wrong with it."""


def read(path: Path) -> pd.DataFrame:
    """Return a CSV or Parquet file's rows with plain columns: numbers, booleans and texts.

    Raises TableFault where the file can't be read, or has under 20 rows.
    """
    try:
        table = _parsed(path)
    except FileNotFoundError as error:
        raise TableFault(f"there is no file {path}") from error
    except (OSError, ValueError) as error:  # pandas' and pyarrow's own errors are ValueErrors
        raise TableFault(f"{path.name} can't be read as a table: {_line(error)}") from error
    if len(table) < FEWEST_ROWS:
        raise TableFault(
            f"{path.name} has {len(table)} rows; {FEWEST_ROWS} are the least to measure a model on"
        )
    return pd.DataFrame({str(name): plain(table[name]) for name in table})


def plain(column: pd.Series) -> pd.Series:
    """Return a column without pandas' own types, as rows from JSON would be: NaN where missing."""
    values = column.reset_index(drop=True)
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if isinstance(values.dtype, pd.StringDtype) or not pd.api.types.is_extension_array_dtype(values.dtype):
        return values
    if not pd.api.types.is_numeric_dtype(values.dtype):
        return values.astype(object)
    if not values.isna().any():
        return values.astype(values.to_numpy().dtype)
    if pd.api.types.is_bool_dtype(values.dtype):
        return values.astype(object).where(values.notna(), np.nan)
    return pd.Series(values.to_numpy(dtype=np.float64, na_value=np.nan), name=values.name)


def _parsed(path: Path) -> pd.DataFrame:
    if path.suffix.lower() in (".parquet", ".pq"):
        return pd.read_parquet(path)
    return pd.read_csv(path)


def _line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)
