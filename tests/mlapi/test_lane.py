"""The straight way answers as Flask does, and only what is plain."""

import io
import json
import time
from contextlib import closing
from dataclasses import replace

import pytest
from werkzeug.test import Client, EnvironBuilder, run_wsgi_app

from mlapi import receipts
from mlapi.access.keys import Key
from mlapi.access.limits import Limit
from mlapi.answering import MOST_ANSWERED
from mlapi.counters.sqlite import SqliteStore
from mlapi.engine import EngineFault, NoAnswer
from mlapi.lane import MOST_BYTES, Lane
from mlapi.service import start
from mlapi.settings import Settings
from tests.mlapi.conftest import STUDENT
from tests.mlapi.kinds import KINDS

SECRET = "a secret of a test"  # noqa: S105
PREDICT = "/api/predict"
WISH = {"Accept": "application/json, text/csv;q=0.5"}  # What Flask would answer alike.


@pytest.fixture
def way(tmp_path):
    """Return a client of the straight way alone, and the environs that it left to others."""
    left = []

    def others(environ, start_response):
        left.append(environ | {"body": environ["wsgi.input"].read()})
        start_response("204 No Content", [])
        return []

    lane = Lane(start(Settings(counters_path=tmp_path / "api.db", receipt_secret=(SECRET,))))

    def either(environ, start_response):
        answer = lane(environ, start_response)
        return others(environ, start_response) if answer is None else answer

    return Client(either), left


@pytest.mark.parametrize(
    "body",
    [STUDENT, [STUDENT], [STUDENT] * 3, {"instances": [STUDENT]}],
    ids=["one", "list of one", "list", "instances"],
)
@pytest.mark.parametrize("accept", [None, "*/*", "application/json"])
def test_a_plain_call_never_meets_flask(way, body, accept):
    """What clients send who ask for nothing in particular."""
    client, left = way
    answer = client.post(PREDICT, json=body, headers={"Accept": accept} if accept else {})
    assert answer.status_code == 200
    assert not left
    assert ("predictions" in answer.json) == (body is not STUDENT)


@pytest.mark.parametrize(
    "asked",
    [
        {"method": "GET"},
        {"method": "PUT"},
        {"path": "/api/predict/"},
        {"path": "/predict"},
        {"query_string": "model=penguins"},
        {"query_string": "explain=true"},
        {"content_type": "application/json; charset=latin-1"},
        {"content_type": "text/csv"},
        {"headers": {"Accept": "text/csv"}},
        {"headers": {"Accept": ""}},
        {"headers": {"X-Tandem-Canary": "goldens"}},
        {"headers": {"X-Tandem-Simulated": ""}},
        {"headers": {"Transfer-Encoding": "chunked"}},
        {"environ_overrides": {"CONTENT_LENGTH": ""}},
        {"environ_overrides": {"CONTENT_LENGTH": "-1"}},
        {"environ_overrides": {"CONTENT_LENGTH": "9" * 5000}},
        {"environ_overrides": {"CONTENT_LENGTH": str(MOST_BYTES + 1)}},
    ],
    ids=str,
)
def test_whatever_has_a_wish_is_left_untouched(way, asked):
    """Flask reads the body itself."""
    client, left = way
    plain = {"path": PREDICT, "method": "POST", "content_type": "application/json"}
    changed = asked.pop("environ_overrides", {})
    environ = EnvironBuilder(**plain | {"data": json.dumps(STUDENT)} | asked).get_environ() | changed
    assert run_wsgi_app(client.application, environ)[1] == "204 No Content"
    assert json.loads(left[0]["body"]) == STUDENT


@pytest.mark.parametrize("body", [b"{", b"[]", b"{}", b"", b'{"a": NaN}', b"\xff"], ids=repr)
def test_what_is_refused_is_left_as_it_came(way, body):
    """Nothing was counted, and nothing was read that can't be read again."""
    client, left = way
    assert client.post(PREDICT, data=body, content_type="application/json").status_code == 204
    assert left[0]["body"] == body


