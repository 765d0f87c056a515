"""CSV cells become what the features say, and the rest stays text for the schema."""

import pytest

from mlapi.table import HeaderFault, NotCsv, TooManyRows, decode

FEATURES = [
    {"name": "size", "kind": "number", "nullable": False},
    {"name": "count", "kind": "integer", "nullable": True},
    {"name": "new", "kind": "boolean", "nullable": False},
    {"name": "colour", "kind": "category", "nullable": False, "values": ["red", "a, b"]},
    {"name": "grade", "kind": "category", "nullable": False, "values": [1, 2]},
]
HEADER = b"size,count,new,colour,grade\n"


def one(line: bytes) -> dict:
    """Return the only row of a table."""
    rows, _ = decode(HEADER + line, FEATURES, 10)
    assert len(rows) == 1
    return rows[0]


def test_cells_are_typed_by_their_feature():
    """Quotes, blanks around numbers and the capitals that pandas writes are fine."""
    assert one(b'1.5, 3 ,True,"a, b",2') == {
        "size": 1.5,
        "count": 3,
        "new": True,
        "colour": "a, b",
        "grade": 2,
    }


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        (b"1e3", 1000.0),
        (b"-.5", -0.5),
        (b"7.", 7.0),
        (b"", None),
        (b"nan", "nan"),
        (b"inf", "inf"),
        (b"1_000", "1_000"),
        (b"0x10", "0x10"),
        ("٣".encode(), "٣"),
        (b"1e400", float("inf")),
    ],
)
def test_only_a_number_becomes_one(cell, value):
    """Python would read more than a table means."""
    assert one(cell + b",,true,red,1")["size"] == value


def test_columns_may_come_in_any_order_and_lines_are_counted_in_the_file():
    """A quoted line break and a blank line move the count."""
    body = b'\xef\xbb\xbfcolour,grade,new,size\r\n"re\r\nd",1,false,1\r\n\r\nred,2,true,2\r\n'
    rows, lines = decode(body, FEATURES, 10)
    assert [row["colour"] for row in rows] == ["re\r\nd", "red"]
    assert lines == [3, 5]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"\xff", b'a,b\n"x'])
def test_what_is_no_table_is_refused(body):
    """Empty, not UTF-8, an open quote."""
    with pytest.raises(NotCsv):
        decode(body, FEATURES, 10)


def test_every_fault_of_the_header_and_of_the_lines_lengths_is_named():
    """And the foreign column's name is not repeated."""
    with pytest.raises(HeaderFault) as refused:
        decode(b"\nsize,size,new,secret\n1,1,true,x\n1,2\n", FEATURES, 10)
    assert [fault.detail for fault in refused.value.faults] == [
        "line 2: the column size stands more than once",
        "line 2: the column colour is missing",
        "line 2: the column grade is missing",
        "line 2: has a column that is not a feature; the features are: size, count, new, colour, grade",
        "line 4: has 2 cells, the header has 4",
    ]


def test_a_table_is_not_read_beyond_its_limit():
    """Ten rows are taken, eleven are not, however many faults they have."""
    rows, _ = decode(HEADER + b"1,,true,red,1\n" * 10, FEATURES, 10)
    assert len(rows) == 10
    with pytest.raises(TooManyRows):
        decode(HEADER + b"1\n" * 11, FEATURES, 10)
