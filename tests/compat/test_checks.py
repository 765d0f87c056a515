"""What holds answers against the page finds what is wrong with them."""

import pytest

from tests.compat.page import NoTable, written
from tests.compat.row import Done, Json, Metrics, Row, Text
from tests.compat.said import Said, faults
from tests.compat.shape import ANY, in_words
from tests.compat.shape import faults as shape_faults

SHAPE = {"a": ["number"], "b?": "text or null", "c": {ANY: '"well"'}, "e?": ("number",)}
METRICS = """# TYPE calls_total counter
calls_total{path="/",status="200"} 1
# TYPE seconds histogram
seconds_bucket{path="/",le="1.0"} 1
seconds_bucket{path="/",le="+Inf"} 1
seconds_count{path="/"} 1
seconds_sum{path="/"} 1
"""


@pytest.mark.parametrize(
    "value",
    [{"a": [1, 2.5], "c": {"x": "well"}}, {"a": [0], "b": None, "c": {"x": "well", "y": "well"}}],
)
def test_a_value_of_the_shape_has_no_faults(value):
    """With what may be absent and without."""
    assert shape_faults(SHAPE, value) == []


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ([], "answer is no object"),
        ({"c": {"x": "well"}}, "answer lacks a"),
        ({"a": [1], "c": {"x": "well"}, "d": 1}, "answer has d"),
        ({"a": [], "c": {"x": "well"}}, "answer.a is no list with something in it"),
        ({"a": [1, "2"], "c": {"x": "well"}}, "answer.a[1] is '2', not number"),
        ({"a": [True], "c": {"x": "well"}}, "answer.a[0] is True, not number"),
        ({"a": [1], "b": 1, "c": {"x": "well"}}, "answer.b is 1, not text or null"),
        ({"a": [1], "c": {"x": "ill"}}, "answer.c.x is 'ill', not \"well\""),
        ({"a": [1], "c": {"x": "well"}, "e": [1, 2]}, "answer.e has 2 elements, not one"),
        ({"a": [1], "c": {}}, "answer.c has nothing beside []"),
    ],
    ids=["kind", "lacks", "has", "empty", "element", "boolean", "leaf", "literal", "one", "no others"],
)
def test_every_other_value_has_a_fault(value, fault):
    """It says where."""
    assert shape_faults(SHAPE, value) == [fault]


def test_a_shape_is_read_by_people():
    """As it stands on the page."""
    assert in_words(SHAPE) == '{"a": [number, ...], "b"?: text or null, "c": {...: "well"}, "e"?: [number]}'


@pytest.mark.parametrize(
    ("family", "well"),
    [
        ("calls_total{path, status} counter", True),
        ("seconds{path} histogram", True),
        ('calls_total{path="/", status} counter', True),
        ('calls_total{path="/other", status} counter', False),
        ("calls_total{path} counter", False),
        ("calls_total{path, status} gauge", False),
        ("others_total counter", False),
    ],
)
def test_metrics_have_the_type_and_the_labels_of_the_page(family, well):
    """No more and no fewer."""
    said = Said(0, METRICS, 200, "text/plain")
    assert (faults(Metrics((family,)), said) == []) is well


@pytest.mark.parametrize(
    ("answer", "said", "well"),
    [
        (Done(("well",), ""), Said(0, "all is well"), True),
        (Done(("well",), ""), Said(0, "all is ill"), False),
        (Done((), ""), Said(1, ""), False),
        (Json("object"), Said(0, "{}", 200, "application/json"), True),
        (Json("object"), Said(0, "{}", 422, "application/json"), False),
        (Json("object", 422), Said(0, "{}", 422, "application/json"), True),
        (Json("object"), Said(0, "{}", 200, "text/plain"), False),
        (Text("text/html", ("<title>",)), Said(0, "<title>", 200, "text/html"), True),
        (Text("text/html", ("<title>",)), Said(0, "", 200, "text/html"), False),
    ],
)
def test_an_answer_is_held_against_the_page(answer, said, well):
    """Exit code, status, media type and words."""
    assert (faults(answer, said) == []) is well


def test_tables_are_written_between_their_marks():
    """The rest stays as it is, and writing twice changes nothing."""
    page = "before\n<!-- rows: toy -->\nold\n<!-- end -->\nafter\n"
    table = {"toy": (Row("`GET /x`", "curl x | y", Text("text/plain"), asked="curl z"),)}
    new = written(page, table)
    assert new.startswith("before\n<!-- rows: toy -->\n| the older")
    assert (
        "| `GET /x` | `curl x \\| y`<br>and, while it runs, `curl z` | `text/plain` |\n<!-- end -->\nafter"
        in new
    )
    assert written(new, table) == new


def test_a_system_without_a_place_on_the_page_is_refused():
    """And so is a place without a system."""
    with pytest.raises(NoTable, match="toy"):
        written("", {"toy": ()})
