"""What is wrong with an inference request is named, all of it, in the one shape that its clients read."""

import json

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import Settings
from tests.mlapi.compat.tensors import request_of, values_of
from tests.mlapi.kinds import WORDS, gappy

INFER = "/v2/models/math-score/infer"


@pytest.fixture(scope="module")
def client():
    """Return a client of the API as it ships, one for all tests here."""
    return Client(create_app(Settings()))


@pytest.fixture
def request_for(client, student):
    """Give `request_for(rows=2)`: a request that would be answered."""
    metadata = client.get("/v2/models/math-score").get_json()
    return lambda rows=2: request_of(metadata, [student] * rows)


def changed(request, at, **more):
    """Return a request of which one tensor differs; what is None is left out."""
    inputs = list(request["inputs"])
    inputs[at] = {key: value for key, value in (inputs[at] | more).items() if value is not None}
    return request | {"inputs": inputs}


def refused(client, body, status=400):
    """Return the words of a refusal."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post(INFER, data=data, content_type="application/json")
    assert (answer.status_code, answer.mimetype) == (status, "application/json"), answer.text[:300]
    said = answer.get_json()
    assert list(said) == ["error"]
    return said["error"]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"name": "shoe_size"}, "/inputs/5/name: is not a feature of this model"),
        ({"name": ["reading_score"]}, "/inputs/5/name: is not a feature of this model"),
        ({"name": None}, "/inputs/5/name: is not a feature of this model"),
        ({"name": "lunch"}, "/inputs/5/name (lunch): stands more than once"),
        ({"datatype": "BYTES"}, "/inputs/5/datatype (reading_score): must be INT64 or another datatype of"),
        ({"datatype": "BF16"}, "/inputs/5/datatype (reading_score): must be INT64 or another datatype of"),
        ({"datatype": {}}, "/inputs/5/datatype (reading_score): must be INT64 or another datatype of"),
        ({"datatype": None}, "/inputs/5/datatype (reading_score): must be INT64 or another datatype of"),
        ({"shape": [1_000_000_000]}, "/inputs/5/data (reading_score): has 2 values, which is not what"),
        ({"shape": [10**200]}, "/inputs/5/data (reading_score): has 2 values, which is not what"),
        ({"shape": [-2]}, "/inputs/5/data (reading_score): has 2 values, which is not what"),
        ({"shape": [2, 2]}, "/inputs/5/shape (reading_score): must be [rows] or [rows, 1]"),
        ({"shape": [True]}, "/inputs/5/shape (reading_score): must be [rows] or [rows, 1]"),
        ({"shape": []}, "/inputs/5/shape (reading_score): must be [rows] or [rows, 1]"),
        ({"shape": None}, "/inputs/5/shape (reading_score): must be [rows] or [rows, 1]"),
        ({"shape": [1], "data": [7]}, "/inputs/5/shape (reading_score): must have as many rows as gender"),
        ({"data": None}, "/inputs/5/data (reading_score): must be a list of values"),
        ({"data": {}}, "/inputs/5/data (reading_score): must be a list of values"),
        ({"data": [72, 72.5]}, "/inputs/5/data/1 (reading_score): is not INT64, which its datatype says"),
        ({"data": [[72], [72, 72]]}, "/inputs/5/data/1 (reading_score): is not INT64"),
        ({"data": [72, 2**63]}, "/inputs/5/data/1 (reading_score): is not INT64"),
        ({"data": [72, True]}, "/inputs/5/data/1 (reading_score): is not INT64"),
        ({"data": [72, "72"]}, "/inputs/5/data/1 (reading_score): is not INT64"),
        ({"data": [72, float("nan")]}, "/inputs/5/data/1 (reading_score): is not INT64"),
        ({"datatype": "FP64", "data": [72, "x"]}, "/inputs/5/data/1 (reading_score): is not FP64"),
        ({"datatype": "FP64", "data": [72, True]}, "/inputs/5/data/1 (reading_score): is not FP64"),
        ({"datatype": "FP64", "data": [72, 72.5]}, "/inputs/5/data/1 (reading_score): must be a whole"),
        ({"datatype": "FP64", "data": [72, float("nan")]}, "(reading_score): must be a finite number"),
        ({"datatype": "FP64", "data": [72, float("-inf")]}, "(reading_score): must be a finite number"),
        ({"data": [72, None]}, "/inputs/5/data/1 (reading_score): must be a whole number"),
        ({"data": [72, 101]}, "/inputs/5/data/1 (reading_score): must be at most 100 points"),
    ],
    ids=str,
)
def test_a_tensor_that_does_not_fit_is_named(client, request_for, more, said):
    """With its place, and its feature where it is one."""
    assert said in refused(client, changed(request_for(), 5, **more))


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "the body: must be an object with the key inputs"),
        ("x", "the body: must be an object with the key inputs"),
        ({}, "/inputs: must be a list of tensors, one for each of 7 features"),
        ({"inputs": {}}, "/inputs: must be a list of tensors, one for each of 7 features"),
        ({"inputs": [{}] * 28}, "/inputs: must be a list of tensors, one for each of 7 features"),
        ({"inputs": []}, "/inputs (gender): is required"),
        ({"inputs": [5]}, "/inputs/0: must be an object with name, shape, datatype and data"),
        ({"inputs": [], "id": 5}, "/id: must be text"),
        ({"inputs": [], "parameters": []}, "/parameters: must be an object"),
        ({"inputs": [], "outputs": {}}, "/outputs: must be a list of outputs; there are: prediction, int"),
        ({"inputs": [], "outputs": [{}] * 24}, "/outputs: must be a list of outputs"),
        ({"inputs": [], "outputs": [{"name": "confidence"}]}, "/outputs/0/name: must be one of: prediction"),
        ({"inputs": [], "outputs": [{"name": []}]}, "/outputs/0/name: must be one of: prediction"),
        ({"inputs": [], "outputs": [{"name": "prediction"}] * 2}, "/outputs/1/name: stands more than once"),
    ],
    ids=str,
)
def test_a_request_that_is_none_is_named(client, body, said):
    """Whatever JSON it is."""
    assert said in refused(client, body)


def test_every_fault_is_named_at_once(client, request_for):
    """Of the tensors first; nothing can be said of rows before these stand."""
    wrong = changed(request_for(), 0, name="shoe_size")
    wrong = changed(wrong, 5, shape=[3]) | {"outputs": [{"name": "x"}], "id": 7}
    said = refused(client, wrong)
    assert said.startswith("The input has 5 faults; nothing was predicted.")
    for place in ("/id", "/outputs/0/name", "/inputs (gender)", "/inputs/0/name", "/inputs/5/data"):
        assert f"{place}" in said


def test_every_fault_of_the_rows_is_named(counting, counted, request_for):
    """Where it stands in the tensors; and they are counted as anywhere."""
    client = counting()
    wrong = changed(request_for(), 5, data=[500, -1])
    said = refused(client, changed(wrong, 0, data=["female", "x"]))
    assert said == (
        "The input has 3 faults; nothing was predicted. "
        "/inputs/5/data/0 (reading_score): must be at most 100 points; "
        "/inputs/0/data/1 (gender): must be one of: female, male; "
        "/inputs/5/data/1 (reading_score): must be at least 0 points"
    )
    assert counted(client, "ml_input_faults_total") == {
        ("reading_score", "range", "math-score", "1"): 2,
        ("gender", "category", "math-score", "1"): 1,
    }
    assert not counted(client, "ml_predictions_total")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"inputs": ' + b"[" * 100_000,
        b'{"id": "\\ud800", "inputs": []}',
        b'{"inputs": [{"name": "gender", "data": ' + b"[" * 900 + b"]" * 900 + b"}]}",
        b'{"inputs": [{"name": "gender", "shape": [1], "datatype": "BYTES", "data": '
        + b"[" * 200
        + b"]" * 200
        + b"}]}",
    ],
    ids=lambda body: body[:40].decode(errors="replace"),
)
def test_hostile_json_is_refused(client, body):
    """Before anything is made of it."""
    refused(client, body)


@pytest.mark.parametrize("key", ["id", "inputs", "outputs", "parameters"])
def test_a_key_that_stands_twice_is_named(client, request_for, key):
    """Which of both was meant is never guessed."""
    request = {"id": "7", "outputs": [], "parameters": {}} | request_for()
    body = json.dumps(request)[:-1] + f", {json.dumps(key)}: {json.dumps(request[key])}}}"
    said = refused(client, body.encode())
    assert said == f"The input has 1 fault; nothing was predicted. /{key}: stands more than once"


@pytest.mark.parametrize("key", ["name", "shape", "datatype", "data"])
def test_a_key_that_stands_twice_in_a_tensor_is_named(client, request_for, key):
    """With the tensor."""
    request = request_for()
    *others, last = request["inputs"]
    twice = json.dumps(last)[:-1] + f", {json.dumps(key)}: {json.dumps(last[key])}}}"
    body = json.dumps({"inputs": others})[:-2] + f", {twice}]}}"
    said = refused(client, body.encode())
    assert said == f"The input has 1 fault; nothing was predicted. /inputs/6/{key}: stands more than once"


def test_very_many_faults_are_counted_and_the_first_hundred_named(client, request_for):
    """An error that nobody can read helps nobody."""
    request = request_for(1002)
    said = refused(client, changed(request, 5, data=[101] * 1002))
    assert said.startswith("The input has 1002 faults; nothing was predicted. /inputs/5/data/0 ")
    assert said.endswith("/inputs/5/data/99 (reading_score): must be at most 100 points (and 902 more)")


def test_an_address_without_its_method_says_so(client):
    """What the protocol has no word for is answered as elsewhere."""
    answer = client.get(INFER)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


def test_nan_is_missing_where_a_feature_may_be(kinds_client):
    """Numbers have no other word for it; infinity is none."""
    rows = gappy().to_dict("records")[:3]
    row = next(row for row in rows if not any(value != value for value in row.values()))
    infer = "/v2/models/mixed-array/infer"
    metadata = kinds_client.get("/v2/models/mixed-array").get_json()
    rows = [row | {WORDS: value} for value in (None, float("nan"))]
    request = request_of(metadata, [each | {"grade": int(each["grade"])} for each in rows])
    answer = kinds_client.post(infer, json=request)
    assert answer.status_code == 200, answer.text
    first, second = values_of(answer.get_json())["prediction"]
    assert first == second
    request["inputs"][0]["data"][1] = float("inf")
    answer = kinds_client.post(infer, json=request)
    assert "must be a finite number" in answer.get_json()["error"]


def test_more_rows_than_are_taken_are_refused(counting, student):
    """Before any of them is looked at."""
    client = counting(max_rows=3)
    metadata = client.get("/v2/models/math-score").get_json()
    assert client.post(INFER, json=request_of(metadata, [student] * 3)).status_code == 200
    said = refused(client, request_of(metadata, [student | {"gender": 5}] * 4), 413)
    assert said == "At most 3 rows fit in one call."


def test_a_body_over_the_limit_is_refused(client):
    """As everywhere, in the protocol's shape."""
    assert refused(client, b" " * 4_000_001, 413) == "A body may have at most 4000000 bytes."


@pytest.mark.parametrize(
    "path",
    [
        "/v2/models/unknown",
        "/v2/models/math-score/versions/9",
        "/v2/models/%00/ready",
        "/v2/models/..%3f/versions/%E2%82%AC/ready",
        "/v2/models/math-score/versions/1'--/ready",
    ],
)
def test_an_unknown_model_or_version_is_not_found(client, path):
    """And its name is not repeated."""
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.get_json() == {"error": "There is no such model or version; /api/models lists all."}
    assert client.post(f"{path.removesuffix('/ready')}/infer", json={}).status_code == 404


def test_a_compressed_body_is_refused(client, request_for):
    """Triton's client can compress; here nothing unpacks, and it says so."""
    answer = client.post(INFER, json=request_for(), headers={"Content-Encoding": "gzip"})
    assert (answer.status_code, answer.get_json()) == (415, {"error": "The body must not be compressed."})
