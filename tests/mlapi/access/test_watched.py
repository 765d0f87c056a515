"""An API behind a door, watched by a monitor: with its key it is up, and what keeps it out is said."""

from pathlib import Path

import pytest
import requests

from monitor.app import create_app
from monitor.settings import from_env
from tests.mlapi.access.conftest import KEYS, PAIRS
from tests.mlapi.conftest import STUDENT

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.slow


def seen(api: str, tmp_path: Path, **env: str) -> dict:
    """Return the status that a new monitor gives an API."""
    told = {"MAIN_API_URL": api, "HISTORY_PATH": str(tmp_path / "monitor.db")}
    return create_app(from_env({**told, **env})).test_client().get("/api/status").get_json()


@pytest.fixture(scope="module")
def keyed_api(module_servers) -> str:
    """Return the address of an API that asks for keys."""
    return module_servers.serve(ROOT / "ml-api", {"API_KEYS": PAIRS})


def test_a_monitor_with_a_key_finds_the_api_up(keyed_api, tmp_path):
    """Its goldens go through the front door."""
    said = seen(keyed_api, tmp_path, MAIN_API_KEY=KEYS["monitor"])
    assert said["state"] == "up", said


@pytest.mark.parametrize(
    ("env", "reason"),
    [({}, "it asks for a key (401): set MAIN_API_KEY"), ({"MAIN_API_KEY": "x"}, "it refuses the key (401)")],
    ids=["none", "another"],
)
def test_a_monitor_without_says_what_it_lacks(keyed_api, tmp_path, env, reason):
    """Not that the answers are wrong."""
    said = seen(keyed_api, tmp_path, **env)
    assert said["state"] == "down"
    assert reason in said["reason"]


def test_a_flood_does_not_make_the_api_look_down(servers, tmp_path):
    """Known rows have a limit of their own; where that is used up, the monitor says so."""
    api = servers.serve(ROOT / "ml-api", {"RATE_LIMIT": "5/hour"})  # A call for each model.
    statuses = {requests.post(f"{api}/api/predict", json=STUDENT, timeout=10).status_code for _ in range(10)}
    assert statuses == {200, 429}
    assert seen(api, tmp_path)["state"] == "up"
    said = seen(api, tmp_path / "other")
    assert said["state"] == "down"
    assert "it answers 429: too many requests, ask again in" in said["reason"]
