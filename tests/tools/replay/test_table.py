"""A CSV file held against a model's card."""

import tracemalloc

import pytest

from tests.tools.cards import BIRD, card
from tools.replaying import table
from tools.terminal import ToolError

HEADER = ["price", "heating", "rooms", "area", "garden"]


def fitted(header, *lines, **options):
    """Return the table of a header and lines for the house."""
    return table.fit([header, *lines], card(), **options)


def test_features_and_truth_part_in_any_order():
    """The target is no input; a feature that may be missing need not be there."""
    found = fitted(["price", " heating ", "rooms", "area"], ["10", "gas", "3", "80"], ["", "oil", "4", ""])
    assert found.columns == ["heating", "rooms", "area"]
    assert found.knows_truth
    assert [row.truth for row in found.rows] == ["10", None]
    assert found.csv(found.rows) == b"heating,rooms,area\ngas,3,80\noil,4,\n"


def test_without_the_target_nothing_is_known():
    """Nothing is sent back then."""
    found = fitted(HEADER[1:], ["gas", "3", "80", "true"])
    assert not found.knows_truth
    assert found.rows[0].truth is None


def test_cells_are_quoted_again_as_they_need():
    """What a cell holds arrives as it stood there."""
    row = ['gas, or\n"oil"', "3", "80"]
    found = fitted(["heating", "rooms", "area"], row)
    assert found.csv(found.rows) == b'heating,rooms,area\n"gas, or\n""oil""",3,80\n'


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ([*HEADER, "year"], "no feature 'year'"),
        ([*HEADER, "year", "colour"], "no feature 'colour'"),
        ([*HEADER, "rooms"], "the column rooms stands 2 times"),
        (["heating", "area"], "the column rooms is missing"),
        ([*HEADER, "\x1b[2J"], "no feature ' [2J'"),
    ],
    ids=["unknown", "two unknown", "twice", "missing", "hostile"],
)
def test_a_wrong_column_is_named(header, said):
    """With the features that there are."""
    with pytest.raises(ToolError) as raised:
        fitted(header, ["1"] * len(header))
    assert said.replace("\x1b", "") in str(raised.value)
    assert "rooms, area, garden, heating" in str(raised.value)


def test_a_column_can_be_left_out():
    """Even the target; a name that is none is told."""
    found = fitted([*HEADER, "year"], ["1", "gas", "3", "80", "true", "2007"], ignored=["year", "price"])
    assert found.rows == [table.Row("gas,3,80,true\n")]
    with pytest.raises(ToolError, match="--ignore years: no such column"):
        fitted(HEADER, ["1"] * 5, ignored=["years"])


def test_a_line_of_another_length_is_an_error_of_its_own():
    """The rows beside it are played."""
    found = fitted(["heating", "rooms", "area"], ["gas", "3"], ["gas", "3", "80"])
    assert found.rows[0].fault == "has 2 cells where the header has 3"
    assert found.rows[1].fault is None


def test_a_target_that_is_a_feature_is_a_feature():
    """It is sent with the row."""
    bird = card(BIRD, output={"name": "rooms", "classes": [1]})
    found = table.fit([["rooms", "area", "heating"], ["1", "2", "gas"]], bird)
    assert found.columns == ["rooms", "area", "heating"]
    assert not found.knows_truth


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "can't be read: No such file"),
        (b"", "has no rows"),
        (b"a,b\n\n", "has no rows"),
        (b"a\n\xff\n", "is not UTF-8"),
        (b'a\n"b\n', "is no CSV: line 2"),
    ],
    ids=["missing", "empty", "header alone", "not UTF-8", "open quote"],
)
def test_a_file_that_is_no_table_is_named(tmp_path, content, said):
    """With the flag that named it."""
    file = tmp_path / "rows.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ToolError, match=said) as raised:
        list(table.read(file))
    assert "--csv" in str(raised.value)


def test_a_line_of_blanks_is_no_row(tmp_path):
    """A lone empty cell is one only where it is quoted."""
    file = tmp_path / "rows.csv"
    file.write_bytes(b'area\n \n80\n\t\n""\n,\n')
    assert list(table.read(file)) == [["area"], ["80"], [""], ["", ""]]


def test_a_large_file_takes_little_memory(tmp_path):
    """A hundred megabytes of it are not two gigabytes here."""
    file, lines = tmp_path / "rows.csv", 20_000
    file.write_text("rooms,area,garden,heating,price\n" + "3,80.25,true,gas,350000\n" * lines)
    tracemalloc.start()
    found = table.fit(table.read(file), card())
    kept = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(found.rows) == lines
    assert kept < 12 * file.stat().st_size


def test_a_mark_of_byte_order_is_no_part_of_a_name(tmp_path):
    """Spreadsheets write it."""
    file = tmp_path / "rows.csv"
    file.write_bytes(b"\xef\xbb\xbfrooms,area\r\n\r\n3,80\r\n")
    assert list(table.read(file)) == [["rooms", "area"], ["3", "80"]]
