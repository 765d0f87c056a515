"""A writer that is killed at any moment tears nothing and counts nothing twice."""

import random
import subprocess
import time
from collections import Counter

import pytest

from monitor import slots
from monitor.slots import Slot, bucket_of, decoded
from monitor.store import Store
from tests.monitor.history.child import ACKNOWLEDGED, STATES, STEP, TABLES

KILLS = 100
MOST_SECONDS = 0.06


def total(table) -> Slot:
    """Return all slots of a table added up."""
    found = [decoded(text) for text in table.values()]
    buckets: Counter[int] = Counter()
    for slot in found:
        buckets.update(slot.buckets)
    return Slot(
        *(sum(getattr(slot, name) for slot in found) for name in ("known_ms", "up_ms", "degraded_ms")),
        *(sum(getattr(slot, name) for slot in found) for name in ("probes", "failures")),
        dict(buckets),
    )


def expected(count: int) -> Slot:
    """Return what the first samples of the child add up to; the last one's time isn't known yet."""
    states = [STATES[number % len(STATES)] for number in range(count)]
    step = round(STEP * 1000)
    lasted = Counter(states[:-1])
    return Slot(
        lasted.total() * step,
        (lasted.total() - lasted["down"]) * step,
        lasted["degraded"] * step,
        count,
        states.count("down"),
        dict(Counter(bucket_of(0.001 * (1 + number % 50)) for number in range(count))),
    )


def stored(store: Store) -> int:
    """Return how many samples are stored, having checked that every table says so."""
    _, tables = store.read(*TABLES)
    count = int(tables["last"].get("count", "0"))
    for size in slots.SIZES:
        assert total(tables[slots.table_name(size)]) == expected(count)
    return count


def killed(child: subprocess.Popen[bytes], seconds: float) -> int:
    """Kill a child so long after its first commit; return how many it acknowledged."""
    assert child.stdout
    said = child.stdout.read(1)
    time.sleep(seconds)
    child.kill()
    said += child.communicate()[0]
    assert set(said) == set(ACKNOWLEDGED)
    return len(said)


@pytest.mark.slow
def test_a_hundred_kills_lose_and_double_nothing(place):
    """What is stored is what was acknowledged, and at most one more for each kill."""
    dice = random.Random(7)
    store = place.open()
    acknowledged = 0
    for kills in range(1, KILLS + 1):
        acknowledged += killed(place.child("count"), dice.uniform(0, MOST_SECONDS))
        assert acknowledged <= stored(store) <= acknowledged + kills
    assert acknowledged > KILLS * 3 // 2, "too few commits to prove anything"
