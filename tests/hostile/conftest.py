"""Both deployments behind their real server, for those who mean harm."""

import json
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from werkzeug.test import Client

from mlapi.app import create_app
from mlapi.settings import ARTIFACTS, Settings
from tests.hostile.serving import ROOT, Served, serve

SECRET = "a-secret-of-the-hostile-tests"  # noqa: S105 - of these tests alone


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve ml-api, which logs what it is sent."""
    env = {"RECEIPT_SECRET": SECRET, "LOG_INPUTS": "1", "API_KEYS": "", "RATE_LIMIT": ""}
    with serve(ROOT / "ml-api", tmp_path_factory.mktemp("hostile-api"), **env) as served:
        yield served


@pytest.fixture(scope="session")
def monitor(api: Served, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Serve the monitor of that API."""
    state = tmp_path_factory.mktemp("hostile-monitor")
    with serve(ROOT / "monitoring", state, MAIN_API_URL=api.url) as served:
        yield served


@pytest.fixture(scope="session", params=["api", "monitor"])
def either(request: pytest.FixtureRequest) -> Served:
    """Give one deployment after the other."""
    served: Served = request.getfixturevalue(request.param)
    return served


@pytest.fixture(scope="session")
def cards() -> dict[str, dict]:
    """Return the newest shipped card of each model."""
    files = sorted(ARTIFACTS.glob("*/*/bundle.json"))
    return {card["name"]: card for card in (json.loads(file.read_bytes()) for file in files)}


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    """Return a client of the API as it ships, with receipts."""
    with TemporaryDirectory() as folder:
        kept = Settings(counters_path=Path(folder) / "api.db", receipt_secret=("a secret of the tests",))
        yield Client(create_app(kept))
