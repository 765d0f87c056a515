"""The stores on a real SQLite file and a real Redis, and servers that a test may break."""

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from mlapi.counters import Store, StoreError
from tests.conftest import Require
from tests.mlapi.counters.places import Failure, Hand, Place
from tests.redis_server import FOUND, MISSING, RedisServer

KINDS = ("sqlite", "redis")
SOON = 3.0  # Promises of a quarter of a second, on a machine that may be busy.


@pytest.fixture
def own_redis(tmp_path: Path, require_real: Require) -> Iterator[RedisServer]:
    """Return a Redis that isn't started yet, and that the test may break."""
    require_real(FOUND, MISSING)
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture(params=KINDS, ids=KINDS)
def place(request: pytest.FixtureRequest) -> Iterator[Place]:
    """Return an empty place, of every kind in turn."""
    if request.param == "redis":
        address = request.getfixturevalue("empty_redis").url()
    else:
        address = str(request.getfixturevalue("tmp_path") / "state" / "counters.sqlite")
    with closing(Place(request.param, address, [])) as made:
        yield made


@pytest.fixture
def store(place: Place) -> Store:
    """Return a store, of every kind in turn."""
    return place.open()


@pytest.fixture
def hand() -> Hand:
    """Return a clock that the test moves."""
    return Hand()


@pytest.fixture
def failure() -> Failure:
    """Give `failure(call)`: what a call that must fail soon says."""

    def fail(call: Callable[[], object]) -> str:
        start = time.monotonic()
        with pytest.raises(StoreError) as caught:
            call()
        assert time.monotonic() - start < SOON
        return str(caught.value)

    return fail
