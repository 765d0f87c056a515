"""Each cell of a table by the kind of its feature; what can't be read stays text, which the schema names."""

import pytest

from mlapi.table import NotCsv, decode

KINDS = {
    "number": {"kind": "number"},
    "integer": {"kind": "integer"},
    "boolean": {"kind": "boolean"},
    "words": {"kind": "category", "values": ["a", "b"]},
    "digits": {"kind": "category", "values": [1, 2]},
    "none": {"kind": "category", "values": []},
}
HUGE = "9" * 300


def cell(kind: str, text: str):
    """Return what a cell becomes."""
    feature = {"name": "f", "nullable": True, **KINDS[kind]}
    escaped = text.replace('"', '""')
    ((row,), _) = decode(f'f\n"{escaped}"\n'.encode(), [feature], 1)
    return row["f"]


CELLS = [
    *(("boolean", text, True) for text in ("true", "True", "TRUE", " true ")),
    *(("boolean", text, False) for text in ("false", "False", "FALSE", " false")),
    *(("boolean", text, text) for text in ("1", "0", "yes", "t", " ")),
    *(("integer", text, int(text)) for text in ("0", "7", "+7", "-7", "007", HUGE)),
    *(("number", text, float(text)) for text in ("1.5", "1.", ".5", "1e3", "1E-3", "+1.5e+3", "-0.0")),
    *(
        ("number", text, text)
        for text in (".", "e3", "1e", "1e3.5", "--1", "1,5", "1 2", "\N{ARABIC-INDIC DIGIT ONE}")
    ),
    ("number", " 2 ", 2),
    ("number", "9" * 301, float("9" * 301)),
    ("digits", "2", 2),
    ("digits", "x", "x"),
    *(("words", text, text) for text in ("a", "2", " a ", 'a"b')),
    ("none", "2", "2"),
    *((kind, "", None) for kind in KINDS),
    ("number", "  ", None),
]


@pytest.mark.parametrize(
    ("kind", "text", "value"), CELLS, ids=[f"{kind} {text[:9]!r}" for kind, text, _ in CELLS]
)
def test_a_cell_becomes_what_its_feature_says(kind, text, value):
    """A whole number stays one, however it was meant."""
    found = cell(kind, text)
    assert (found, type(found)) == (value, type(value))


def test_a_table_that_can_not_be_read_is_told_by_its_line():
    """And by nothing of what stands there."""
    features = [{"name": "f", "nullable": True, "kind": "number"}]
    with pytest.raises(NotCsv, match=r"^The body is not CSV: line 3 can't be read\.$"):
        decode(b'f\n1\n"secret" x\n', features, 9)
    with pytest.raises(NotCsv, match=r"^The body is not UTF-8\.$"):
        decode(b"f\n\xff\n", features, 9)
    with pytest.raises(NotCsv, match=r"^The body is empty; the first line must name the columns\.$"):
        decode(b"\n", features, 9)


def test_names_of_columns_may_stand_between_blanks():
    """As people write them; the lines that rows end at are counted from one."""
    features = [{"name": "f", "nullable": False, "kind": "number"}]
    assert decode(b"\n f \n1\n\n2", features, 9) == ([{"f": 1}, {"f": 2}], [3, 5])


def test_a_header_alone_has_no_rows():
    """Which is another's to refuse."""
    assert decode(b"f\n", [{"name": "f", "nullable": False, "kind": "number"}], 9) == ([], [])
