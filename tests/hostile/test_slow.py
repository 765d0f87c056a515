"""Clients that send slowly, or take slowly: the others are answered meanwhile."""

import time
from contextlib import ExitStack, contextmanager

import pytest
import requests

from tests.hostile.asked import row
from tests.hostile.wire import JSON, connected, request

MANY = 100
SOON = 5.0
"""Seconds in which another client is answered; two busy cores."""


@contextmanager
def stuck(base, data, count):
    """Keep connections that said something and say no more."""
    with ExitStack() as stack:
        for _ in range(count):
            stack.enter_context(connected(base)).sendall(data)
        time.sleep(0.5)  # The server has seen them by now.
        yield


def assert_answers(served, path, good):
    """Check that one more client is answered soon."""
    answer = requests.post(f"{served.url}{path}", json=good, timeout=SOON) if good else None
    answer = answer or requests.get(f"{served.url}{path}", timeout=SOON)
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "data",
    [b"", b"GET /li", b"GET /livez HTTP/1.1\r\nHost: a\r\nX-A: b\r\n"],
    ids=["nothing", "half a line", "half a header"],
)
def test_slow_headers_hold_nobody(either, data):
    """A hundred connections that never say what they want."""
    with stuck(either.url, data, MANY):
        assert_answers(either, "/livez", None)


def test_slow_bodies_hold_nobody(api, cards):
    """Callers who say how much they send, and then send nothing."""
    good = row(cards["math-score"])
    data = request("/api/predict", b"{", JSON, length=100)
    with stuck(api.url, data, MANY):
        assert_answers(api, "/livez", None)
        assert_answers(api, "/api/predict", good)