@pytest.mark.parametrize("kind", [OSError, ValueError, None], ids=["gone", "closed", "short"])
def test_a_body_that_ends_too_early_is_no_call(counting, kind):
    """Even if what came is whole JSON; the caller is gone, and nothing is predicted."""

    class Cut(io.BytesIO):
        def read(self, *size):
            if kind and size[0] is not None:
                raise kind("gone")
            return super().read(*size)

    client = counting()
    body = json.dumps(STUDENT).encode()
    environ = EnvironBuilder(PREDICT, method="POST", content_type="application/json").get_environ()
    environ |= {"wsgi.input": Cut(body), "CONTENT_LENGTH": str(len(body) + 1)}
    _, status, _ = run_wsgi_app(client.application, environ)
    assert status.startswith("400")
    said = metrics(client)
    assert 'ml_requests_total{endpoint="/api/predict",method="POST",status="400"} 1.0' in said
    assert 'ml_predictions_total{model="math-score",model_version="1",species=""} 0.0' in said


def plainly(client, body):
    """Ask by the straight way and by Flask's."""
    return (
        client.post(PREDICT, data=body, content_type="application/json", headers=wish) for wish in ({}, WISH)
    )


def said(answer):
    """Return an answer's head and body without what differs from call to call."""
    body = answer.get_json()
    head = dict(answer.headers)
    for name in ("id", "instance", "receipt"):
        body.pop(name, None)
    return answer.status, body, {**head, "X-Request-Id": len(head["X-Request-Id"])}


@pytest.mark.parametrize("name", ["food-drive", "house-price", "math-score", "penguins"])
def test_both_ways_answer_alike(counting, cards, name):
    """Every shipped model, by one golden row and by all, with the same head."""
    client = counting(default_model=name, receipt_secret=(SECRET,))
    rows = [golden["input"] for golden in cards[name]["goldens"]]
    for body in (rows[0], rows[:20]):
        lane, flask = plainly(client, json.dumps(body))
        assert lane.status_code == 200
        assert said(lane) == said(flask)


@pytest.mark.parametrize("name", KINDS)
def test_both_ways_answer_alike_for_every_kind_of_model(client_of, kinds, kinds_cards, name):
    """Of feature, task and engine."""
    client = client_of(kinds, default_model=name, allow_pickle=True)
    lane, flask = plainly(client, json.dumps(kinds_cards[name]["goldens"][0]["input"]))
    assert lane.status_code == 200
    assert said(lane) == said(flask)


@pytest.mark.parametrize(
    "body",
    [
        "{",
        "{}",
        "[]",
        "3",
        json.dumps(STUDENT | {"reading_score": 101, "lunch": 3, "more": 1}),
        json.dumps(STUDENT).replace("72", "NaN"),
        json.dumps([STUDENT, {}]),
        "[" * 500,
    ],
    ids=["no json", "empty", "no rows", "number", "three faults", "not finite", "second row", "deep"],
)
def test_both_ways_refuse_alike_and_count_it_once(counting, body):
    """The same problem with the same faults."""
    client = counting()
    lane, flask = plainly(client, body)
    assert lane.status_code in (400, 422)
    assert said(lane) == said(flask)
    status = lane.status_code
    assert f'ml_requests_total{{endpoint="/api/predict",method="POST",status="{status}"}} 2.0' in metrics(
        client
    )


def metrics(client) -> str:
    """Return what is counted."""
    return client.get("/api/metrics").text


def test_both_ways_count_alike(tmp_path, counting):
    """The very same counters grow by the same; only durations differ."""
    found = []
    for name, headers in (("lane", {}), ("flask", WISH)):
        client = counting(counters_path=tmp_path / name)
        client.post(PREDICT, json=STUDENT, headers=headers)
        client.post(PREDICT, json=[STUDENT | {"reading_score": 5}] * 3, headers=headers)
        with closing(SqliteStore(tmp_path / name)) as store:
            counts = store.read().items()
        found.append({key: n for key, n in counts if "duration" not in key})
        assert sum(n for key, n in counts if "duration" in key and '"sum"' not in key) == 4
    assert found[0] == found[1]
    assert found[0]['["ml_cold_starts_total"]'] == 1
    assert found[0]['["ml_requests_total","POST","/api/predict","200"]'] == 2


