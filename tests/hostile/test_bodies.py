"""Every address that takes a body, behind its real server: nothing fails, and nothing sent comes back."""

import json

import pytest

from mlapi.compat.inference.binary import HEADER
from tests.hostile.asked import CANARY, PATHS, assert_answered, envelopes, row, tensors
from tests.hostile.texts import BODIES, VALUES
from tests.hostile.wire import JSON, ask, request


@pytest.fixture(scope="module")
def around(cards):
    """Return path -> from a value's JSON text to a body."""
    return envelopes(cards)


def one(served, data):
    """Return the one answer to a request."""
    (reply,) = ask(served.url, data)
    return reply


@pytest.mark.parametrize("path", PATHS)
def test_a_good_request_is_answered_so_that_a_bad_one_is_refused_for_its_value(api, around, path):
    """Each envelope holds a good body, but for the receipt that nobody signed."""
    good = {"/predict/batch": "0", "/invocations": '"female"'}.get(path, "50")
    reply = one(api, request(path, around[path](good), JSON))
    assert_answered(path, reply)
    assert reply.status == (422 if path == "/api/feedback" else 200), reply.body


@pytest.mark.parametrize("path", PATHS)
def test_no_value_makes_it_fail(api, around, path):
    """Nor comes back."""
    for name, text in VALUES.items():
        reply = one(api, request(path, around[path](text), JSON))
        assert_answered(path, reply)
        assert reply.status in (200, 400, 422), (name, reply.body[:300])


@pytest.mark.parametrize("path", PATHS)
def test_no_body_makes_it_fail(api, path):
    """None of them is rows."""
    for name, body in BODIES.items():
        reply = one(api, request(path, body, JSON))
        assert_answered(path, reply)
        assert reply.status in (400, 413, 422), (name, reply.body[:300])


TABLES = {
    "nothing": b"",
    "blank lines": b"\r\n" * 1_000,
    "a BOM alone": b"\xef\xbb\xbf",
    "NUL": b"gender,lunch\n\x00,\x00\n",
    "not UTF-8": b"gender\n\xff\n",
    "UTF-16": "gender\nfemale\n".encode("utf-16"),
    "an open quote": b'gender\n"' + b"a" * 200_000,
    "quotes": b'"' * 200_001,
    "a long cell": b"gender\n" + b"a" * 300_000,
    "a million commas": b"," * 1_000_000,
    "a million commas in a row": b"gender\n" + b"," * 1_000_000,
    "old line ends": b"gender\rfemale\r",
    "a name twice": b"gender,gender\nfemale,male\n",
    "names that are none": f"{CANARY},\u202e,=1+1\n1,2,3\n".encode(),
    "blank names": b" , ,\n1,2,3\n",
    "no rows": b"gender,lunch\n",
    "too many rows": b"gender\n" + b"x\n" * 100_000,
}


@pytest.mark.parametrize("path", ["/api/predict", "/invocations"])
@pytest.mark.parametrize("name", TABLES)
def test_no_table_makes_it_fail(api, path, name):
    """Whatever answer is asked for."""
    for accept in ("application/json", "text/csv"):
        header = {"Content-Type": "text/csv", "Accept": accept}
        reply = one(api, request(path, TABLES[name], header))
        assert_answered(path, reply)
        assert reply.status in (400, 413, 422)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "1e400",
            "9" * 5_000,
            "0x1f",
            "1_000",
            "\u0661\u0662",
            "\uff11",
            "\u00bd",
            "1,5",
            "--1",
            "+-1",
            "1e",
            ".",
        ),
        *(
            "nan",
            "inf",
            "-Infinity",
            "\x00",
            "\u202e1",
            "=1+1",
            "@SUM(1)",
            CANARY,
            CANARY * 5_000,
            "\ud83d\ude00",
        ),
    ],
    ids=lambda cell: ascii(cell)[:20],
)
def test_no_cell_makes_it_fail(api, cards, cell):
    """Nor is it taken for a number that it isn't."""
    good = row(cards["math-score"])
    cells = [cell if name == "reading_score" else str(value) for name, value in good.items()]
    quoted = ",".join(f'"{each}"' for each in cells).encode("utf-8", "surrogatepass")
    body = ",".join(good).encode() + b"\r\n" + quoted + b"\r\n"
    reply = one(api, request("/api/predict", body, {"Content-Type": "text/csv"}))
    assert_answered("/api/predict", reply)
    assert reply.status in (400, 422)


LENGTHS = ["0", "1", "-1", "+1", "0x1", " 1 ", "1e3", "999999999", "9" * 400, "\u0661", "", "1,1", CANARY]


@pytest.mark.parametrize("length", LENGTHS, ids=ascii)
def test_no_length_of_the_binary_protocol_makes_it_fail(api, cards, length):
    """The bytes behind the JSON are as many as nobody said."""
    path = "/v2/models/penguins/infer"
    body = json.dumps({"inputs": tensors(row(cards["penguins"]))}).encode() + b"\xff" * 100
    header = {HEADER: length.encode("utf-8").decode("latin-1")}
    reply = one(api, request(path, body, header))
    assert_answered(path, reply)
    assert reply.status in (400, 422)


@pytest.mark.parametrize(
    ("datatype", "raw"),
    [
        ("BYTES", b""),
        ("BYTES", b"\xff\xff\xff\xff"),
        ("BYTES", b"\x01\x00\x00\x00\xff"),
        ("BYTES", b"\x00\x00\x00\x00" * 100_000),
        ("FP64", b"\x00" * 7),
        ("FP64", b"\x7f\xf0\x00\x00\x00\x00\x00\x01"),
        ("FP16", b"\x00\x7c"),
        ("UINT64", b"\xff" * 8),
        ("BOOL", b"\x02"),
    ],
    ids=repr,
)
@pytest.mark.parametrize("name", ["island", "body_mass_g"])
def test_no_bytes_of_the_binary_protocol_make_it_fail(api, cards, name, datatype, raw):
    """In a tensor of another kind, of another length, and of what is no number."""
    path = "/v2/models/penguins/infer"
    inputs = [each for each in tensors(row(cards["penguins"])) if each["name"] != name]
    inputs.append(
        {"name": name, "shape": [1], "datatype": datatype, "parameters": {"binary_data_size": len(raw)}}
    )
    head = json.dumps({"inputs": inputs}).encode()
    reply = one(api, request(path, head + raw, {HEADER: str(len(head))}))
    assert_answered(path, reply)
    assert reply.status in (200, 400)
