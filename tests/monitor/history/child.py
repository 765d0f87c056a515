"""What the stores' tests do in processes of their own: `child.py KIND PLACE TASK ARGUMENTS`."""

import json
import os
import sys
import time

from monitor import slots
from monitor.store import Store
from tests.monitor.history.places import Place
from tests.monitor.samples import sample

ACKNOWLEDGED = b"x"
STEP = 5.0
VALID_FOR = 600.0
STATES = ("up", "up", "down", "degraded")
TABLES = ("last", *map(slots.table_name, slots.SIZES))


def race(store: Store, start: str) -> None:
    """Wait for a moment, then try to get the lease; say whether it was got."""
    time.sleep(max(0.0, float(start) - time.time()))
    print("won" if store.acquire("race", 30) else "lost")


def hold(store: Store, seconds: str) -> None:
    """Get the lease, say so, and commit when told to go on; say how that went."""
    lease = store.acquire("probe", float(seconds))
    assert lease
    os.write(1, ACKNOWLEDGED)
    time.sleep(float(seconds) / 4)
    print("committed" if store.commit(lease, {"a": {"by": "frozen"}}) else "refused")


def flip(store: Store, rounds: str) -> None:
    """Write two tables, always alike, and some fields that come and go."""
    for number in range(int(rounds)):
        lease = store.acquire("flip", 30)
        assert lease
        text = str(number) * 50
        gone = None if number % 2 else text
        assert store.commit(lease, {"left": {"n": text, "m": gone}, "right": {"n": text, "m": gone}})


def count(store: Store) -> None:
    """Record samples as fast as possible, for ever, and acknowledge each commit by a byte."""
    while True:
        lease = store.acquire("probe", 0.05)
        if lease is None:
            time.sleep(0.005)
            continue
        _, tables = store.read(*TABLES)
        previous = json.loads(tables["last"].get("sample", "null"))
        number = int(tables["last"].get("count", "0"))
        at = previous["at"] + STEP if previous else 1_700_000_000.0
        now = sample(at, state=STATES[number % len(STATES)], latency=0.001 * (1 + number % 50))
        last = {"sample": json.dumps(now), "count": str(number + 1)}
        if store.commit(lease, {**slots.recorded(tables, previous, now, VALID_FOR), "last": last}):
            os.write(1, ACKNOWLEDGED)


TASKS = {task.__name__: task for task in (race, hold, flip, count)}

if __name__ == "__main__":
    kind, at, task, *args = sys.argv[1:]
    TASKS[task](Place(kind, at).open(), *args)
