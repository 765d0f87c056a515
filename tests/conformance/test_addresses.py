"""Whose address is limited under the platform's runtime: the one that the platform writes, in no disguise."""

from collections.abc import Callable
from typing import Any

import pytest
import requests

LIMIT = "1/hour"
FORGED = [
    {"X_Forwarded_For": "203.0.113.9"},
    {"x_vercel_forwarded_for": "203.0.113.9"},
    {"X-Vercel_Forwarded-For": "203.0.113.9", "X_Real_IP": "203.0.113.9"},
    {"Forwarded": "for=203.0.113.9", "X-Client-IP": "203.0.113.9", "True-Client-IP": "203.0.113.9"},
    {"Remote_Addr": "203.0.113.9", "Remote-Addr": "203.0.113.9"},
]


@pytest.fixture(scope="module")
def base(deployed: Callable[..., Any]) -> str:
    """Give the address of an API where everybody may call once."""
    return str(deployed("ml-api", RATE_LIMIT=LIMIT).base)


def ask(base: str, caller: str, headers: dict[str, str]) -> int:
    """Return the status of a call that the platform says comes from somewhere."""
    said = {**headers, "X-Forwarded-For": caller}
    return requests.post(f"{base}/api/predict", json={}, headers=said, timeout=10).status_code


@pytest.mark.parametrize("forged", FORGED, ids=lambda headers: next(iter(headers)))
def test_a_header_that_only_looks_like_the_platform_s_changes_nothing(
    base: str, forged: dict[str, str]
) -> None:
    """In a WSGI environment it has the same name."""
    caller = f"8.8.{FORGED.index(forged)}.8"
    assert ask(base, caller, {}) == 422
    assert ask(base, caller, forged) == 429


def test_callers_are_told_apart(base: str) -> None:
    """Each has its own limit, and answers speak of it."""
    assert [ask(base, f"8.8.8.{n}", {}) for n in (1, 2, 1)] == [422, 422, 429]
    answer = requests.post(f"{base}/api/predict", json={}, headers={"X-Forwarded-For": "8.8.8.9"}, timeout=10)
    assert answer.headers["RateLimit-Policy"] == '"1-in-3600s";q=1;w=3600'
