"""What a cold start imports before its first answer, and what waits until somebody needs it."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from monitor.settings import Settings
from tests.monitor.full_history import fill

FOLDER = Path(__file__).resolve().parents[2] / "monitoring"
PAGES = ("/api/status", "/", "/api/history", "/api/incidents", "/api/badge/uptime.svg", "/livez")
PROBE = "a probe"
# Each with what brings it.
LATER = {
    "requests": PROBE,
    "urllib3": PROBE,
    "monitor.probe.run": PROBE,
    "monitor.probe.live": "/api/live",
    "prometheus_client": "/api/metrics",
    "monitor.metrics": "/api/metrics",
    "apprise": "ALERT_URLS",
    "redis": "REDIS_URL",
}
NEVER = {"yaml", "onnxruntime", "numpy", "pandas", "sklearn", "mlapi", "training"}
CHILD = """
import json, runpy, sys
client = runpy.run_path("api/index.py")["app"].test_client()
for path in sys.argv[1:]:
    answer = client.get(path)
    assert answer.status_code == 200, (path, answer.text)
    answer.close()
print(json.dumps(sorted(sys.modules)))
"""


def fresh(tmp_path: Path, url: str, **other: str) -> dict[str, str]:
    """Return the environment of a monitor whose history tells all that a page shows."""
    history = tmp_path / "monitor.db"
    fill(Settings(main_api_url=url, history_path=history), days=2, bad=3)
    told = {"MAIN_API_URL": url, "PROBE_MAX_AGE": "500", "HISTORY_PATH": str(history)}
    return {**os.environ, "PYTHONPATH": str(FOLDER), **told, **other}


def imported(env: dict[str, str], *paths: str) -> set[str]:
    """Return the modules of a fresh process that answered these addresses."""
    command = [sys.executable, "-c", CHILD, *paths]
    child = subprocess.run(command, cwd=FOLDER, env=env, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    return set(json.loads(child.stdout.splitlines()[-1]))


def test_pages_from_the_store_do_without(api, tmp_path):
    """Neither an HTTP client nor Prometheus's library, and the API isn't asked."""
    env = fresh(tmp_path, api.url)
    asked = len(api.received)
    found = imported(env, *PAGES)
    assert not found & (LATER.keys() | NEVER)
    assert found >= {"flask", "sqlite3", "monitor.page", "monitor.store.sqlite"}
    assert len(api.received) == asked


def test_what_waits_comes_with_what_needs_it(api, tmp_path):
    """Under the very names that the pages do without."""
    env = fresh(tmp_path, api.url)
    assert imported(env, "/api/metrics") >= brought_by("/api/metrics")
    assert imported(env, "/api/live") >= brought_by("/api/live")
    nothing_yet = {"HISTORY_PATH": str(tmp_path / "other.db")}
    assert imported(env | nothing_yet, "/api/status") >= brought_by(PROBE)


def brought_by(cause: str) -> set[str]:
    """Return what a cause brings."""
    return {module for module, brings in LATER.items() if brings == cause}


def test_a_channel_brings_its_library(api, tmp_path):
    """Since an address that it can't use stops the start."""
    assert "apprise" in imported(fresh(tmp_path, api.url, ALERT_URLS="json://127.0.0.1:9/"), "/livez")


def test_redis_comes_where_it_keeps_history_and_sqlite_does_not(empty_redis):
    """One store is enough."""
    told = {"MAIN_API_URL": "http://127.0.0.1:9", "REDIS_URL": empty_redis.url()}
    found = imported({**os.environ, "PYTHONPATH": str(FOLDER), **told}, "/livez")
    assert "redis" in found
    assert not found & {"sqlite3", "monitor.store.sqlite"}


def test_what_never_comes_is_there_to_be_imported():
    """Else its absence would say nothing."""
    assert all(find_spec(module) for module in NEVER)
