"""The monitor's addresses over a watched API: what each answers, and to whom."""

import csv
import io
import json
import time
import xml.etree.ElementTree as ET

import pytest

from monitor.routes.pages import STATIC
from tests.monitor.fake_api import OTHER_SHA, FakeApi, FakeModel, says_json

PAGES = ("/", "/api/dashboard")
PLACES = (
    *("/api/status", "/api/metrics", "/api/metrics?format=json", "/api/history", "/api/incidents"),
    *("/api/check", "/api/live", "/api/badge/status.svg", "/api/badge/uptime.json", "/livez"),
)
WRONG = FakeModel(answers=[{"prediction": 1.5}, {"prediction": 94.33}, {"prediction": 25.42}])
DOWN = says_json({"status": "unhealthy", "default_model": None, "checks": {}, "reason": "no model"}, 503)


def test_the_state_of_an_api_that_answers_right(client, api):
    """With its model, its goldens, and how it was watched so far."""
    said = client.get("/api/status").get_json()
    assert said["state"] == "up"
    assert "all 3 goldens of math-score 1 and all 2 of penguins 1 were answered right" in said["reason"]
    assert said["api"] == api.url
    assert said["since"] == said["checked_at"]
    assert said["model"]["name"] == "math-score"
    assert [one["matching"] for one in said["goldens"]] == [3, 2]
    assert said["probe"]["latency"] > 0
    assert said["latency"]["count"] == 1
    assert said["traffic"]["pipelines"] == 1
    assert said["traffic"]["data_processed"] is None
    assert said["traffic"]["missing"] == "The API exposes no metrics yet."
    assert said["history"] == {"kept": True, "backend": "sqlite", "reason": None, "since": said["checked_at"]}
    assert said["alerts"] == []
    assert said["incidents"] == {"open": None, "count_90d": 0}


def test_wrong_answers_are_down_and_the_goldens_are_named(client_of, api):
    """Although every call was answered with 200."""
    api.models[0] = WRONG
    said = client_of(api).get("/api/status").get_json()
    assert said["state"] == "down"
    assert "1 of 3 goldens of math-score 1" in said["reason"]
    assert "66.02 expected, 1.5 received" in said["reason"]
    assert said["incidents"]["open"]["reasons"] == [said["reason"]]


def test_another_bundle_under_a_known_version_is_down(client_of, api):
    """Although every answer is right."""
    client = client_of(api)
    api.models[0] = FakeModel(sha256=OTHER_SHA)
    said = client.get("/api/status").get_json()
    assert said["state"] == "down"
    assert OTHER_SHA[:8] in said["reason"]


def test_what_was_seen_first_is_expected_from_then_on(client_of):
    """A model that goldens.json does not know is pinned, over restarts, by what its first card said."""
    with FakeApi([FakeModel(name="mine")]) as api:
        client = client_of(api, pins={})
        assert client.get("/api/status").get_json()["goldens"][0]["expected_from"] == "first seen"
        api.models[0] = FakeModel(name="mine", sha256=OTHER_SHA)
        again = client_of(api, pins={}, probe_max_age=0).get("/api/status").get_json()
    assert again["state"] == "down"
    assert OTHER_SHA[:8] in again["reason"]


@pytest.mark.parametrize(("query", "status"), [("", 200), ("?fail=503", 503)])
def test_a_pinger_can_read_the_state_from_the_status_code(client_of, api, query, status):
    """If it asks for that; else the monitor's own health is the code."""
    api.on("/api/health", DOWN)
    api.on("/api/predict", DOWN)
    client = client_of(api)
    assert client.get(f"/api/status{query}").status_code == status
    assert client.get(f"/api/check{query}").status_code == status


def test_an_api_that_is_up_or_degraded_fails_no_pinger(client_of, api):
    """Its answers are right."""
    api.on("/api/health", says_json({"status": "degraded", "default_model": None, "checks": {}}))
    answer = client_of(api).get("/api/status?fail=503")
    assert (answer.status_code, answer.get_json()["state"]) == (200, "degraded")


