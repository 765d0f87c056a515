"""The monitoring deployment under the platform's runtime, watching the API under the same runtime."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
PLACES = {
    "/": "text/html",
    "/api/dashboard": "text/html",
    "/api/status": "application/json",
    "/api/check": "application/json",
    "/api/live": "application/json",
    "/api/metrics": "text/plain",
    "/api/metrics?format=json": "application/json",
    "/api/badge/status.svg": "image/svg+xml",
    "/livez": "application/json",
}


@pytest.fixture(scope="module")
def base(deployed: Callable[..., Any]) -> str:
    """Serve both as on Vercel, where no disk keeps anything; gives the monitor's address."""
    api = deployed("ml-api").base
    return str(deployed("monitoring", MAIN_API_URL=api, VERCEL="1").base)


def test_it_sees_that_the_api_answers_right(base: str) -> None:
    """Every golden of every model, through the front door."""
    said = requests.get(f"{base}/api/status", timeout=10).json()
    assert said["state"] == "up", said["reason"]
    shipped = json.loads((ROOT / "monitoring" / "goldens.json").read_bytes())
    assert {one["model"] for one in said["goldens"]} == set(shipped)
    assert [one["total"] - one["matching"] for one in said["goldens"]] == [0] * len(said["goldens"])


def test_without_redis_it_claims_no_history(base: str) -> None:
    """And says how to get one."""
    said = requests.get(f"{base}/api/status", timeout=10).json()
    assert said["uptime"] is None
    assert "REDIS_URL" in said["history"]["reason"]


@pytest.mark.parametrize(("path", "kind"), PLACES.items(), ids=list(PLACES))
def test_every_address_answers_in_its_own_type(base: str, path: str, kind: str) -> None:
    """Under the platform's own server."""
    answer = requests.get(base + path, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)


def test_with_redis_two_instances_share_what_is_known(deployed: Callable[..., Any], empty_redis: Any) -> None:
    """The second one makes no probe of its own, and both tell the same history."""
    api = deployed("ml-api").base
    first, second = (
        deployed("monitoring", MAIN_API_URL=api, VERCEL="1", REDIS_URL=empty_redis.url()).base
        for _ in range(2)
    )
    said = [requests.get(f"{one}/api/status", timeout=10).json() for one in (first, second)]
    assert [one["state"] for one in said] == ["up", "up"]
    assert said[0]["checked_at"] == said[1]["checked_at"]
    assert said[0]["latency"]["count"] == said[1]["latency"]["count"] == 1
