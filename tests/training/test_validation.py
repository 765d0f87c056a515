"""Validation: a fault names the column, the check and the rows, and quotes no value."""

import pytest

from training.recipes.math_score import MATH_SCORE
from training.recipes.penguins import PENGUINS
from training.table import DataFault, in_rows, read_table
from training.transformation import pick, transform
from training.validation import validate

LINES = MATH_SCORE.source.read().decode().splitlines()
HEADER = LINES[0].split(",")


def with_cells(column: str, cells: dict[int, str]) -> bytes:
    """Return the shipped table with other cells in a column; row 1 is the first under the header."""
    rows = [line.split(",") for line in LINES]
    for row, cell in cells.items():
        rows[row][HEADER.index(column)] = cell
    return "\n".join(",".join(row) for row in rows).encode()


def faults(data: bytes) -> list[str]:
    """Return the lines of what is wrong with a table of students."""
    with pytest.raises(DataFault) as caught:
        validate(MATH_SCORE, read_table(data))
    return list(caught.value.lines)


@pytest.mark.parametrize(
    ("column", "cells", "line"),
    [
        pytest.param(
            "reading_score", {12: "101", 40: "-1"}, "in_range(0, 100) failed in rows 12, 40", id="range"
        ),
        pytest.param("reading_score", {7: "SECRET"}, "a number failed in row 7", id="text"),
        pytest.param("math_score", {7: "inf"}, "a number failed in row 7", id="infinite"),
        pytest.param("math_score", {7: "nan"}, "a number failed in row 7", id="nan"),
        pytest.param("math_score", {7: "71.5"}, "a whole number failed in row 7", id="fraction"),
        pytest.param("math_score", {1: "", 1000: "NA"}, "not missing failed in rows 1, 1000", id="missing"),
        pytest.param("lunch", {3: "SECRET"}, "one of standard, free/reduced failed in row 3", id="category"),
    ],
)
def test_a_fault_names_column_check_and_rows(column: str, cells: dict[int, str], line: str) -> None:
    """One line a fault."""
    found = faults(with_cells(column, cells))
    assert f"column {column}: {line}" in found
    assert not any("SECRET" in each for each in found)


def test_every_fault_is_named_at_once() -> None:
    """A second run isn't needed to find the second fault."""
    data = with_cells("lunch", {2: "x"}).replace(b"gender", b"sex", 1)
    assert faults(data) == [
        "column sex: is not expected",
        "column gender: is missing",
        "column lunch: one of standard, free/reduced failed in row 2",
    ]


def test_many_rows_are_counted_after_the_tenth() -> None:
    """The first ten are enough to find the cause."""
    cells = dict.fromkeys(range(1, 1001), "-5")
    assert faults(with_cells("math_score", cells)) == [
        "column math_score: in_range(0, 100) failed in rows 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 990 more"
    ]
    assert in_rows([3]) == "row 3"


@pytest.mark.parametrize(
    ("data", "line"),
    [
        pytest.param("\n".join(LINES[:20]).encode(), "table: at least 100 rows failed", id="few rows"),
        pytest.param(b"", "the file has no header line", id="empty"),
        pytest.param(b"\xff\xfe\x00", "the file is not UTF-8 text", id="binary"),
        pytest.param(b'a,b\n"1,2', "the file is not CSV: unexpected end of data", id="quotes"),
        pytest.param(
            b"a,b\n1,2\n1\n1,2,3", "as many cells as the header (2) failed in rows 2, 3", id="ragged"
        ),
        pytest.param(b"a,A\n1,2", "column a: is there more than once", id="twice"),
        pytest.param(b"a,b\n1,2\n\n3,4", "as many cells as the header (2) failed in row 2", id="blank line"),
    ],
)
def test_a_file_that_is_no_table_is_refused(data: bytes, line: str) -> None:
    """The reason is told in words."""
    assert line in faults(data)


def test_the_published_spelling_of_the_header_is_taken() -> None:
    """The copies of the exam table spell race/ethnicity; a byte order mark and blank ends are no fault."""
    spelled = LINES[0].replace("race_ethnicity", '"race/ethnicity"').replace("_level_of_", " level of ")
    data = b"\xef\xbb\xbf" + "\r\n".join([spelled, *LINES[1:], "", ""]).encode()
    validate(MATH_SCORE, read_table(data))


def test_rows_keep_their_numbers_where_others_are_left_out() -> None:
    """Penguins: a fault below an incomplete row is named by its place in the file."""
    lines = PENGUINS.source.read().decode().splitlines()
    assert "NA" in lines[4]
    lines[6] = lines[6].replace("Torgersen", "Nowhere")
    with pytest.raises(DataFault, match=r"failed in row 6$"):
        validate(PENGUINS, pick(PENGUINS, read_table("\n".join(lines).encode())))


def test_a_checked_table_is_typed() -> None:
    """Whole numbers are integers, the typical row is the median one, the range is the one seen."""
    table = read_table(MATH_SCORE.source.read())
    validate(MATH_SCORE, table)
    prepared = transform(MATH_SCORE, table)
    reading = prepared.features[5]
    assert (reading.name, reading.kind, reading.minimum, reading.maximum) == (
        "reading_score",
        "integer",
        0,
        100,
    )
    numbers = sorted(int(row.split(",")[6]) for row in LINES[1:])
    assert (reading.low, reading.typical, reading.high) == (numbers[0], numbers[500], numbers[-1])
    assert prepared.inputs["reading_score"].dtype == "int64"
    assert isinstance(prepared.features[0].typical, str)
