"""What the columns of a table are: kind by type, and what else the model takes there by asking it."""

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.errors import TrainingError
from training.features import MOST_WHOLE, OPEN_CATEGORY_LENGTH, Feature
from training.jitter import UNSEEN_TEXT
from training.probe import Takes, is_coded, limits

MOST_VALUES = 1000
MOST_NAMED = 20
FAR = 3.0  # standard deviations, for a number that is missing


class InferenceFault(TrainingError):
    """The table does not fit the model; names every fault found."""


def faults(column: pd.Series) -> list[str]:
    """Return what makes a column unfit to be sent as JSON."""
    present, name = column.dropna(), f"column {column.name!r}"
    if present.empty:
        return [f"{name} holds no value at all"]
    if column.dtype.kind in "iu" and not -MOST_WHOLE <= present.min() <= present.max() <= MOST_WHOLE:
        return [f"{name} holds whole numbers beyond 2^53 - 1, which JSON readers do not keep exact"]
    if column.dtype.kind in "fiub":
        return [] if np.isfinite(present).all() else [f"{name} holds infinite numbers, which JSON has not"]
    kinds = {type(value).__name__ for value in present}
    if kinds == {"bool"}:
        return []
    if kinds != {"str"}:
        return [f"{name} holds {in_words(sorted(kinds))} values; an input is numbers, booleans or texts"]
    if present.map(len).max() > OPEN_CATEGORY_LENGTH:
        return [
            f"{name} holds texts of over {OPEN_CATEGORY_LENGTH} characters; a text is taken as a category"
        ]
    if present.nunique() > MOST_VALUES:
        return [f"{name} holds {present.nunique():,} different texts; a category has {MOST_VALUES:,} at most"]
    return []


def feature(column: pd.Series, takes: Takes) -> Feature:
    """Return what a column shows.

    It is nullable where the table has gaps: what a model makes of a gap that it never saw is a guess.
    """
    present, name, nullable = column.dropna(), str(column.name), bool(column.isna().any())
    if isinstance(present.iloc[0], bool | np.bool_):
        return Feature(name=name, kind="boolean", typical=bool(present.mode().iloc[0]), nullable=nullable)
    if isinstance(present.iloc[0], str):
        return _category(column, is_open=takes(name, UNSEEN_TEXT))
    if is_coded(column, takes):
        return _category(column.astype("Int64"), is_open=False)
    return _number(column, takes)


def _category(column: pd.Series, is_open: bool) -> Feature:
    present = column.dropna()
    return Feature(
        name=str(column.name),
        kind="category",
        typical=present.mode().tolist()[0],
        nullable=bool(column.isna().any()),
        values=tuple(sorted(present.unique().tolist())),
        open=is_open,
    )


def _number(column: pd.Series, takes: Takes) -> Feature:
    """Return a number's range; a column of floats is a number even where all of them are whole."""
    whole: type[int] | type[float] = int if column.dtype.kind in "iu" else float
    minimum, maximum = limits(column, takes)
    return Feature(
        name=str(column.name),
        kind="integer" if whole is int else "number",
        typical=whole(column.median()),
        nullable=bool(column.isna().any()),
        low=whole(column.min()),
        high=whole(column.max()),
        minimum=None if minimum is None else whole(minimum),
        maximum=None if maximum is None else whole(maximum),
    )


def most_typical(inputs: pd.DataFrame) -> int:
    """Return the position of the row that is nearest to typical, over all columns."""
    return int(np.argmin(np.sum([_distance(inputs[name]) for name in inputs], axis=0)))


def _distance(column: pd.Series) -> npt.NDArray[np.float64]:
    """Return how untypical each value is: standard deviations from the median, or 0 and 1."""
    if column.dtype.kind not in "fiu":
        return np.asarray(column != column.mode().iloc[0], dtype=np.float64)
    away = (column - column.median()).abs() / (column.std() or 1.0)
    return np.asarray(away.fillna(FAR), dtype=np.float64)


def in_words(names: Iterable[Any]) -> str:
    """Return names as a list, the first twenty of them."""
    every = [str(name) for name in names]
    more = f" and {len(every) - MOST_NAMED:,} more" if len(every) > MOST_NAMED else ""
    return ", ".join(every[:MOST_NAMED]) + more
