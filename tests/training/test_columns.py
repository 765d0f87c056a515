"""Columns that the shipped recipes lack: truths, and numbers without limits."""

from dataclasses import replace

import pytest

from training.recipes.math_score import MATH_SCORE
from training.recipes.recipe import Column
from training.table import DataFault, read_table
from training.transformation import transform
from training.validation import validate

RECIPE = replace(
    MATH_SCORE,
    columns=(Column(name="new", kind="boolean"), Column(name="size", kind="number")),
    target=Column(name="price", kind="number"),
    min_rows=1,
)
HEADER = b"new,size,price\n"


def test_truths_and_numbers_without_limits_are_taken() -> None:
    """Typed, and described by what was seen."""
    table = read_table(HEADER + b"true,-1e300,1\ntrue,0,2\nfalse,1e300,3\n")
    validate(RECIPE, table)
    prepared = transform(RECIPE, table)
    assert prepared.inputs["new"].tolist() == [True, True, False]
    new, size = prepared.features
    assert (new.kind, new.typical, new.low, new.high, new.values) == ("boolean", True, None, None, ())
    assert (size.low, size.high, size.minimum, size.maximum) == (-1e300, 1e300, None, None)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        pytest.param(b"yes,1,2", "column new: one of true, false failed in row 1", id="no truth"),
        pytest.param(b"TRUE,1,2", "column new: one of true, false failed in row 1", id="spelled otherwise"),
        pytest.param(b"true,inf,2", "column size: a number failed in row 1", id="infinite"),
    ],
)
def test_what_is_none_is_a_fault(row: bytes, said: str) -> None:
    """The only one: no limit is named where there is none."""
    with pytest.raises(DataFault) as caught:
        validate(RECIPE, read_table(HEADER + row))
    assert caught.value.lines == (said,)