def test_the_history_lists_every_slot_of_its_window(client):
    """Those of which nothing is known included; the same as CSV."""
    said = client.get("/api/history?window=1h").get_json()
    assert len(said["slots"]) == 12
    assert said["slot_seconds"] == 300
    assert said["slots"][-1]["probes"] == 1
    assert said["latency"]["count"] == 1
    table = list(csv.DictReader(io.StringIO(client.get("/api/history?window=1h&format=csv").text)))
    assert [row["start"] for row in table] == [slot["start"] for slot in said["slots"]]
    assert table[-1]["probes"] == "1"
    assert len(client.get("/api/history").get_json()["slots"]) == 288


def test_incidents_are_listed_with_reason_and_length(client_of, api):
    """A text that a spreadsheet would run as a formula doesn't begin as one."""
    api.on("/api/health", says_json({"status": "degraded", "checks": {"=HYPERLINK(1)": {"state": "broken"}}}))
    client = client_of(api, probe_max_age=0)
    client.get("/api/status")
    (one,) = client.get("/api/incidents").get_json()["incidents"]
    assert (one["state"], one["end"]) == ("degraded", None)
    table = client.get("/api/incidents?format=csv").text
    assert table.startswith("state,start,end,seconds,known_seconds,reasons\r\ndegraded,")


def test_the_five_numbers_are_the_apis_own_traffic(client_of, api):
    """Null where the API does not say; counted between two probes where it does."""
    client = client_of(api, probe_max_age=0)
    five = client.get("/api/metrics?format=json").get_json()
    assert five == {
        "data_processed": None, "throughput": None, "accuracy": None, "latency": None, "pipelines": 1
    }  # fmt: skip
    api.on("/api/metrics", exposed(predictions=1000, calls=10))
    client.get("/api/status")
    api.on("/api/metrics", exposed(predictions=1500, calls=20))
    five = client.get("/api/metrics", headers={"Accept": "application/json"}).get_json()
    assert five["data_processed"] == 1500
    assert five["throughput"] > 0
    assert 0 < five["latency"] <= 0.01


def test_simulated_traffic_is_labelled(client_of, api):
    """On the page among the rows, and in the live view while it goes on."""
    client = client_of(api, probe_max_age=0)
    api.on("/api/metrics", exposed(predictions=1000, calls=10))
    assert client.get("/api/status").get_json()["traffic"]["simulated"] == 0
    assert "simulated request" not in client.get("/").text
    assert client.get("/api/live").get_json()["simulated"] is False
    api.on("/api/metrics", exposed(predictions=1500, calls=20, simulated=1234))
    assert client.get("/api/status").get_json()["traffic"]["simulated"] == 1234
    assert "1234 simulated requests among them" in client.get("/").text
    time.sleep(1.1)  # The age of a live point.
    assert client.get("/api/live").get_json()["simulated"] is True


def exposed(predictions: int, calls: int, simulated: int = 0):
    """Answer with the API's counters."""
    calls_of = 'method="POST",endpoint="/api/predict"'
    text = (
        "# TYPE ml_predictions counter\n"
        f'ml_predictions_total{{model="m",model_version="1",species=""}} {predictions}\n'
        "# TYPE ml_simulated_requests counter\n"
        f"ml_simulated_requests_total {simulated}\n"
        "# TYPE ml_requests counter\n"
        f'ml_requests_total{{{calls_of},status="200"}} {calls}\n'
        "# TYPE ml_request_duration_seconds histogram\n"
        f'ml_request_duration_seconds_bucket{{{calls_of},le="0.01"}} {calls}\n'
        f'ml_request_duration_seconds_bucket{{{calls_of},le="+Inf"}} {calls}\n'
    )
    return lambda exchange: exchange.send(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(text), text.encode())
    )


