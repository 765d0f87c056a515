"""What is good at a glance is good; and what models are usually asked is good at a glance."""

import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import ValidationError, validator_for

from mlapi.faults import FEW, RowCheck
from mlapi.glance import glance
from mlapi.settings import ARTIFACTS
from tests.mlapi.kinds import KINDS
from tests.mlapi.test_properties import rows

DIALECT = "https://json-schema.org/draft/2020-12/schema"
CARDS = {file.parent.parent.name: json.loads(file.read_bytes()) for file in ARTIFACTS.glob("*/*/bundle.json")}
EDGES = (0, 1, 0.5, 2**53 - 1, 2**53, 2**53 + 1, 2**63, 2**64, 10**30, 1.0, 1e16, 1e308, math.inf, math.nan)
NUMBERS = st.sampled_from([*EDGES, *(-edge for edge in EDGES)])
VALUES = (
    NUMBERS
    | st.sampled_from([None, True, False, "", "a", "ab", "é" * 3, "\U0001f600", [], {}, ["a"], {"a": 1}])
    | st.integers(-5, 5)
    | st.floats()
    | st.text(max_size=4)
)
BOUNDS = st.sampled_from([-(2**60), -3, -0.5, 0, 1, 2.5, 3, 2**53, 2**60, 1e300])


@st.composite
def of_value(draw):
    """Draw what a schema may say of a feature."""
    kind = draw(st.sampled_from(["number", "integer", "boolean", "string"]))
    nullable = draw(st.booleans())
    said = {"type": [kind, "null"] if nullable else kind}
    limits = {"maxLength": st.integers(0, 3)} if kind == "string" else {}
    if kind in ("number", "integer"):
        limits = {"minimum": BOUNDS, "maximum": BOUNDS}
    if kind in ("integer", "string") and draw(st.booleans()):
        known = st.text(max_size=3) if kind == "string" else st.integers(-3, 3)
        limits = {"enum": st.lists(known, min_size=1, max_size=3)}
    return said | draw(st.fixed_dictionaries({}, optional=limits)) | {"description": "x", "x-unit": "mm"}


@st.composite
def of_rows(draw):
    """Draw a schema as training writes one."""
    properties = draw(st.dictionaries(st.sampled_from("abc"), of_value(), max_size=3))
    required = draw(st.lists(st.sampled_from(sorted(properties)), unique=True)) if properties else []
    return schema(properties, required)


def schema(properties, required=()):
    """Return the schema of rows."""
    said = {"$schema": DIALECT, "type": "object", "properties": properties, "required": [*required]}
    return said | {"additionalProperties": False, "examples": [{}]}


@given(of_rows(), st.lists(st.dictionaries(st.sampled_from("abcd"), VALUES, max_size=4) | VALUES, max_size=8))
def test_what_is_good_at_a_glance_fits_the_schema(said, asked):
    """Whatever comes: the library would have said so as well."""
    is_good, fits = glance(said), validator_for(said)
    assert is_good
    for row in asked:
        if is_good(row):
            assert fits.is_valid(row), row


@given(of_value(), st.data())
def test_what_fits_is_good_at_a_glance_unless_it_is_subtle(said, data):
    """Subtle are numbers that a float64 doesn't hold exactly, and whole numbers that are written as 1.0."""
    value, whole = data.draw(VALUES), "integer" in said["type"]
    fits = validator_for(schema({"a": said})).is_valid({"a": value})
    is_subtle = isinstance(value, float) and whole
    if isinstance(value, int | float) and not isinstance(value, bool):
        is_subtle = is_subtle or not abs(value) <= 2**53
    if not is_subtle:
        assert glance(schema({"a": said}))({"a": value}) == fits


@pytest.mark.parametrize("name", CARDS)
def test_goldens_of_what_ships_are_good_at_a_glance(name):
    """Else the library would be loaded for the first call of all."""
    assert all(map(glance(CARDS[name]["input"]), (golden["input"] for golden in CARDS[name]["goldens"])))


@pytest.mark.parametrize("name", CARDS)
@given(data=st.data())
def test_so_is_nearly_every_row_that_a_model_may_be_asked(name, data):
    """Those in between the limits of its features, and beyond what it was trained on."""
    card = CARDS[name]
    for row in data.draw(rows(card)):
        assert glance(card["input"])(row), row


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_model_has_a_plain_schema(kind, kinds_cards):
    """All that training packs, and not only what ships."""
    said = kinds_cards[kind]
    assert all(map(glance(said["input"]), (golden["input"] for golden in said["goldens"])))


@pytest.mark.parametrize(
    "said",
    [
        {"type": "string", "pattern": "^a"},
        {"type": "string", "minimum": 1},
        {"type": "string", "maxLength": 2.5},
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "number", "maxLength": 3},
        {"type": "number", "minimum": True},
        {"type": "boolean", "minimum": 0},
        {"type": "number", "enum": [1, 2]},
        {"type": "boolean", "enum": [True]},
        {"type": "integer", "enum": [True]},
        {"type": "integer", "enum": [1, "a"]},
        {"type": "string", "enum": ["a"], "maxLength": 1},
        {"type": "string", "enum": [["a"]]},
        {"type": "array"},
        {"type": ["string", "integer"]},
        {"type": []},
        {"enum": ["a"]},
        {},
    ],
    ids=json.dumps,
)
def test_of_other_schemas_nothing_is_good_at_a_glance(said):
    """Not even where only one feature is of another kind."""
    assert glance(schema({"a": {"type": "number"}, "b": said})) is None


@pytest.mark.parametrize(
    "change",
    [
        {"minProperties": 1},
        {"additionalProperties": True},
        {"additionalProperties": {"type": "string"}},
        {"type": ["object", "null"]},
        {"required": ["b"]},
    ],
    ids=json.dumps,
)
def test_nor_where_a_row_has_rules_of_its_own(change):
    """They are the library's to know."""
    assert glance(schema({"a": {"type": "number"}}) | change) is None


@pytest.mark.parametrize(
    "broken",
    [
        {"minProperties": "1"},
        {"properties": {"a": {"type": "none"}}},
        {"properties": {"a": {"pattern": "("}}},
        {"$schema": "https://example.com/none"},
        {"examples": {}},
        {"required": "a"},
        {"required": ["a", "a"]},
        {"properties": {"a": {"type": "string", "maxLength": -1}}},
        {"properties": {"a": {"type": "string", "enum": "ab"}}},
        {"properties": {"a": {"type": ["string", "string"]}}},
        {"properties": {"a": {"type": {"string": 1}}}},
        {"properties": {"a": {"type": "number", "description": 1}}},
        {"properties": {"a": {"type": "number", "minimum": "1"}}},
    ],
    ids=json.dumps,
)
def test_a_schema_that_is_none_is_noticed_at_once(broken):
    """And not by the first row that is looked at closely."""
    with pytest.raises(ValidationError):
        RowCheck(schema({"a": {"type": "string"}}) | broken)


@pytest.mark.parametrize("count", [1, FEW, FEW + 1, 3 * FEW])
@pytest.mark.parametrize("size", [3, 3.0, 3.5])
def test_few_rows_and_many_are_judged_alike(count, size):
    """The last of them makes the difference."""
    check = RowCheck(schema({"size": {"type": "integer"}}, ["size"]))
    faults = check([*[{"size": 1}] * (count - 1), {"size": size}], lambda at: f"/{at}", suspicious=False)
    assert [fault.pointer for fault in faults.listed] == ([f"/{count - 1}/size"] if size == 3.5 else [])
