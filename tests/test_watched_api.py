"""Both deployments together, as processes: what the monitor says when the API fails, lies and comes back."""

import shutil
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.monitor.fake_api import FakeApi, after, never_answers, says_json
from tools import local_server
from training.index import read_index
from training.sealed import seal, sha256

ROOT = Path(__file__).resolve().parent.parent
Check = Callable[[dict[str, Any]], bool]


@pytest.fixture
def watching(servers, tmp_path):
    """Give `watching(url, **env)`: a monitor that watches it, whose probes are a second old at most."""

    def watch(url: str, **env: str) -> str:
        kept = {"HISTORY_PATH": str(tmp_path / "monitor.db"), "MAIN_API_URL": url}
        return servers.serve(ROOT / "monitoring", {**kept, "PROBE_MAX_AGE": "1", **env})

    return watch


def status(monitor: str) -> dict[str, Any]:
    """Return what /api/status says."""
    return requests.get(f"{monitor}/api/status", timeout=10).json()


def until(monitor: str, seen: Check) -> dict[str, Any]:
    """Wait, a few probes long, until the status is as expected."""
    deadline = time.monotonic() + 15
    while not seen(said := status(monitor)):
        assert time.monotonic() < deadline, said
        time.sleep(0.2)
    return said


@pytest.mark.slow
def test_an_api_that_stops_is_down_and_one_that_comes_back_has_an_incident(servers, watching):
    """Since when and why, on the page and as JSON; a pinger gets 503 if it asks so."""
    port = local_server.free_port()
    monitor = watching(servers.serve(ROOT / "ml-api", {}, port))
    up = status(monitor)
    assert up["state"] == "up", up
    assert {one["model"] for one in up["goldens"]} == set(read_index(ROOT / "ml-api" / "artifacts"))
    local_server.stop(servers.running[0])
    down = until(monitor, lambda said: said["state"] == "down")
    assert "refused" in down["reason"]
    assert down["since"] >= up["checked_at"]
    page = requests.get(monitor, timeout=10).text
    assert "refused" in page
    assert down["since"] in page
    assert requests.get(f"{monitor}/api/status", timeout=10).status_code == 200
    assert requests.get(f"{monitor}/api/status?fail=503", timeout=10).status_code == 503
    assert "probe_success 0.0" in requests.get(f"{monitor}/api/metrics", timeout=10).text
    servers.serve(ROOT / "ml-api", {}, port)
    until(monitor, lambda said: said["state"] == "up")
    (incident,) = requests.get(f"{monitor}/api/incidents", timeout=10).json()["incidents"]
    assert incident["start"] == down["since"]
    assert incident["end"] > incident["start"]
    assert incident["seconds"] >= 1
    assert "refused" in incident["reasons"][0]


def retitled(artifacts: Path) -> str:
    """Write another bundle in place of math-score 1, with every hash right; return its sha256."""
    card = artifacts / "math-score" / "1" / "bundle.json"
    card.write_text(card.read_text().replace('"title": "', '"title": "Retrained: ', 1))
    bundles = read_index(artifacts)
    bundles["math-score"]["1"] = {"bytes": card.stat().st_size, "sha256": sha256(card.read_bytes())}
    (artifacts / "index.json").write_bytes(seal({"bundles": bundles}))
    return sha256(card.read_bytes())


@pytest.mark.slow
def test_another_bundle_under_a_known_version_is_down(serve_artifacts, watching, tmp_path):
    """The API is well and says so; only the monitor knows that it is not the model that it was."""
    artifacts = tmp_path / "artifacts"
    shutil.copytree(ROOT / "ml-api" / "artifacts", artifacts)
    new = retitled(artifacts)
    api = serve_artifacts(artifacts)
    assert requests.get(f"{api}/api/health", timeout=10).json()["status"] == "healthy"
    said = status(watching(api))
    assert said["state"] == "down"
    assert new[:8] in said["reason"]
    assert "sha256" in said["reason"]


@pytest.mark.slow
def test_an_api_that_has_another_default_is_watched_as_it_is(servers, watching):
    """The monitor asks the API which one that is."""
    said = status(watching(servers.serve(ROOT / "ml-api", {"DEFAULT_MODEL": "penguins"})))
    assert (said["state"], said["model"]["name"]) == ("up", "penguins")


@pytest.mark.slow
def test_two_hundred_first_visits_make_one_probe(watching):
    """Counted at the API, which takes its time."""
    with FakeApi() as api:
        api.on("/api/health", after(0.5, says_json({"status": "healthy", "checks": {}})))
        monitor = watching(api.url, PROBE_MAX_AGE="30")
        gate = threading.Barrier(200)

        def visit(_: int) -> str:
            gate.wait()
            return requests.get(f"{monitor}/api/status", timeout=30).json()["state"]

        with ThreadPoolExecutor(200) as pool:
            states = set(pool.map(visit, range(200)))
        # All saw the same probe: the made-up model is not the one that the monitor knows by this name.
        assert states == {"down"}
        assert api.count("/api/health") == 1


@pytest.mark.slow
def test_the_page_answers_while_the_api_hangs(watching):
    """Within six seconds, and says so."""
    with FakeApi() as api:
        api.on("*", never_answers)
        monitor = watching(api.url)
        began = time.monotonic()
        page = requests.get(monitor, timeout=20)
        took = time.monotonic() - began
    assert page.status_code == 200
    assert "did not answer within" in page.text
    assert took < 6.5
