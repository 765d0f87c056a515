"""A body becomes rows, or one refusal that says all that is wrong with it."""

import io
import json

import pytest

from mlapi.faults import LISTED, MOST_UNKNOWN, Fault, Faults, RowCheck
from mlapi.payload import MAX_BYTES, Reader, invalid, read_body, unsupported
from mlapi.problems import Refusal

SCHEMA = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "properties": {"size": {"type": "number", "minimum": 0}, "new": {"type": ["boolean", "null"]}},
    "required": ["size"],
    "additionalProperties": False,
}
FEATURES = [
    {"name": "size", "kind": "number", "nullable": False},
    {"name": "new", "kind": "boolean", "nullable": True},
]
READ = Reader(FEATURES, RowCheck(SCHEMA), max_rows=3)
ROW = {"size": 1}


def read(body, media_type="application/json", charset="utf-8"):
    """Return the payload of a body."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return READ(data, media_type, charset)


def refused(body, media_type="application/json", charset="utf-8") -> Refusal:
    """Return the refusal of a body."""
    with pytest.raises(Refusal) as caught:
        read(body, media_type, charset)
    return caught.value


def named(refusal: Refusal) -> list[tuple[str, str]]:
    """Return the faults of a refusal."""
    assert refusal.faults
    return [(fault.pointer, fault.detail) for fault in refusal.faults.listed]


@pytest.mark.parametrize(
    ("body", "rows", "single", "pointer"),
    [
        (ROW, [ROW], True, ""),
        ([ROW], [ROW], False, "/0"),
        ([ROW] * 3, [ROW] * 3, False, "/0"),
        ({"instances": [ROW, ROW]}, [ROW, ROW], False, "/instances/0"),
    ],
    ids=["one", "list of one", "as many as fit", "instances"],
)
def test_rows_come_in_three_forms(body, rows, single, pointer):
    """Each with a pointer of its own."""
    found = read(body)
    assert (found.rows, found.single, found.base(0)) == (rows, single, pointer)


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"size": -1}, [("/size", "must be at least 0")]),
        ([ROW, {"size": -1}], [("/1/size", "must be at least 0")]),
        ({"instances": [ROW, {"size": -1}]}, [("/instances/1/size", "must be at least 0")]),
        ({"instances": ROW}, [("/instances", "must be a list of rows")]),
        ({"instances": [ROW], "more": 1}, [("", "must hold nothing beside instances")]),
        (
            {"instances": ROW, "more": 1},
            [("", "must hold nothing beside instances"), ("/instances", "must be a list of rows")],
        ),
        ([], [("", "must hold at least one row")]),
        ({"instances": []}, [("", "must hold at least one row")]),
        (b'{"instances": [], "instances": [{"size": 1}]}', [("/instances", "stands more than once")]),
        (b'{"size": 1, "size": 1}', [("/size", "stands more than once")]),
        (b'[{"size": 1}, {"size": 1, "size": 1}]', [("/1/size", "stands more than once")]),
        (b'[{"size": NaN}]', [("/0/size", "must be a finite number")]),
    ],
    ids=[
        "one",
        "list",
        "instances",
        "no list",
        "more",
        "both",
        "empty",
        "no instances",
        "twice",
        "key",
        "second key",
        "nan",
    ],
)
def test_faults_are_named_by_where_they_stand(body, faults):
    """All of them in one refusal."""
    refusal = refused(body)
    assert (refusal.status, refusal.kind) == (422, "invalid-input")
    assert named(refusal) == faults


def test_a_feature_may_be_called_instances():
    """Then the object is a row."""
    schema = {**SCHEMA, "properties": {"instances": {"type": "number"}}, "required": ["instances"]}
    features = [{"name": "instances", "kind": "number", "nullable": False}]
    found = Reader(features, RowCheck(schema), max_rows=3)(b'{"instances": 5}', "application/json", "utf-8")
    assert (found.rows, found.single) == ([{"instances": 5}], True)


@pytest.mark.parametrize("media_type", ["application/json", "text/csv"])
def test_no_more_rows_are_taken_than_fit_in_a_call(media_type):
    """Whatever else is wrong with them."""
    body = b"size\n" + b"x\n" * 4 if media_type == "text/csv" else [{}] * 4
    refusal = refused(body, media_type)
    assert (refusal.status, refusal.kind) == (413, "too-many-rows")
    assert refusal.detail == "At most 3 rows fit in one call."


def test_the_faults_of_a_table_are_named_by_their_lines():
    """People count lines, and the first is the header."""
    refusal = refused(b"new,size\ntrue,1\n\nmaybe,-1\n", "text/csv")
    assert sorted(named(refusal)) == [
        ("/1/new", "line 4: must be true or false or null"),
        ("/1/size", "line 4: must be at least 0"),
    ]
    assert named(refused(b"old,size\n1,1,1\n", "text/csv"))[-1] == (
        "",
        "line 2: has 3 cells, the header has 2",
    )
    assert (refused(b"\xff", "text/csv").status, refused(b"\xff", "text/csv").kind) == (400, "not-csv")


@pytest.mark.parametrize("charset", ["utf-8", "UTF-8", "utf8", "us-ascii"])
def test_charsets_that_are_utf_8_are_read(charset):
    """However they are written."""
    assert read(ROW, charset=charset).rows == [ROW]


@pytest.mark.parametrize(
    ("media_type", "charset", "says"),
    [
        ("application/json", "latin-1", "The charset must be utf-8."),
        ("text/csv", "utf-16", "The charset must be utf-8."),
        ("text/plain", "utf-8", "The content type must be application/json or text/csv."),
        ("", "utf-8", "The content type must be application/json or text/csv."),
    ],
)
def test_another_media_type_or_charset_is_refused(media_type, charset, says):
    """With what would be taken."""
    refusal = refused(ROW, media_type, charset)
    assert (refusal.status, refusal.kind, refusal.detail) == (415, "unsupported-media-type", says)
    assert refusal.headers == {"Accept-Post": "application/json, text/csv"}
    assert unsupported("x", "text/csv").headers == {"Accept-Post": "text/csv"}


@pytest.mark.parametrize(("many", "says"), [(1, "1 fault"), (2, "2 faults"), (101, "101 faults")])
def test_faults_are_counted_in_words(many, says):
    """Also those that are not listed."""
    refusal = invalid(Faults.of(*[Fault("", "x")] * many))
    assert refusal.detail == f"The input has {says}; nothing was predicted."


@pytest.mark.parametrize("unknown", [0, 1, MOST_UNKNOWN - 1, MOST_UNKNOWN, MOST_UNKNOWN + 1, 40])
def test_faults_that_are_only_counted_are_as_many_as_would_be_named(unknown):
    """Of many unknown keys in one row, those beyond some are one fault together."""
    check = RowCheck(SCHEMA)
    row = {"size": -1, **{f"x{at}": 1 for at in range(unknown)}}
    alone = check([row], str, suspicious=False)
    assert alone.total == len(alone.listed) == 1 + min(unknown, MOST_UNKNOWN + 1)
    before = [{"size": "x"}] * LISTED
    both = check([*before, row], str, suspicious=False)
    assert (len(both.listed), both.total) == (LISTED, LISTED + alone.total)


class Drops(io.BytesIO):
    """A stream that gives no more than a byte at a time at its end, as a slow line does."""

    def read(self, size: int | None = -1) -> bytes:
        """Return a part."""
        left = len(self.getbuffer()) - self.tell()
        return super().read(1 if left <= 3 else size)


@pytest.mark.parametrize("size", [0, 1, 100_000, MAX_BYTES - 1, MAX_BYTES])
def test_a_body_is_read_whole(size):
    """Up to the largest, in whatever parts it comes."""
    body = bytes(range(250)) * (size // 250) + b"x" * (size % 250)
    assert read_body(Drops(body)) == body


def test_a_body_that_is_too_large_is_not_read_on():
    """It has no length that would tell beforehand."""
    stream = Drops(b"x" * (3 * MAX_BYTES))
    with pytest.raises(Refusal) as caught:
        read_body(stream)
    assert (caught.value.status, caught.value.kind) == (413, "too-large")
    assert stream.tell() <= MAX_BYTES + (1 << 16)
    with pytest.raises(Refusal):
        read_body(Drops(b"x" * (MAX_BYTES + 1)))