def test_metrics_are_prometheus_text_for_everybody_else(client):
    """And what varies by Accept says so."""
    answer = client.get("/api/metrics")
    assert answer.headers["Content-Type"].startswith("text/plain; version=")
    assert answer.headers["Vary"] == "Accept"
    assert "probe_success 1.0" in answer.text
    answer = client.get("/api/metrics", headers={"Accept": "application/json"})
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["Vary"] == "Accept"


def test_badges_say_what_is_known(client):
    """As a picture that parses, and as what shields.io reads."""
    picture = client.get("/api/badge/status.svg")
    assert picture.mimetype == "image/svg+xml"
    root = ET.fromstring(picture.data)  # noqa: S314
    assert root.attrib["aria-label"] == "model: up"
    assert client.get("/api/badge/status.json").get_json() == {
        "schemaVersion": 1, "label": "model", "message": "up", "color": "#0b6e99", "cacheSeconds": 60
    }  # fmt: skip
    assert client.get("/api/badge/uptime.json?window=7d").get_json()["label"] == "uptime 7d"
    assert client.get("/api/badge/latency.json").get_json()["message"].endswith(" ms")
    assert client.get("/api/badge/latency.svg").headers["Cache-Control"] == "public, max-age=60"


def test_a_live_point_is_read_once_a_second_and_kept_nowhere(client, api):
    """Whoever asks; it makes no probe."""
    first = client.get("/api/live").get_json()
    assert first["latency"] > 0
    assert first["missing"] == "The API exposes no metrics yet."
    assert client.get("/api/live").get_json() == first
    assert (api.count("/api/metrics"), api.count("/api/predict")) == (1, 0)


@pytest.mark.parametrize("path", PAGES + PLACES)
def test_no_answer_is_cached_but_badges(client, path):
    """A state that is minutes old misleads."""
    kept = "public, max-age=60" if "badge" in path else "no-store"
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == kept
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
def test_the_page_tells_the_state(client, path):
    """In words."""
    answer = client.get(path)
    assert answer.mimetype == "text/html"
    assert "ll 3 goldens of math-score 1 and all 2 of penguins 1 were answered right" in answer.text
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_without_an_api_every_address_says_what_to_set(unconfigured):
    """And none fails but those that have nothing to tell."""
    said = unconfigured.get("/api/status").get_json()
    assert said["state"] == "unconfigured"
    assert "MAIN_API_URL" in said["reason"]
    assert "MAIN_API_URL" in unconfigured.get("/").text
    assert unconfigured.get("/api/status?fail=503").status_code == 503
    assert unconfigured.get("/api/metrics").text.startswith("# HELP ml_monitor_configured")
    assert unconfigured.get("/api/metrics?format=json").get_json()["data_processed"] is None
    assert unconfigured.get("/api/badge/status.json").get_json()["message"] == "unconfigured"
    assert unconfigured.get("/api/badge/uptime.json").get_json()["message"] == "unknown"
    for path in ("/api/history", "/api/incidents", "/api/live"):
        problem = unconfigured.get(path)
        assert problem.mimetype == "application/problem+json"
        assert "MAIN_API_URL" in problem.get_json()["detail"]


def test_on_vercel_without_redis_nothing_is_made_up(client_of, api):
    """The live probe is shown, and how to get history."""
    client = client_of(api, history_path=None, on_vercel=True)
    said = client.get("/api/status").get_json()
    assert said["state"] == "up"
    unknown = ("since", "uptime", "latency", "incidents", "alerts")
    assert {said[name] for name in unknown} == {None}
    assert (said["history"]["kept"], said["history"]["backend"]) == (False, "memory")
    assert "REDIS_URL" in said["history"]["reason"]
    assert client.get("/api/history").status_code == 503
    text = client.get("/api/metrics").text
    assert 'ml_store_info{backend="memory",shared="false"} 1.0' in text
    assert "ml_store_up 0.0" in text
    assert "ml_monitor_uptime_ratio" not in text
    assert "REDIS_URL" in client.get("/").text


