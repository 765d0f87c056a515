"""All that is wrong with rows is named, and nothing of it is repeated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlapi.expected import MOST_VALUES
from mlapi.faults import LISTED, MISFIT, MOST_UNKNOWN, RowCheck
from mlapi.strict_json import decode

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {
        "size": {"type": "number", "minimum": 0, "maximum": 100, "x-unit": "mm"},
        "count": {"type": ["integer", "null"]},
        "colour": {"type": "string", "enum": ["red", "blue"]},
        "shade": {"type": ["string", "null"], "enum": ["dark", "light", None]},
        "grade": {"type": "integer", "enum": [1, 2]},
        "note": {"type": "string", "maxLength": 5},
        "new": {"type": "boolean"},
        "sepal length (cm)": {"type": "number"},
    },
    "required": ["size", "colour", "grade", "note", "new"],
    "additionalProperties": False,
}
GOOD = {"size": 1, "colour": "red", "grade": 1, "note": "", "new": True}
CHECK = RowCheck(SCHEMA)


def found(row, *, suspicious=False):
    """Return {pointer: detail} of a single row."""
    faults = CHECK([row], lambda _: "", suspicious=suspicious)
    assert faults.total == len(faults.listed)
    return {fault.pointer: fault.detail for fault in faults.listed}


@pytest.mark.parametrize(
    "row", [GOOD, GOOD | {"count": 3.0, "shade": None}, GOOD | {"count": None, "shade": "dark", "size": 100}]
)
def test_a_good_row_has_no_fault(row):
    """3.0 is a whole number in JSON Schema."""
    assert found(row) == {}


@pytest.mark.parametrize(
    ("change", "pointer", "detail"),
    [
        ({"size": "12"}, "/size", "must be a number"),
        ({"size": True}, "/size", "must be a number"),
        ({"size": None}, "/size", "must be a number"),
        ({"size": -1}, "/size", "must be at least 0 mm"),
        ({"size": 100.5}, "/size", "must be at most 100 mm"),
        ({"count": 1.5}, "/count", "must be a whole number or null"),
        ({"colour": "green"}, "/colour", "must be one of: red, blue"),
        ({"colour": 7}, "/colour", "must be one of: red, blue"),
        ({"shade": "x"}, "/shade", "must be one of: dark, light, null"),
        ({"grade": 3}, "/grade", "must be one of: 1, 2"),
        ({"note": "secret"}, "/note", "must be at most 5 characters long"),
        ({"note": {"a": 1}}, "/note", "must be text"),
        ({"new": 1}, "/new", "must be true or false"),
        ({"extra": 1}, "/extra", "is not a feature of this model"),
        ({"sepal length (cm)": float("nan")}, "/sepal length (cm)", "must be a finite number"),
        ({"sepal length (cm)": "x"}, "/sepal length (cm)", "must be a number"),
        ({"a\nb": 1}, "", "has a key that is not a feature of this model"),
        ({"x" * 65: 1}, "", "has a key that is not a feature of this model"),
        ({"size": float("nan")}, "/size", "must be a finite number"),
        ({"size": float("inf")}, "/size", "must be a finite number"),
    ],
)
def test_a_bad_value_is_named_with_what_is_expected(change, pointer, detail):
    """One fault a place, even where a schema finds several."""
    assert found(GOOD | change, suspicious=True) == {pointer: detail}


@pytest.mark.parametrize("row", [5, None, "x", [], True])
def test_a_row_that_is_no_object_is_told_what_a_row_is(row):
    """Whatever else JSON can be."""
    assert found(row) == {"": "must be an object with one key per feature"}


def test_every_fault_of_every_row_is_named():
    """With the row's own pointer."""
    faults = CHECK([GOOD, {"size": "x", "odd": 1}], lambda at: f"/instances/{at}", suspicious=False)
    assert {fault.pointer: fault.detail for fault in faults.listed} == {
        "/instances/1/size": "must be a number",
        "/instances/1/odd": "is not a feature of this model",
        "/instances/1/colour": "is required",
        "/instances/1/grade": "is required",
        "/instances/1/note": "is required",
        "/instances/1/new": "is required",
    }


