"""The stores, on a real SQLite file and a real Redis."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.store import Store
from monitor.store.memory import MemoryStore
from tests.conftest import Require
from tests.monitor.history.places import Place
from tests.redis_server import FOUND, MISSING, RedisServer

KINDS = ("sqlite", "redis")


@pytest.fixture
def own_redis(tmp_path: Path, require_real: Require) -> Iterator[RedisServer]:
    """Return a Redis that isn't started yet, and that the test may break."""
    require_real(FOUND, MISSING)
    server = RedisServer(tmp_path)
    yield server
    server.stop()


@pytest.fixture(params=KINDS, ids=KINDS)
def place(request: pytest.FixtureRequest) -> Place:
    """Return an empty place, of every kind in turn."""
    return _place(request, request.param)


@pytest.fixture
def store(place: Place) -> Store:
    """Return a store that keeps, of every kind in turn."""
    return place.open()


@pytest.fixture(params=(*KINDS, "memory"), ids=(*KINDS, "memory"))
def any_store(request: pytest.FixtureRequest) -> Store:
    """Return every kind of store, the one that forgets included."""
    return MemoryStore() if request.param == "memory" else _place(request, request.param).open()


def _place(request: pytest.FixtureRequest, kind: str) -> Place:
    if kind == "redis":
        return Place(kind, request.getfixturevalue("empty_redis").url())
    return Place(kind, str(request.getfixturevalue("tmp_path") / "state" / "history.sqlite"))
