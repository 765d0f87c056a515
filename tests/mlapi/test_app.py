"""The application: plain calls without Flask, all others with it, whoever asks first."""

import json
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import ARTIFACTS, Settings

AT_ONCE = 8
# Eight threads of a fresh process, in which nothing of all this was imported yet.
CHILD = """
import json, sys, threading
from concurrent.futures import ThreadPoolExecutor
from mlapi.app import create_app
from mlapi.settings import Settings

app, paths = create_app(Settings()), json.loads(sys.argv[1])
assert "flask" not in sys.modules
from werkzeug.test import Client
together = threading.Barrier(len(paths))

def ask(path):
    together.wait()
    return Client(app).get(path).status_code

with ThreadPoolExecutor(len(paths)) as pool:
    print(list(pool.map(ask, paths)))
"""


def addresses():
    """Return every address of the API without variables, with a method that it takes."""
    rules = create_app(Settings()).flask.url_map.iter_rules()
    return sorted({(min(rule.methods & {"GET", "POST"}), rule.rule) for rule in rules if not rule.arguments})


def test_eight_threads_of_a_fresh_process_get_their_answers():
    """Though all of them came before anything was imported."""
    paths = ["/livez", "/api/health", "/api/models", "/", "/api/openapi.json", "/api/metrics", "/ping", "/no"]
    command = [sys.executable, "-c", CHILD, json.dumps(paths)]
    child = subprocess.run(command, cwd=ARTIFACTS.parent, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    assert json.loads(child.stdout.splitlines()[-1]) == [200] * 7 + [404]


def test_flask_is_made_once_when_many_ask_at_once():
    """They wait for it, and get the same."""
    app, together = create_app(Settings()), threading.Barrier(AT_ONCE)

    def ask(_):
        together.wait(30)
        return id(app.flask)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert len(set(pool.map(ask, range(AT_ONCE)))) == 1


@pytest.mark.parametrize(("method", "path"), addresses(), ids=lambda value: value)
def test_every_address_answers_when_it_is_the_first_that_is_asked(tmp_path, method, path):
    """In the API's own words and with its own headers."""
    client = Client(create_app(Settings(counters_path=tmp_path / "api.db")))
    answer = client.open(path, method=method)
    expected = (400, 415, 422, 503) if method == "POST" else (200,)
    assert answer.status_code in expected, answer.text
    assert answer.headers["X-Request-Id"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/api//predict", "/api/Predict", "/api/predict/x"])
def test_what_only_looks_like_the_lane_is_refused(student, path):
    """However much."""
    assert Client(create_app(Settings())).post(path, json=student).status_code == 404


@pytest.mark.parametrize("first", ["/api/health", "/api/predict"])
def test_a_process_counts_one_cold_start(counting, student, first):
    """Whichever way is asked first."""
    client = counting()
    for path in (first, "/api/predict", "/api/models"):
        client.open(path, method="POST" if "predict" in path else "GET", json=student)
    text = client.get("/api/metrics").text
    assert "\nml_cold_starts_total 1.0" in text
    assert 'ml_requests_total{endpoint="/api/models",method="GET",status="200"} 1.0' in text
