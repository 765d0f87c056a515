"""The whole monitor, killed at any moment while it probes and writes."""

import os
import random
import subprocess
import sys
import time
from hashlib import sha256
from pathlib import Path

import pytest

from monitor import slots
from monitor.record import last_sample
from monitor.store.sqlite import SqliteStore
from tests.monitor.fake_api import FakeApi
from tests.monitor.killed_child import ACKNOWLEDGED

ROOT = Path(__file__).resolve().parents[2]
KILLS = 100


def killed(url: str, file: Path, target: str, seconds: float) -> int:
    """Let a monitor probe for so long after its first one, kill it, and return how many it acknowledged."""
    env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'monitoring'}"}
    command = [sys.executable, "-m", "tests.monitor.killed_child", url, str(file), target]
    child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE)
    assert child.stdout
    said = child.stdout.read(1)
    time.sleep(seconds)
    child.kill()
    said += child.communicate()[0]
    assert set(said) == set(ACKNOWLEDGED)
    return len(said)


def free_the_lease(file: Path, target: str) -> None:
    """End the lease that a killed monitor left, by looking at it ten seconds later."""
    later = SqliteStore(file, target, clock=lambda: time.time() + 11)
    lease = later.acquire("probe", 10)
    assert lease
    later.release(lease)


@pytest.mark.slow
def test_a_hundred_kills_tear_no_slot_and_count_nothing_twice(tmp_path):
    """Every size of slot tells the same, and what was acknowledged is there."""
    dice = random.Random(3)
    acknowledged = 0
    with FakeApi() as api:
        file, target = tmp_path / "monitor.db", sha256(api.url.encode()).hexdigest()[:12]
        store = SqliteStore(file, target)
        for kills in range(1, KILLS + 1):
            acknowledged += killed(api.url, file, target, dice.uniform(0, 0.1))
            _, tables = store.read("last", *(slots.table_name(size) for size in slots.SIZES))
            assert last_sample(tables)
            sums = set()
            for size in slots.SIZES:
                found = [slots.decoded(text) for text in tables[slots.table_name(size)].values()]
                sums.add((sum(one.probes for one in found), sum(one.known_ms for one in found)))
            ((probes, _known),) = sums
            assert acknowledged <= probes <= acknowledged + kills
            free_the_lease(file, target)
