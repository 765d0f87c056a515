"""The monitoring deployment, alone, under the platform's runtime."""

from collections.abc import Callable
from typing import Any

import pytest
import requests


@pytest.fixture(scope="module")
def base(deployed: Callable[..., Any]) -> str:
    """Serve monitoring; gives its address."""
    return str(deployed("monitoring", MAIN_API_URL="https://api.invalid").base)


def test_status_answers(base: str) -> None:
    """The state is a word of the documented list."""
    answer = requests.get(f"{base}/api/status", timeout=10)
    assert answer.status_code == 200
    assert answer.json()["state"] in {"up", "degraded", "down", "unknown", "unconfigured"}


@pytest.mark.parametrize(("path", "kind"), [("/", "text/html"), ("/livez", "application/json")])
def test_every_address_answers(base: str, path: str, kind: str) -> None:
    """The page and the liveness probe answer in their own type."""
    answer = requests.get(base + path, timeout=10)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith(kind)
