"""The door, at every address of the API: who comes in, what the others are told, and how they are counted."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client

from mlapi.access.limits import read_limits
from mlapi.app import create_app
from mlapi.settings import Settings
from tests.mlapi.access.conftest import KEYS, asked, guarded
from tests.mlapi.conftest import STUDENT

PREDICT = "/api/predict"
KEY = KEYS["ci"]
GIVEN = [{"Authorization": f"Bearer {KEY}"}, {"Authorization": f"bearer  {KEY}"}, {"X-API-Key": KEY}]
WRONG = {
    "none": {},
    "another": {"Authorization": "Bearer another"},
    "none behind the word": {"Authorization": "Bearer "},
    "its hash": {"X-API-Key": "0" * 64},
    "as a password": {"Authorization": f"Basic {KEY}"},
    "without the word": {"Authorization": KEY},
    "cut": {"X-API-Key": KEY[:-1]},
    "quoted": {"X-API-Key": f'"{KEY}"'},
    "not latin": {"X-API-Key": "\u00ff\u0080"},
    "long": {"X-API-Key": "x" * 60_000},
}


@pytest.fixture
def limited(counting):
    """Return `limited(text, **settings)`: a client of an API with limits that counts in a file."""
    return lambda text, **settings: counting(rate_limit=read_limits(text), **settings)


def metrics(client) -> str:
    """Return what is counted."""
    return client.get("/api/metrics").text


@pytest.mark.parametrize("path", guarded())
@pytest.mark.parametrize("wrong", WRONG)
def test_without_a_key_no_address_takes_anything(keyed, path, wrong):
    """And all that is wrong with a key is answered alike."""
    answer = keyed.post(path, json=STUDENT, headers=WRONG[wrong])
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert "asks for a key" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", guarded())
@pytest.mark.parametrize("headers", GIVEN, ids=str)
def test_with_a_key_each_address_does_its_work(keyed, path, headers):
    """It is a fault of the input at worst."""
    assert keyed.post(path, json=STUDENT, headers=headers).status_code in (200, 400, 415, 422)


@pytest.mark.parametrize("path", asked())
def test_questions_need_no_key(keyed, path):
    """Health, cards, docs and the page are for everybody."""
    assert keyed.get(path).status_code == 200
    assert keyed.head(path).status_code == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PREDICT, {"type": "urn:tandem:problem:unauthorized", "status": 401}),
        ("/predict", {"type": "urn:tandem:problem:unauthorized", "status": 401}),
        ("/v2/models/math-score/infer", {"error"}),
        ("/invocations", {"error_code": "UNAUTHENTICATED"}),
    ],
)
def test_a_refusal_has_the_shape_of_its_address(keyed, path, expected):
    """Its clients know no other."""
    said = keyed.post(path, json={}).get_json()
    assert said.keys() == expected if isinstance(expected, set) else said.items() >= expected.items()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("POST", "/none", 404), ("PUT", PREDICT, 405), ("GET", PREDICT, 405), ("POST", "/api/health", 405)],
)
def test_what_is_no_call_is_told_so_without_a_key(keyed, method, path, status):
    """There is nothing behind it."""
    assert keyed.open(path, method=method).status_code == status


def test_an_unknown_model_is_no_secret_that_a_stranger_may_ask(keyed):
    """The key comes first."""
    assert keyed.post(f"{PREDICT}?model=none", json=STUDENT).status_code == 401
    assert keyed.post(f"{PREDICT}?model=none", json=STUDENT, headers=GIVEN[0]).status_code == 404


@pytest.mark.parametrize("header", ["HTTP_AUTHORIZATION", "HTTP_X_API_KEY"])
@pytest.mark.parametrize("value", ["Bearer \udcff", "\ud800", "Bearer \u0660", "\x00"], ids=ascii)
def test_what_no_header_should_hold_is_a_wrong_key(keyed, header, value):
    """A server may hand on more than latin-1."""
    environ = {header: value}
    assert keyed.post(PREDICT, json=STUDENT, environ_overrides=environ).status_code == 401


def test_a_refused_call_is_counted_and_logged_as_any_other(counting, known, capsys):
    """Once, with its status, and without its rows."""
    client = counting(api_keys=known, log_inputs=True)
    client.post(PREDICT, json=STUDENT)
    client.post("/predict", json=STUDENT)
    client.post(PREDICT, json=STUDENT, headers=GIVEN[0])
    said = metrics(client)
    for endpoint, status in ((PREDICT, 401), ("/predict", 401), (PREDICT, 200)):
        assert f'ml_requests_total{{endpoint="{endpoint}",method="POST",status="{status}"}} 1.0' in said
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["status"], line["outcome"], line["rows"]) for line in lines] == [
        (401, "refused", 0),
        (401, "refused", 0),
        (200, "answered", 1),
    ]
    assert KEY not in json.dumps(lines)


def test_a_call_with_a_key_stays_in_the_lane(known):
    """It needs no Flask; a refused one does."""
    app = create_app(
        Settings(api_keys=known, rate_limit=read_limits("9/hour"), cors_origins=("https://a.example",))
    )
    answer = Client(app).post(PREDICT, json=STUDENT, headers=GIVEN[0] | {"Origin": "https://a.example"})
    assert answer.status_code == 200
    assert {"RateLimit", "Access-Control-Allow-Origin"} <= {*answer.headers.keys()}
    assert app._flask is None
    assert Client(app).post(PREDICT, json=STUDENT).status_code == 401
    assert app._flask is not None


def test_a_removed_pair_closes_its_key_and_no_other(known):
    """So a key is revoked."""
    left = Client(create_app(Settings(api_keys=tuple(key for key in known if key.name != "ci"))))
    status = {
        name: left.post(PREDICT, json=STUDENT, headers={"X-API-Key": key}).status_code
        for name, key in KEYS.items()
    }
    assert status == {"ci": 401, "monitor": 200}


@pytest.mark.parametrize("path", guarded())
def test_every_call_counts_against_one_limit(limited, path):
    """Whichever address, and whether it was right."""
    client = limited("3/hour")
    for each in (PREDICT, "/predict", path):
        assert client.post(each, json=STUDENT).status_code != 429
    answer = client.post(path, json=STUDENT)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    assert ";r=0;t=" in answer.headers["RateLimit"]
    assert answer.headers["RateLimit-Policy"] == '"3-in-3600s";q=3;w=3600'
    assert client.get("/api/health").status_code == 200


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (PREDICT, {"type": "urn:tandem:problem:rate-limited"}),
        ("/invocations", {"error_code": "REQUEST_LIMIT_EXCEEDED"}),
        ("/v2/models/math-score/infer", {}),
    ],
)
def test_one_too_many_is_refused_in_the_shape_of_its_address(limited, path, expected):
    """In words that say when to come back."""
    client = limited("1/hour")
    client.post(path, json=STUDENT)
    answer = client.post(path, json=STUDENT)
    assert answer.get_json().items() >= expected.items()
    assert "More than 1 calls in 3600 s" in answer.text


@pytest.mark.parametrize("body", [STUDENT, {}, [STUDENT]], ids=["good", "bad", "many"])
@pytest.mark.parametrize("accept", ["*/*", "application/json, text/csv;q=0.5"], ids=["lane", "flask"])
def test_an_answer_says_what_remains_and_counts_once_whichever_way_it_went(limited, body, accept):
    """What the lane leaves to Flask was counted by the lane."""
    client = limited("100/hour")
    remaining = [
        client.post(PREDICT, json=body, headers={"Accept": accept}).headers["RateLimit"] for _ in range(3)
    ]
    assert [said.split(";")[1] for said in remaining] == ["r=99", "r=98", "r=97"]


def test_one_too_many_is_counted_as_a_request(limited):
    """With its status, once."""
    client = limited("1/hour")
    assert [client.post(PREDICT, json=STUDENT).status_code for _ in range(4)] == [200, 429, 429, 429]
    said = metrics(client)
    assert f'ml_requests_total{{endpoint="{PREDICT}",method="POST",status="429"}} 3.0' in said
    assert f'ml_requests_total{{endpoint="{PREDICT}",method="POST",status="200"}} 1.0' in said
    assert 'ml_predictions_total{model="math-score",model_version="1",species=""} 1.0' in said


def test_each_key_has_a_limit_of_its_own_wherever_it_is_used(limited, known):
    """And a wrong key has none to spend."""
    client = limited("1/hour", api_keys=known)

    def ask(key, peer):
        return client.post(
            PREDICT, json=STUDENT, headers={"X-API-Key": key}, environ_overrides={"REMOTE_ADDR": peer}
        )

    assert ask(KEYS["ci"], "192.0.2.1").status_code == 200
    assert ask(KEYS["ci"], "192.0.2.2").status_code == 429
    assert ask(KEYS["monitor"], "192.0.2.1").status_code == 200
    assert [ask("wrong", "192.0.2.3").status_code for _ in range(3)] == [401] * 3


def test_each_address_has_a_limit_of_its_own(limited):
    """Of IPv6 each network."""
    client = limited("1/hour")
    peers = [
        "192.0.2.1",
        "192.0.2.2",
        "2001:db8::1",
        "2001:db8::ffff:1",
        "2001:db8:0:1::1",
        "::ffff:192.0.2.1",
    ]
    found = [client.post(PREDICT, json=STUDENT, environ_overrides={"REMOTE_ADDR": peer}) for peer in peers]
    assert [answer.status_code for answer in found] == [200, 200, 200, 429, 200, 429]


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, [200, 429]),
        ({"trust_proxy": True}, [200, 200]),
        ({"trust_proxy": True, "on_vercel": True}, [200, 200]),
    ],
    ids=["nobody in front", "a proxy", "vercel"],
)
def test_a_forwarded_address_counts_where_it_is_trusted(limited, settings, expected):
    """Elsewhere anybody could write it."""
    client = limited("1/hour", **settings)
    found = [
        client.post(PREDICT, json=STUDENT, headers={"X-Forwarded-For": f"10.9.9.9, {address}"})
        for address in ("192.0.2.1", "192.0.2.2")
    ]
    assert [answer.status_code for answer in found] == expected


def test_a_monitor_is_not_refused_because_of_others(limited):
    """Its known rows are counted apart; its own limit is the same."""
    client = limited("2/hour")
    goldens = {"X-Tandem-Canary": "goldens"}
    assert [client.post(PREDICT, json=STUDENT).status_code for _ in range(3)] == [200, 200, 429]
    found = [client.post(PREDICT, json=STUDENT, headers=goldens).status_code for _ in range(3)]
    assert found == [200, 200, 429]


def test_many_at_once_get_what_is_allowed_and_no_more(limited):
    """Exactly."""
    client, together = limited("40/hour"), threading.Barrier(8)

    def ask(_):
        together.wait(30)
        mine = Client(client.application)
        return [mine.post(PREDICT, json=STUDENT).status_code for _ in range(10)]

    with ThreadPoolExecutor(8) as pool:
        found = [status for part in pool.map(ask, range(8)) for status in part]
    assert (found.count(200), found.count(429)) == (40, 40)


def test_without_keys_and_limits_there_is_no_door(counting):
    """And no header tells of one."""
    client = counting()
    assert client.application.service.door is None
    answer = client.post(PREDICT, json=STUDENT)
    assert not {"RateLimit", "RateLimit-Policy", "Vary"} & {*answer.headers.keys()}


@pytest.mark.parametrize("keys", [False, True], ids=["open", "keyed"])
@pytest.mark.parametrize("limit", ["off", "600/minute"])
def test_the_description_tells_of_the_door(known, keys, limit):
    """At every address that has one, with answers in that address's shape."""
    settings = Settings(api_keys=known if keys else (), rate_limit=read_limits(limit))
    said = Client(create_app(settings)).get("/api/openapi.json").get_json()
    assert {scheme["type"] for scheme in said["components"]["securitySchemes"].values()} == {"http", "apiKey"}
    posts = [path["post"] for path in said["paths"].values() if "post" in path]
    assert len(posts) == len(guarded())
    for post in posts:
        assert (post.get("security") == [{"bearer": []}, {"apiKey": []}]) == keys
        assert (post["responses"].get("401") == post["responses"]["400"]) == keys
        assert limit == "off" or post["responses"]["429"] == post["responses"]["400"]
    assert not [path for path in said["paths"].values() if "security" in path.get("get", {})]