@pytest.mark.parametrize("inputs", [False, True], ids=["without rows", "with rows"])
def test_both_ways_log_alike(counting, capsys, inputs):
    """One line each, and no row unless that is asked for."""
    client = counting(log_inputs=inputs)
    answers = [*plainly(client, json.dumps(STUDENT))]
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line.pop("id") for line in lines] == [answer.json["id"] for answer in answers]
    assert all(0 < line.pop("milliseconds") < 60_000 for line in lines)
    assert lines[0] == lines[1]
    assert lines[0].get("inputs") == ([STUDENT] if inputs else None)


def test_its_receipts_are_true(counting):
    """One for a single row; a batch must ask for them."""
    client = counting(receipt_secret=(SECRET,))
    answer = client.post(PREDICT, json=STUDENT).json
    receipt = receipts.read((SECRET,), answer["receipt"], time.time())
    assert (receipt.model, receipt.version) == ("math-score", "1")
    assert receipt.prediction == answer["prediction"]
    assert "receipt" not in client.post(PREDICT, json=[STUDENT]).json["predictions"][0]


def test_what_fails_unexpectedly_is_told_by_flask_and_tried_once(counting, caplog):
    """The caller gets a problem, the operator the traceback, and the count an error of the model."""
    client = counting()
    calls = []

    def broken(columns):
        calls.append(columns)
        raise RuntimeError("nobody expected that")

    service = client.application.service
    slot = service.slot({})
    slot.model = replace(service.ready(slot), engine=broken)
    answer = client.post(PREDICT, json=STUDENT)
    assert (answer.status_code, answer.json["type"]) == (500, "urn:tandem:problem:internal")
    assert len(calls) == 1
    assert "nobody expected that" in caplog.text
    assert "nobody" not in answer.text
    assert (
        'model_prediction_requests_total{model="math-score",model_version="1",status="error"} 1.0'
        in metrics(client)
    )


def no_answer(model):
    """Return a model that refuses every row."""

    def refuse(columns):
        raise NoAnswer([0])

    return replace(model, engine=refuse)


def wrong_engine(model):
    """Return a model whose engine is no longer what it was for the goldens."""

    def fail(columns):
        raise EngineFault("answers with too few rows")

    return replace(model, engine=fail)


def talkative(model):
    """Return a model whose answers are larger than the platform takes."""
    return replace(model, plan=replace(model.plan, watch=lambda row: ["x" * MOST_ANSWERED]))


@pytest.mark.parametrize("spoilt", [no_answer, wrong_engine, talkative])
def test_both_ways_say_and_log_alike_what_the_model_refuses(counting, capsys, spoilt):
    """The rows stand in the log, since they are what it refused."""
    client = counting(log_inputs=True)
    service = client.application.service
    slot = service.slot({})
    slot.model = spoilt(service.ready(slot))
    lane, flask = plainly(client, json.dumps(STUDENT))
    assert lane.status_code in (413, 422, 503)
    assert said(lane) == said(flask)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["rows"], line["inputs"]) for line in lines] == [(1, [STUDENT])] * 2


@pytest.mark.parametrize(
    ("settings", "more_before", "more_after"),
    [
        ({}, [], []),
        ({"api_keys": (Key("ci", bytes(32)),)}, ["_guard.<locals>.admit"], ["_guard.<locals>.tell"]),
        ({"rate_limit": (Limit(9, 60),)}, ["_guard.<locals>.admit"], ["_guard.<locals>.tell"]),
        (
            {"cors_origins": ("https://a.example",)},
            ["_let_in.<locals>.preflight"],
            ["_let_in.<locals>.allow"],
        ),
    ],
    ids=["plain", "keys", "limits", "sites"],
)
def test_it_knows_every_hook_of_flask(counting, settings, more_before, more_after):
    """Who adds one must think of the lane, which no hook of Flask's sees."""
    app = counting(**settings).application.flask
    parts = (None, "predictions")
    before = [hook.__qualname__ for part in parts for hook in app.before_request_funcs.get(part, ())]
    after = [hook.__qualname__ for part in parts for hook in app.after_request_funcs.get(part, ())]
    assert before == ["Counting._begin", "_name_call", *more_before]
    assert sorted(after) == sorted(
        ["Counting._count", "_add_headers", "logger.<locals>.log_call", *more_after]
    )
    assert not any(app.teardown_request_funcs.values())
    assert not app.teardown_appcontext_funcs
