"""Plain calls take a way of their own, past Flask: what means harm is answered alike on both."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from mlapi.app import create_app
from mlapi.settings import Settings
from tests.hostile.asked import CANARY, envelopes, row
from tests.hostile.texts import BODIES, VALUES

WISH = {"Accept": "application/json, text/csv;q=0.5"}
"""What Flask alone reads, and answers as if it weren't there."""


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    """Return a client of the API as it ships, with receipts."""
    file: Path = tmp_path_factory.mktemp("ways") / "api.db"
    return Client(create_app(Settings(counters_path=file, receipt_secret=("a secret of the tests",))))


def said(answer):
    """Return an answer's status, head and body without what differs from call to call."""
    body = answer.get_json()
    for name in ("id", "instance", "receipt"):
        body.pop(name, None)
    return answer.status_code, body, {**answer.headers, "X-Request-Id": ""}


def assert_alike(client, body, content_type="application/json", **headers):
    """Ask both ways."""
    plain, wished = (
        client.post("/api/predict", data=body, content_type=content_type, headers=headers | wish)
        for wish in ({}, WISH)
    )
    assert plain.status_code < 500
    assert CANARY not in plain.text
    assert said(plain) == said(wished)


@pytest.mark.parametrize("name", VALUES)
def test_both_ways_answer_a_value_alike(client, cards, name):
    """In a row alone, and as the second of two."""
    body = envelopes(cards)["/api/predict"](VALUES[name])
    good = json.dumps(row(cards["math-score"])).encode()
    assert_alike(client, body)
    assert_alike(client, b"[" + good + b"," + body + b"]")


@pytest.mark.parametrize("name", BODIES)
def test_both_ways_answer_a_body_alike(client, name):
    """Whatever it is."""
    assert_alike(client, BODIES[name])


HOSTS = [
    *(
        "",
        "localhost",
        "a" * 3_000,
        "a" * 63,
        "a" * 64,
        "a." * 200 + "a",
        "ml_api:8000",
        "[::1]:8000",
        "[::1",
        "a:0",
    ),
    *(
        "a:99999999",
        "a b",
        "..",
        ".",
        "%00",
        "a,b",
        "\u00e9",
        "a" * 63 + ".b",
        "<script>",
        "a/b",
        "a@b",
    ),
]


@pytest.mark.parametrize("host", HOSTS, ids=lambda host: ascii(host)[:20])
def test_both_ways_take_the_same_hosts(client, cards, host):
    """A name that can't be one is refused by both or by none."""
    assert_alike(client, json.dumps(row(cards["math-score"])), Host=host)


@pytest.mark.parametrize("encoding", ["gzip", "identity", "", "GZIP", "br, gzip"])
def test_both_ways_refuse_a_compressed_body(client, cards, encoding):
    """Even one that isn't."""
    assert_alike(client, json.dumps(row(cards["math-score"])), **{"Content-Encoding": encoding})


@pytest.mark.parametrize(
    "content_type",
    [
        *(
            "APPLICATION/JSON",
            "application/json;",
            "application/json; charset=UTF-8",
            "application/json;charset=x",
        ),
        *(
            "application/json, text/csv",
            " application/json",
            "application/json\t",
            "text/csv",
            "a" * 5_000,
            "",
        ),
    ],
)
def test_both_ways_read_a_content_type_alike(client, cards, content_type):
    """One that is spelled otherwise, and one that is none."""
    assert_alike(client, json.dumps(row(cards["math-score"])), content_type)


@pytest.mark.parametrize("length", ["0", "1", "00212", "-1", "+5", "1e3", "\u0662", "9" * 5_000, "a", " 5"])
def test_no_length_makes_either_way_fail(client, cards, length):
    """A server in front would not let most of them pass."""
    body = json.dumps(row(cards["math-score"]))
    builder = EnvironBuilder("/api/predict", method="POST", data=body, content_type="application/json")
    environ = builder.get_environ() | {"CONTENT_LENGTH": length}
    app, status, _ = run_wsgi_app(client.application, environ)
    assert int(status[:3]) < 500
    assert CANARY not in b"".join(app).decode()


def test_a_body_is_looked_through_once(client):
    """To find what is wrong takes longest; the way that finds it hands it on."""
    service = client.application.service
    slot = service.slot({})
    model = service.ready(slot)
    read = []

    def counted(*given):
        read.append(given)
        return model.read(*given)

    slot.model = replace(model, read=counted)
    try:
        for status, body in ((422, "[{}]"), (400, "["), (200, json.dumps(row(model.bundle.card)))):
            answer = client.post("/api/predict", data=body, content_type="application/json")
            assert answer.status_code == status
    finally:
        slot.model = model
    assert len(read) == 3
