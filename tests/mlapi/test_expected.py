"""What a value must be, in words, for every keyword that a schema of ours has."""

import pytest

from mlapi.expected import MOST_VALUES, expected

WORDS = {"number": "a number", "integer": "a whole number", "string": "text", "boolean": "true or false"}


@pytest.mark.parametrize(("kind", "words"), WORDS.items(), ids=WORDS)
def test_a_type_is_told_with_null_where_a_value_may_be_missing(kind, words):
    """Whichever of the two comes first."""
    assert expected({"type": kind}, "type") == f"must be {words}"
    for types in ([kind, "null"], ["null", kind]):
        assert expected({"type": types}, "type") == f"must be {words} or null"


@pytest.mark.parametrize(
    ("wanted", "keyword", "words"),
    [
        ({"type": "number", "minimum": -1.5}, "minimum", "must be at least -1.5"),
        ({"type": "number", "maximum": 9, "x-unit": "mm"}, "maximum", "must be at most 9 mm"),
        ({"type": "string", "maxLength": 64}, "maxLength", "must be at most 64 characters long"),
        ({"type": "number", "minimum": 1, "maximum": 9, "x-unit": "mm"}, "type", "must be a number"),
        ({"type": "string", "enum": ["a", "b"]}, "type", "must be one of: a, b"),
        ({"type": ["string", "null"], "enum": ["a", None]}, "enum", "must be one of: a, null"),
    ],
    ids=["least", "most", "length", "type", "category", "missing"],
)
def test_a_bound_is_told_with_its_unit(wanted, keyword, words):
    """And a category with its values, whatever about it is broken."""
    assert expected(wanted, keyword) == words


@pytest.mark.parametrize(("more", "end"), [(-1, ""), (0, ""), (1, " and 1 more"), (2, " and 2 more")])
def test_some_values_of_a_category_are_named(more, end):
    """The rest is only counted."""
    values = [f"v{at}" for at in range(MOST_VALUES + more)]
    named = ", ".join(values[:MOST_VALUES])
    assert expected({"type": "string", "enum": values}, "enum") == f"must be one of: {named}{end}"
