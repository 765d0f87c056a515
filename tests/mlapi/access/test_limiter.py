"""The limiter: what an answer says of limits, and what is refused."""

import pytest

from mlapi.access.limiter import Limiter
from mlapi.access.limits import read_limits
from mlapi.access.windows import MemoryWindows
from mlapi.problems import Refusal


@pytest.fixture
def limiter(clock):
    """Return `limiter(text)`: one that counts in memory."""
    return lambda text: Limiter(read_limits(text), MemoryWindows(), clock)


def test_each_answer_says_what_is_allowed_and_what_remains(limiter):
    """In the words of the draft."""
    limit = limiter("3/minute")
    for remaining in (2, 1, 0):
        headers = dict(limit("a"))
        assert headers["RateLimit-Policy"] == '"3-in-60s";q=3;w=60'
        assert headers["RateLimit"].startswith(f'"3-in-60s";r={remaining};t=')


def test_one_too_many_is_refused_until_the_window_ends(limiter, clock):
    """Then it begins anew; others are not touched."""
    limit = limiter("2/minute")
    limit("a"), limit("a")
    with pytest.raises(Refusal) as refused:
        limit("a")
    wait = int(refused.value.headers["Retry-After"])
    assert (refused.value.status, refused.value.kind) == (429, "rate-limited")
    assert f";r=0;t={wait}" in refused.value.headers["RateLimit"]
    assert 1 <= wait <= 60
    assert limit("b")
    clock.now += wait - 1.5
    with pytest.raises(Refusal):
        limit("a")
    clock.now += 1.5
    assert ";r=1;" in dict(limit("a"))["RateLimit"]


def test_of_several_limits_the_one_that_ends_last_says_when_to_come_back(limiter, clock):
    """Before, it would be refused again."""
    limit = limiter("1/second; 2/hour")
    assert dict(limit("a"))["RateLimit-Policy"] == '"1-in-1s";q=1;w=1, "2-in-3600s";q=2;w=3600'
    with pytest.raises(Refusal) as refused:
        limit("a")
    assert refused.value.headers["Retry-After"] == "1"
    clock.now += 1
    with pytest.raises(Refusal) as refused:
        limit("a")
    assert int(refused.value.headers["Retry-After"]) > 1
    assert "More than 2 calls in 3600 s" in refused.value.detail