def test_a_pointer_escapes_what_rfc_6901_says():
    """A tilde and a slash may stand in a feature's name."""
    schema = {**SCHEMA, "properties": {"a/b~c": {"type": "number"}}, "required": ["a/b~c"]}
    faults = RowCheck(schema)([{}], lambda _: "/0", suspicious=False)
    assert [fault.pointer for fault in faults.listed] == ["/0/a~1b~0c"]


def test_very_many_faults_are_counted_but_not_all_listed():
    """The answer must fit the platform's limit."""
    faults = CHECK([{}] * 10_000, lambda at: f"/{at}", suspicious=False)
    assert (len(faults.listed), faults.total) == (LISTED, 50_000)


def test_the_keys_of_a_row_are_named_in_their_order_and_the_rest_counted():
    """A row of nothing but unknown keys has an answer of bounded length."""
    faults = CHECK([GOOD | {f"x{at}": 1 for at in range(100)}], lambda _: "", suspicious=False)
    names = [fault.pointer for fault in faults.listed[:MOST_UNKNOWN]]
    assert names == [f"/x{at}" for at in range(MOST_UNKNOWN)]
    assert faults.listed[-1].detail == "has 80 more keys that are not features of this model"


def test_a_row_with_very_many_keys_is_not_looked_at_key_by_key():
    """One fault says it."""
    row = {f"x{at}": 1 for at in range(100_000)}
    faults = CHECK([GOOD, row], lambda at: f"/{at}", suspicious=False)
    assert [fault.as_json() for fault in faults.listed] == [
        {"pointer": "/1", "detail": "has over 1008 keys; the model has 8 features"}
    ]


def test_the_values_of_a_long_category_are_named_in_part():
    """The schema has them all."""
    properties = {"size": {"type": "integer", "enum": list(range(500))}}
    check = RowCheck(SCHEMA | {"properties": properties, "required": []})
    (fault,) = check([{"size": -1}], lambda _: "", suspicious=False).listed
    assert fault.detail.endswith(f" and {500 - MOST_VALUES} more")


def test_a_repeated_key_hides_no_other_fault_of_its_value():
    """Both are named."""
    row, _ = decode(b'{"size": 1, "size": "x", "a!": 1, "a!": 2}')
    found = {(fault.pointer, fault.detail) for fault in CHECK([row], lambda _: "", suspicious=True).listed}
    assert {("/size", "stands more than once"), ("/size", "must be a number")} <= found
    assert ("", "has a key that stands more than once") in found
    assert ("", "has a key that is not a feature of this model") in found


@pytest.mark.parametrize("levels", [250, 256, 500, 900])
def test_a_value_that_is_nested_deeply_is_as_wrong_as_any_other(levels):
    """Past the validator's own limit too, which no body reaches; it is told where it stands."""
    deep: object = 1
    for _ in range(levels):
        deep = [deep]
    assert found(GOOD | {"size": deep}) == {"/size": "must be a number"}
    assert found(GOOD | {"odd": deep}) == {"/odd": "is not a feature of this model"}
    assert found(deep) == {"": "must be an object with one key per feature"}


def test_a_rule_that_is_of_no_value_alone_is_kept():
    """No bundle of training's has one; a row that breaks it is no good row."""
    check = RowCheck(SCHEMA | {"minProperties": 6})
    faults = check([GOOD] * (LISTED + 5), lambda at: f"/{at}", suspicious=False)
    assert (len(faults.listed), faults.total) == (LISTED, LISTED + 5)
    assert {fault.detail for fault in faults.listed} == {MISFIT}


NAMES = st.sampled_from([*SCHEMA["properties"], "odd", "", "a/b"]) | st.text(max_size=3)
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(["red", "x" * 9, [1], {}])


@given(st.lists(st.dictionaries(NAMES, VALUES, max_size=40) | VALUES, min_size=1, max_size=4))
def test_what_is_only_counted_is_as_much_as_would_be_listed(rows):
    """Beyond those that are listed nothing but the number of faults is told."""
    alone = [len(list(CHECK._row_faults(row, ""))) for row in rows]
    assert [CHECK._count(row) for row in rows] == alone
    assert CHECK(rows, str, suspicious=True).total == sum(alone)
