"""Tensors as bytes behind the JSON: what Triton's clients send unless they are told not to."""

import json

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.compat.inference.binary import HEADER, NotValues, decode, split
from mlapi.compat.inference.datatypes import NAMES
from mlapi.problems import Refusal
from mlapi.settings import Settings
from tests.mlapi.compat.tensors import as_binary, as_bytes, request_of, values_of
from tests.mlapi.kinds import WORDS, gappy

PENGUINS = "/v2/models/penguins"


@pytest.fixture(scope="module")
def client():
    """Return a client of the API as it ships, one for all tests here."""
    return Client(create_app(Settings()))


@pytest.fixture
def request_(client, goldens_of):
    """Return a request in JSON."""
    rows = [golden["input"] for golden in goldens_of("penguins", "1")]
    return request_of(client.get(PENGUINS).get_json(), rows)


def send(client, request, raw, path=f"{PENGUINS}/infer", **headers):
    """Send JSON with bytes behind it."""
    head = json.dumps(request).encode()
    return client.post(path, data=head + raw, headers={HEADER: str(len(head))} | headers)


@pytest.mark.parametrize("names", [(), ("island", "body_mass_g")], ids=["all", "some"])
def test_bytes_are_answered_as_json_is(client, request_, names):
    """All tensors or some of them."""
    expected = values_of(client.post(f"{PENGUINS}/infer", json=request_).get_json())
    answer = send(client, *as_binary(request_, *names))
    assert answer.status_code == 200, answer.text
    assert values_of(answer.get_json()) == expected


@pytest.mark.parametrize("datatype", NAMES)
def test_every_datatype_can_be_read(datatype):
    """Little-endian, texts with their lengths before them."""
    values = {"BOOL": [True, False, True], "BYTES": ["", "größer", "x" * 300]}.get(datatype, [0, 1, 100])
    assert decode(datatype, as_bytes(datatype, values), 3) == values
    with pytest.raises(NotValues):
        decode(datatype, as_bytes(datatype, values), 4)
    with pytest.raises(NotValues):
        decode(datatype, as_bytes(datatype, values)[:-1], 3)


@pytest.mark.parametrize(
    "part",
    [b"\x01\x00\x00", b"\xff\xff\xff\xffx", b"\x02\x00\x00\x00\xc3\x28", b"\x00" * 4_000_000],
    ids=["cut", "long", "not-utf-8", "many"],
)
def test_texts_that_are_none_are_refused(part):
    """However long they say they are."""
    with pytest.raises(NotValues):
        decode("BYTES", part, 1)


def test_nan_is_missing_where_a_feature_may_be(kinds_client):
    """Bytes have no null."""
    row = next(row for row in gappy().to_dict("records") if not any(v != v for v in row.values()))
    row |= {"grade": int(row["grade"])}
    metadata = kinds_client.get("/v2/models/mixed-array").get_json()
    path = "/v2/models/mixed-array/infer"
    expected = kinds_client.post(path, json=request_of(metadata, [row | {WORDS: None}])).get_json()
    answer = send(kinds_client, *as_binary(request_of(metadata, [row | {WORDS: float("nan")}]), WORDS), path)
    assert values_of(answer.get_json()) == values_of(expected)


def test_nan_is_a_fault_where_it_may_not_be(client, request_):
    """As in JSON."""
    request_["inputs"][0]["data"][2] = float("nan")
    said = send(client, *as_binary(request_, "bill_length_mm")).get_json()["error"]
    assert said.endswith("/inputs/0/data/2 (bill_length_mm): must be a finite number")


def test_sizes_that_do_not_add_up_are_refused(client, request_):
    """Too many bytes or too few."""
    asked, raw = as_binary(request_)
    for other in (raw[:-1], raw + b"x", b""):
        answer = send(client, asked, other)
        assert answer.status_code == 400
        assert "/inputs: the sizes of all tensors are not that of the bytes" in answer.get_json()["error"]


@pytest.mark.parametrize("shape", [[7], [10_000], [-1], [10**30]], ids=str)
def test_a_shape_that_lies_is_refused(client, request_, shape):
    """Nothing is made room for."""
    asked, raw = as_binary(request_)
    for tensor in asked["inputs"]:
        tensor["shape"] = shape
    answer = send(client, asked, raw)
    assert answer.status_code == (413 if shape == [10**30] else 400)


def test_values_come_once(client, request_):
    """Not as JSON and as bytes too."""
    asked, raw = as_binary(request_, "island")
    asked["inputs"][4]["data"] = request_["inputs"][4]["data"]
    said = send(client, asked, raw).get_json()["error"]
    assert "/inputs/4/data (island): must not be sent beside binary_data_size" in said


@pytest.mark.parametrize("length", ["", "x", "-1", "1_0", "٣", "999999999999", "5.0", "100"])
def test_a_length_that_is_none_is_refused(length):
    """It tells where the JSON ends."""
    with pytest.raises(Refusal):
        split(b"{}", length)
