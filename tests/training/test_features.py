"""Rows are made from what features say: the schema of a row, and rows for trying an export."""

import pandas as pd

from training.draw import draw
from training.features import Feature, input_schema
from training.jitter import jitter

SIZE = Feature(name="size", kind="number", typical=1.0, low=0.0, high=2.0)


def test_an_open_category_of_whole_numbers_takes_what_json_keeps_exact() -> None:
    """Not the seen ones alone, and none that a reader would round."""
    grade = Feature(name="grade", kind="category", typical=2, values=(2, 3), open=True)
    said = input_schema([grade], {"grade": 2})["properties"]["grade"]
    assert said == {"type": "integer", "minimum": 1 - 2**53, "maximum": 2**53 - 1}


def test_a_number_whose_range_is_not_known_is_drawn_as_its_typical_value() -> None:
    """Others are drawn from their range."""
    rows = draw([Feature(name="unknown", kind="number", typical=2.5), SIZE], seed=0)
    assert rows["unknown"].unique().tolist() == [2.5]
    assert rows["size"].between(0, 2).all()
    assert rows["size"].nunique() == len(rows)


def test_a_column_without_any_value_stays_without() -> None:
    """There is nothing to draw from; the other columns move all the same."""
    empty = Feature(name="empty", kind="number", typical=None, nullable=True)
    table = pd.DataFrame({"size": [0.0, 1.0, 2.0], "empty": [float("nan")] * 3})
    rows = jitter([SIZE, empty], table, seed=0)
    assert rows["empty"].isna().all()
    assert rows["size"].notna().all()
    assert rows["size"].nunique() > 900


def test_a_truth_that_may_be_missing_goes_missing_at_times() -> None:
    """What is there stays a truth, and does not turn into 0 and 1."""
    new = Feature(name="new", kind="boolean", typical=True, nullable=True)
    column = jitter([new], pd.DataFrame({"new": [True, False]}), seed=0)["new"]
    present = column.dropna().tolist()
    assert 0.05 < column.isna().mean() < 0.15
    assert {type(value) for value in present} == {bool}
    assert {*present} == {True, False}