@pytest.mark.parametrize(
    "path",
    [
        *("/api/status?fail=404", "/api/history?window=2h", "/api/history?format=xml", "/?window=30d"),
        *("/api/metrics?format=yaml", "/api/badge/uptime.svg?window=1y", "/api/incidents?format="),
    ],
)
def test_a_query_that_can_not_be_is_refused_with_those_that_can(client, path):
    """And the value isn't repeated."""
    problem = client.get(path)
    assert problem.status_code == 400
    assert problem.mimetype == "application/problem+json"
    assert "can be" in problem.get_json()["detail"]


@pytest.mark.parametrize(
    ("path", "status"),
    [("/nothing", 404), ("/api/badge/other.svg", 404), ("/api/badge/status.png", 404), ("//api/status", 404)],
)
def test_other_addresses_are_problems(client, path, status):
    """In the one shape that errors have."""
    problem = client.get(path)
    assert problem.status_code == status
    assert problem.get_json()["status"] == status


def test_nothing_is_written_over_http(client):
    """POST is refused with what is allowed."""
    problem = client.post("/api/status")
    assert problem.status_code == 405
    assert "GET" in problem.headers["Allow"]


@pytest.mark.parametrize(
    ("setting", "path"), [("metrics_token", "/api/metrics"), ("cron_secret", "/api/check")]
)
def test_a_token_guards_its_address(client_of, api, setting, path):
    """Where one is set."""
    client = client_of(api, **{setting: "s3cret"})
    for header in (
        {},
        {"Authorization": "Bearer wrong"},
        {"Authorization": "s3cret"},
        {"Authorization": "é"},
    ):
        refused = client.get(path, headers=header)
        assert refused.status_code == 401
        assert refused.headers["WWW-Authenticate"] == "Bearer"
    assert client.get(path, headers={"Authorization": "Bearer s3cret"}).status_code == 200
    assert client.get("/api/status").status_code == 200


def test_an_open_check_makes_no_more_probes_than_one_in_five_seconds(client_of, api):
    """Nobody turns the monitor against the API."""
    client = client_of(api)
    for _ in range(5):
        assert client.get("/api/check").status_code == 200
    assert api.count("/api/health") == 1


def test_a_check_with_the_secret_probes_each_time(client_of, api):
    """A cron's visit is wished."""
    client = client_of(api, **{"cron_secret": "s3cret"})
    for _ in range(2):
        client.get("/api/check", headers={"Authorization": "Bearer s3cret"})
    assert api.count("/api/health") == 2


def test_what_the_api_says_stays_text(client_of):
    """Markup in its names and reasons is shown, not run."""
    hostile = "<script>alert(1)</script>"
    api = FakeApi([FakeModel(card={"title": hostile})])
    with api:
        api.on("/api/health", says_json({"status": "unhealthy", "checks": {}, "reason": hostile}, 503))
        page = client_of(api).get("/").text
    assert hostile not in page
    assert "&lt;script&gt;" in page


def test_the_chart_library_is_served(client, require_real):
    """With a type that a browser runs, and kept by it for a day."""
    require_real((STATIC / "chart.umd.js").is_file(), "Chart.js was not fetched by npm")
    with client.get("/static/chart.umd.js") as answer:
        assert answer.mimetype == "text/javascript"
        assert answer.headers["Cache-Control"] == "public, max-age=86400"
    assert client.get("/static/chart.LICENSE.md").status_code == 404


def test_it_starts_without_calling_anybody(client_of, api):
    """The first visit is the first probe."""
    client = client_of(api)
    assert client.get("/livez").get_json() == {"status": "alive"}
    assert api.received == []


def test_status_is_json_of_finite_numbers(client):
    """Strict parsers read it."""

    def refuse(constant):
        raise AssertionError(constant)

    json.loads(client.get("/api/status").text, parse_constant=refuse)
