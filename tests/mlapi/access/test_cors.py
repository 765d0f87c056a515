"""Pages of other sites: those that are named may call, and no other learns anything."""

import pytest
from werkzeug.test import Client

from mlapi.access.limits import read_limits
from mlapi.app import create_app
from mlapi.settings import Settings, SettingsError, from_env
from tests.mlapi.access.conftest import KEYS
from tests.mlapi.conftest import STUDENT

PREDICT = "/api/predict"
SITE, OTHER = "https://shop.example", "http://localhost:3000"
STRANGERS = [
    *(
        "https://evil.example",
        "http://shop.example",
        "https://shop.example:444",
        "https://shop.example.evil.example",
    ),
    *(
        "https://shop.example/",
        "https://SHOP.example",
        "null",
        "",
        f"{SITE}, {OTHER}",
        "*",
        "https://shop.example\u00ff",
    ),
]
WAYS = {"lane": {}, "flask": {"Accept": "application/json, text/csv;q=0.5"}}


@pytest.fixture(scope="module")
def client(known):
    """Return a client of an API that two sites may call, with a key, and not for ever."""
    settings = Settings(cors_origins=(SITE, OTHER), api_keys=known, rate_limit=read_limits("100000/hour"))
    return Client(create_app(settings))


def allowed(answer) -> dict[str, str]:
    """Return what an answer says to browsers."""
    return {name: value for name, value in answer.headers.items() if name.startswith("Access-Control-")}


def vary(answer) -> set[str]:
    """Return what an answer depends on."""
    return {part.strip() for line in answer.headers.getlist("Vary") for part in line.split(",")}


@pytest.mark.parametrize("origin", [SITE, OTHER])
@pytest.mark.parametrize("way", WAYS)
def test_a_named_site_reads_answers(client, origin, way):
    """And what their heads say of limits; a page that calls holds a key, cookies are none."""
    headers = {"Origin": origin, "X-API-Key": KEYS["ci"]} | WAYS[way]
    answer = client.post(PREDICT, json=STUDENT, headers=headers)
    assert answer.status_code == 200
    assert allowed(answer) == {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Expose-Headers": "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
    }
    assert vary(answer) == {"Origin"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", PREDICT, 401),
        ("GET", "/none", 404),
        ("PUT", PREDICT, 405),
        ("POST", "/v2/models/x/infer", 401),
    ],
)
def test_a_named_site_reads_errors_too(client, method, path, status):
    """Else its programmers would see nothing but that it failed."""
    answer = client.open(path, method=method, headers={"Origin": SITE})
    assert answer.status_code == status
    assert allowed(answer)["Access-Control-Allow-Origin"] == SITE
    assert vary(answer) >= {"Origin"}


@pytest.mark.parametrize("origin", STRANGERS, ids=ascii)
@pytest.mark.parametrize("way", WAYS)
def test_no_other_site_is_told_anything(client, origin, way):
    """The answer is the same, and only says that it depends on who asks."""
    headers = {"X-API-Key": KEYS["ci"]} | WAYS[way]
    answer = client.post(PREDICT, json=STUDENT, headers=headers, environ_overrides={"HTTP_ORIGIN": origin})
    assert answer.status_code == 200
    assert allowed(answer) == {}
    assert vary(answer) == {"Origin"}


def test_who_is_no_page_is_answered_as_ever(client):
    """A cache that keeps it must ask again for a page."""
    answer = client.get("/api/metrics")
    assert (allowed(answer), vary(answer)) == ({}, {"Accept", "Origin"})


def preflight(client, path=PREDICT, origin=SITE, asks="POST", **headers):
    """Ask as browsers do before they call."""
    said = {"Origin": origin, "Access-Control-Request-Method": asks} | headers
    return client.options(path, headers={name: value for name, value in said.items() if value is not None})


@pytest.mark.parametrize(
    "path", [PREDICT, "/api/feedback", "/api/health", "/v1/predict", "/v2/models/math-score/infer"]
)
def test_browsers_may_ask_before_they_call(client, path):
    """Without a key, which they don't send then, and without a body."""
    answer = preflight(client, path)
    assert (answer.status_code, answer.data) == (204, b"")
    assert allowed(answer)["Access-Control-Allow-Origin"] == SITE
    assert allowed(answer)["Access-Control-Allow-Methods"] == "GET, HEAD, POST"
    assert allowed(answer)["Access-Control-Allow-Headers"] == "Authorization, Content-Type, X-API-Key"
    assert "Access-Control-Allow-Credentials" not in answer.headers
    assert answer.headers["X-Request-Id"]


@pytest.mark.parametrize("origin", [*STRANGERS[:6], None])
def test_strangers_ask_in_vain(client, origin):
    """They get what OPTIONS always got."""
    answer = preflight(client, origin=origin)
    assert (answer.status_code, allowed(answer)) == (405, {})


def test_only_a_question_before_a_call_is_one(client):
    """Neither another OPTIONS, nor one where nothing is."""
    assert preflight(client, asks=None).status_code == 405
    assert preflight(client, path="/none").status_code == 404


def test_a_preflight_is_counted_and_costs_nothing_of_a_limit(counting):
    """It is a question."""
    client = counting(cors_origins=(SITE,), rate_limit=read_limits("1/hour"))
    assert [preflight(client).status_code for _ in range(3)] == [204] * 3
    assert client.post(PREDICT, json=STUDENT).headers["RateLimit"].split(";")[1] == "r=0"
    assert f'endpoint="{PREDICT}",method="OPTIONS",status="204"}} 3.0' in client.get("/api/metrics").text


def test_without_sites_nothing_is_said(counting):
    """That is the default."""
    client = counting()
    for answer in (preflight(client), client.post(PREDICT, json=STUDENT, headers={"Origin": SITE})):
        assert (allowed(answer), vary(answer)) == ({}, set())


def test_origins_are_read_with_blanks():
    """As people write lists."""
    env = {
        "CORS_ORIGINS": "https://a.example, http://localhost:3000 ,http://[::1]:8080,https://xn--4ca.example"
    }
    assert from_env(env).cors_origins[0] == "https://a.example"
    assert len(from_env(env).cors_origins) == 4


@pytest.mark.parametrize(
    "value",
    [
        *("*", "null", "https://*.example", "https://a.example/", "https://a.example/path", "a.example"),
        *(
            "https://A.example",
            "ftp://a.example",
            "https://a.example,",
            "https://user@a.example",
            "https://a_b.example",
        ),
        *(
            "https://a.example:443",
            "http://a.example:80",
            "https://",
            "https://a.example:",
            "https://\u00e4.example",
        ),
        *("https://a.example https://b.example", "https://a.example:123456", "https://a.example\x00"),
    ],
)
def test_what_no_browser_would_send_stops_the_start(value):
    """It would never match, and nobody would know why."""
    with pytest.raises(SettingsError, match=r"^CORS_ORIGINS must be origins as browsers spell them"):
        from_env({"CORS_ORIGINS": value})
