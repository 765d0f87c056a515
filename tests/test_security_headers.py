"""What stands in the head of every answer of both applications, and what a cache may keep of it."""

import json
from pathlib import Path

import pytest
from werkzeug.test import Client

from mlapi.app import Api
from mlapi.app import create_app as create_api
from mlapi.settings import Settings as ApiSettings
from monitor.app import create_app as create_monitor
from monitor.settings import Settings as MonitorSettings
from tests.mlapi.conftest import STUDENT

ROOT = Path(__file__).resolve().parent.parent
SHORT = "public, max-age=60"
# Whatever is not here is kept by nobody, on its way or in a browser.
KEPT = {
    ("monitor", "/api/badge/<kind>.<form>"): SHORT,  # Shown on other sites, through caches of theirs.
    ("monitor", "/static/chart.umd.js"): "public, max-age=86400",  # A library, the same for everybody.
}
SHARED = {("monitor", "/api/badge/<kind>.<form>")}
ANYWHERE = {
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Cross-Origin-Resource-Policy",
    "Permissions-Policy",
    "Referrer-Policy",
    "X-Content-Type-Options",
}
FILLED = {"model": "math-score", "version": "1", "kind": "status", "form": "svg"}
APPS = {
    "api": create_api(ApiSettings()),
    "monitor": create_monitor(MonitorSettings(api_fault="none is told")),
}


def routes() -> list[tuple[str, str, str]]:
    """Return every route of both applications, with each method that it takes."""
    found = []
    for name, app in APPS.items():
        rules = (app.flask if isinstance(app, Api) else app).url_map.iter_rules()
        found += [(name, rule.rule, method) for rule in rules for method in sorted(rule.methods or ())]
    return found


def path(rule: str) -> str:
    """Return an address of a route."""
    for name, value in FILLED.items():
        rule = rule.replace(f"<{name}>", value)
    assert "<" not in rule
    return rule


def ask(name: str, rule: str, method: str, **headers: str):
    """Return an answer of a route."""
    body = {"json": STUDENT} if method == "POST" else {}
    return Client(APPS[name]).open(path(rule), method=method, headers=headers, buffered=True, **body)


@pytest.mark.parametrize(("name", "rule", "method"), routes(), ids=str)
def test_a_cache_keeps_nothing_but_what_is_the_same_for_everybody(name: str, rule: str, method: str) -> None:
    """No prediction, no private answer, no state: whatever a CDN would make of an answer without a word."""
    answer = ask(name, rule, method)
    expected = KEPT.get((name, rule), "no-store") if answer.status_code == 200 else "no-store"
    assert answer.headers.getlist("Cache-Control") == ["no-store" if method == "OPTIONS" else expected]
    assert ("Expires" in answer.headers) <= ((name, rule) in KEPT)
    assert not [header for header, _ in answer.headers if header.lower().endswith("cdn-cache-control")]


@pytest.mark.parametrize(("name", "rule", "method"), routes(), ids=str)
def test_every_answer_keeps_browsers_from_mischief(name: str, rule: str, method: str) -> None:
    """Nothing is framed, guessed, opened or embedded by other sites, nor do they learn who links to them."""
    headers = ask(name, rule, method).headers
    assert {*headers.keys()} >= ANYWHERE
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == "'none'"
    assert not {"'unsafe-inline'", "'unsafe-eval'", "*", "https:", "http:"} & {
        *" ".join(policy.values()).split()
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    shared = (name, rule) in SHARED and method != "OPTIONS"
    assert headers["Cross-Origin-Resource-Policy"] == ("cross-origin" if shared else "same-origin")
    assert "clipboard" not in headers["Permissions-Policy"]  # The page's button copies.
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("name", APPS)
@pytest.mark.parametrize(
    ("method", "address"), [("GET", "/none"), ("POST", "/livez"), ("GET", "/api/predict")]
)
def test_errors_have_the_same_head(name: str, method: str, address: str) -> None:
    """A page of an error is a page, too."""
    answer = Client(APPS[name]).open(address, method=method)
    assert answer.status_code in (404, 405)
    assert {*answer.headers.keys()} >= ANYWHERE
    assert answer.headers["Cache-Control"] == "no-store"


def test_an_answer_without_flask_has_the_same_head() -> None:
    """The lane's."""
    plain = ask("api", "/api/predict", "POST")
    other = ask("api", "/api/predict", "POST", Accept="application/json, text/csv;q=0.5")
    assert {*plain.headers.keys()} == {*other.headers.keys()}
    assert {*plain.headers.keys()} >= ANYWHERE | {"Cache-Control"}


def test_the_table_of_caches_knows_no_other_route() -> None:
    """A row that is no route says nothing."""
    assert KEPT.keys() <= {(name, rule) for name, rule, _ in routes()}


def test_a_badge_that_is_none_is_not_kept() -> None:
    """A mistake is not shown for a minute after it was mended."""
    assert Client(APPS["monitor"]).get("/api/badge/none.svg").headers["Cache-Control"] == "no-store"


def test_a_token_changes_nothing_for_caches() -> None:
    """What is private is kept by nobody, and neither is its refusal."""
    settings = ApiSettings(metrics_token="a-token")  # noqa: S106
    client = Client(create_api(settings))
    for headers in ({}, {"Authorization": "Bearer a-token"}):
        answer = client.get("/api/metrics", headers=headers)
        assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("folder", ["ml-api", "monitoring"])
def test_the_platform_asks_for_https_from_now_on(folder: str) -> None:
    """It holds the certificate; an application that speaks plain HTTP must not say so."""
    rules = json.loads((ROOT / folder / "vercel.json").read_text())["headers"]
    (everywhere,) = [rule for rule in rules if rule["source"] == "/(.*)"]
    (strict,) = [each for each in everywhere["headers"] if each["key"] == "Strict-Transport-Security"]
    assert int(strict["value"].removeprefix("max-age=")) >= 365 * 86_400
    assert not [rule for rule in rules if rule is everywhere and len(rule["headers"]) > 1]


@pytest.mark.parametrize(
    "said", ["", "Bearer", "Bearer \udcff", "Bearer a-toke", "Basic a-token", "a-token"], ids=ascii
)
@pytest.mark.parametrize("name", APPS)
def test_whatever_is_said_in_place_of_a_token_is_refused(name: str, said: str) -> None:
    """Also what no header should hold; and the right one is taken, the word in any case."""
    token = {"metrics_token": "a-token"}
    app = create_api(ApiSettings(**token)) if name == "api" else create_monitor(MonitorSettings(**token))
    client = Client(app)
    answer = client.get("/api/metrics", environ_overrides={"HTTP_AUTHORIZATION": said})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer")
    assert client.get("/api/metrics", headers={"Authorization": "bearer a-token"}).status_code == 200
