"""Processes that are killed at any moment tear nothing, lose nothing and count nothing twice."""

import random
import subprocess
import time
from pathlib import Path

import pytest

from tests.conftest import Require
from tests.mlapi.counters.child import ACKNOWLEDGED, FAMILIES, THREADS, UNSURE
from tests.mlapi.counters.places import Place
from tests.redis_server import FOUND, MISSING, RedisServer

ENOUGH = 5_000
KILLS = 50
MOST_SECONDS = 0.2
DURABLE = ("--appendonly", "yes", "--appendfsync", "always")


class Crowd:
    """Processes that count, one of which is now and then killed and replaced."""

    def __init__(self, place: Place, size: int, said: Path) -> None:
        self.kills = 0
        self._place, self._said = place, said
        self._running = [self._start() for _ in range(size)]

    def kill_one(self, number: int) -> None:
        """Kill and replace one."""
        self._end(number)
        self._running[number] = self._start()

    def end(self) -> None:
        """Kill all."""
        for number in range(len(self._running)):
            self._end(number)

    def said(self, word: bytes) -> int:
        """Count what all of them said until now."""
        return self._said.read_bytes().count(word)

    def _start(self) -> subprocess.Popen[bytes]:
        with self._said.open("ab") as output:
            return self._place.child("count", output)

    def _end(self, number: int) -> None:
        child = self._running[number]
        assert child.poll() is None, "it must not have ended by itself"
        child.kill()
        child.communicate()
        self.kills += 1


@pytest.fixture
def durable(request: pytest.FixtureRequest, tmp_path: Path, require_real: Require):
    """Return a place that loses nothing that it acknowledged."""
    if request.param == "sqlite":
        yield Place("sqlite", str(tmp_path / "counters.sqlite"), [])
        return
    require_real(FOUND, MISSING)
    server = RedisServer(tmp_path).start(*DURABLE)
    yield Place("redis", server.url(), [])
    server.stop()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("durable", "size"), [("redis", 20), ("sqlite", 4)], ids=["redis", "sqlite"], indirect=["durable"]
)
def test_kills_lose_and_double_nothing(durable, size, tmp_path):
    """Acknowledged <= stored <= acknowledged + unsure + in flight at the kills, for every family."""
    dice = random.Random(7)
    crowd = Crowd(durable, size, tmp_path / "said")
    try:
        deadline = time.monotonic() + 300
        while crowd.said(ACKNOWLEDGED) < ENOUGH or crowd.kills < KILLS:
            assert time.monotonic() < deadline
            time.sleep(dice.uniform(0, MOST_SECONDS))
            crowd.kill_one(dice.randrange(size))
    finally:
        crowd.end()
    acknowledged, unsure = crowd.said(ACKNOWLEDGED), crowd.said(UNSURE)
    assert unsure < acknowledged / 10, "the store must have answered"
    found = durable.open().read()
    durable.close()
    assert acknowledged <= found["requests"] <= acknowledged + unsure + THREADS * crowd.kills
    assert {field: found[field] for field in FAMILIES} == {
        field: amount * found["requests"] for field, amount in FAMILIES.items()
    }
