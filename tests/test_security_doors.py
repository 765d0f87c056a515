"""SECURITY.md tells what is open: both applications, started without any setting, are as it says."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client

import mlapi.access
import mlapi.lane
import mlapi.settings
import monitor.doors
import monitor.settings
from mlapi.app import Api
from mlapi.app import create_app as create_api
from monitor.app import create_app as create_monitor
from tests.mlapi.conftest import STUDENT

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "SECURITY.md").read_text()
ROW = re.compile(r"^\| `([A-Z_]+)` \| (API|monitor) \| (\S+) \| (\S+) \| .+ \|$", re.MULTILINE)
TABLE = {(name, of): {"here": here, "vercel": vercel} for name, of, here, vercel in ROW.findall(PAGE)}
DOORS = {"API": mlapi.access, "monitor": monitor.doors}
SETTINGS = {"API": mlapi.settings, "monitor": monitor.settings}
ENVIRONMENTS = {"here": {}, "vercel": {"VERCEL": "1"}}
UNSAFE = {"POST", "PUT", "PATCH", "DELETE"}
STRANGE = {"Origin": "https://example.com", "X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module", params=ENVIRONMENTS)
def place(request: pytest.FixtureRequest) -> str:
    """Give where the applications run."""
    return str(request.param)


@pytest.fixture(scope="module")
def started(place: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """Give both applications with no setting, and what they made of that."""
    env = ENVIRONMENTS[place] | {"XDG_STATE_HOME": str(tmp_path_factory.mktemp("state"))}
    api, watcher = mlapi.settings.from_env(env), monitor.settings.from_env(env)
    return {"API": (create_api(api), api), "monitor": (create_monitor(watcher), watcher)}


def writes(app: Api | Flask) -> dict[str, set[str]]:
    """Return the addresses that take more than questions."""
    rules = (app.flask if isinstance(app, Api) else app).url_map.iter_rules()
    return {rule.rule: found for rule in rules if (found := {*(rule.methods or ())} & UNSAFE)}


def opened(is_open: bool) -> str:
    return "open" if is_open else "closed"


def turned(is_on: bool) -> str:
    return "on" if is_on else "off"


def predicts(app: Any, **headers: str) -> Any:
    return Client(app).post("/api/predict", json=STUDENT, headers=headers)


def answers(app: Any, address: str) -> str:
    return opened(Client(app).get(address).status_code == 200)


def limited(app: Any, settings: Any) -> str:
    policy = predicts(app).headers.get("RateLimit-Policy")
    assert (policy is None) == (settings.rate_limit in (None, "", ()))
    return f"`{limit_of(policy)}`" if policy else "open"


def limit_of(policy: str) -> str:
    """Return a policy as the setting is written: 600 in 60 seconds are 600/minute."""
    quota, window = (re.search(rf"\b{name}=(\d+)", policy) for name in "qw")
    assert quota
    assert window
    return f"{quota[1]}/{ {'60': 'minute', '3600': 'hour'}[window[1]] }"


def feedback(app: Any, _: Any) -> str:
    answer = Client(app).post("/api/feedback", json={"receipt": "1.AAAA", "actual": 1})
    assert answer.status_code == 503
    assert answer.get_json()["type"].endswith("no-receipts")
    return "closed"


# How each row of the table is seen from outside, or in the settings where it is not to be seen there.
SEEN: dict[tuple[str, str], Callable[[Any, Any], str]] = {
    ("API_KEYS", "API"): lambda app, _: opened(predicts(app).status_code == 200),
    ("RATE_LIMIT", "API"): limited,
    ("TRUST_PROXY", "API"): lambda _, settings: turned(settings.trust_proxy),
    ("CORS_ORIGINS", "API"): lambda app, _: opened(
        "Access-Control-Allow-Origin" in predicts(app, **STRANGE).headers
    ),
    ("RECEIPT_SECRET", "API"): feedback,
    ("METRICS_TOKEN", "API"): lambda app, _: answers(app, "/api/metrics"),
    ("COMPAT", "API"): lambda app, _: turned(Client(app).get("/health_status").status_code == 200),
    ("ALLOW_PICKLE", "API"): lambda _, settings: opened(settings.allow_pickle),
    ("LOG_INPUTS", "API"): lambda _, settings: turned(settings.log_inputs),
    ("MAIN_API_URL", "monitor"): lambda _, settings: opened(settings.main_api_url is not None),
    ("ALERT_URLS", "monitor"): lambda _, settings: opened(bool(settings.alert_urls)),
    ("METRICS_TOKEN", "monitor"): lambda app, _: answers(app, "/api/metrics"),
    ("CRON_SECRET", "monitor"): lambda app, _: answers(app, "/api/check"),
}


def test_every_setting_is_on_the_page() -> None:
    """In the table, or among those that open nothing: whoever adds one must say which."""
    (others,) = re.findall(r"No other setting opens or closes anything: (.*?)\.\n", PAGE, re.DOTALL)
    known = {(name, of) for of, module in SETTINGS.items() for name, _ in module.variables()}
    assert {name for name, _ in known} == {name for name, _ in TABLE} | {*re.findall("[A-Z_]+", others)}
    assert TABLE.keys() <= known
    assert TABLE.keys() == SEEN.keys()


@pytest.mark.parametrize("row", SEEN, ids=" of the ".join)
def test_what_is_open_without_any_setting(
    row: tuple[str, str], place: str, started: dict[str, tuple[Any, Any]]
) -> None:
    """Is what the table says, here and on Vercel."""
    assert TABLE[row][place] == SEEN[row](*started[row[1]])


@pytest.mark.parametrize("of", DOORS)
def test_what_is_said_at_start_is_what_is_open(
    of: str, place: str, started: dict[str, tuple[Any, Any]], caplog: pytest.LogCaptureFixture
) -> None:
    """Each row that is open is named, and no other: a line each on Vercel, else one for all."""
    expected = [name for (name, whose), row in TABLE.items() if whose == of and row[place] == "open"]
    assert expected
    settings = started[of][1]
    assert sorted(name for name, _ in DOORS[of].open_doors(settings)) == sorted(expected)
    DOORS[of].announce(settings)
    assert len(caplog.records) == (len(expected) if place == "vercel" else 1)
    assert all(name in caplog.text for name in expected)


def test_what_is_closed_is_not_named(caplog: pytest.LogCaptureFixture) -> None:
    """Nor is what its owner opened to those with a key."""
    keys = "a:" + "0" * 64
    closed = {"API_KEYS": keys, "RATE_LIMIT": "9/minute", "METRICS_TOKEN": "t", "RECEIPT_SECRET": "s" * 16}
    api = mlapi.settings.from_env(closed | {"VERCEL": "1"})
    watcher = monitor.settings.from_env({"METRICS_TOKEN": "t", "CRON_SECRET": "c", "VERCEL": "1"})
    assert mlapi.access.open_doors(api) == monitor.doors.open_doors(watcher) == []
    mlapi.access.announce(api)
    monitor.doors.announce(watcher)
    assert not caplog.records


@pytest.mark.parametrize(
    ("env", "name"),
    [({"RECEIPT_SECRET": "s" * 16}, "RECEIPT_SECRET"), ({"ALLOW_PICKLE": "1"}, "ALLOW_PICKLE")],
)
def test_what_its_owner_opened_is_named(env: dict[str, str], name: str) -> None:
    """Beside what was open already."""
    plain = dict(mlapi.access.open_doors(mlapi.settings.from_env({})))
    told = dict(mlapi.access.open_doors(mlapi.settings.from_env(env)))
    assert told.keys() - plain.keys() == {name}


def documented() -> dict[str, set[str]]:
    """Return the addresses that the page says take something."""
    (table,) = re.findall(r"\| address \| without any setting \|\n(.*?)\n\n", PAGE, re.DOTALL)
    found: dict[str, set[str]] = {}
    for method, address in re.findall(r"`([A-Z]+) (/[^`]*)`", table):
        found.setdefault(address, set()).add(method)
    return found


def test_no_address_takes_anything_but_those_on_the_page(started: dict[str, tuple[Any, Any]]) -> None:
    """Of the monitor none does."""
    assert writes(started["API"][0]) == documented()
    assert mlapi.lane.PATH in documented()  # The one address that is answered before Flask is asked.
    assert writes(started["monitor"][0]) == {}


@pytest.mark.parametrize("address", documented())
def test_what_an_address_that_takes_something_does(
    address: str, place: str, started: dict[str, tuple[Any, Any]]
) -> None:
    """Predictions answer whoever asks, with a fault of the input at worst; feedback is refused."""
    app, _ = started["API"]
    path = address.replace("<model>", "math-score").replace("<version>", "1")
    answer = Client(app).post(path, json={})
    assert (answer.status_code == 503) == (address == "/api/feedback"), answer.text
    assert answer.status_code not in (401, 403, 404, 405)
