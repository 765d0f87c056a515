"""A history of so many full days, as a probe every half minute would have left it.

fill(settings, days=90)      # where a monitor with these settings will look for it
"""

import random
import time
from collections import Counter

from monitor import incidents, slots
from monitor.sample import State
from monitor.service import start, store_of
from monitor.settings import Settings
from monitor.slots import SIZES, Slot, bucket_of, encoded, table_name
from monitor.store import Store, Tables
from monitor.watch import LEASE, LEASE_SECONDS
from tests.monitor.history.apply import changed
from tests.monitor.samples import sample

DAY = 86400
EVERY = 30


def fill(settings: Settings, days: int, bad: int = 50) -> None:
    """Let a monitor probe its API once, and put so many days with so many incidents before that."""
    watched = start(settings).watched
    assert watched, "MAIN_API_URL tells which API to watch"
    assert watched.watch.visit(0.0, wait=True).fault is None
    now = time.time()
    write_tables(store_of(settings, watched.url), {**dense(days, now), **flapping(bad, now)})


def write_tables(store: Store, tables: Tables) -> None:
    """Put tables into a store as they are."""
    lease = store.acquire(LEASE, LEASE_SECONDS)
    assert lease, "somebody else writes"
    assert store.commit(lease, tables)


def dense(days: int, now: float) -> Tables:
    """Return the slots of so many days with a probe every half minute, at latencies of every kind."""
    dice = random.Random(5)
    return {
        table_name(size): {
            str(int(now // seconds) - back): encoded(full(seconds, dice))
            for back in range(min(days * DAY, slots.KEPT[size]) // seconds)
        }
        for size, seconds in SIZES.items()
    }


def full(seconds: int, dice: random.Random) -> Slot:
    """Return a slot that was watched throughout."""
    probes = seconds // EVERY
    failures = sum(dice.random() < 0.01 for _ in range(probes))
    buckets = Counter(bucket_of(dice.lognormvariate(-3, 0.7)) for _ in range(probes - failures))
    watched = seconds * 1000
    return Slot(watched, watched - failures * 30_000, failures * 30_000, probes, failures, dict(buckets))


def flapping(count: int, now: float) -> Tables:
    """Return so many incidents of the last day, each with as many and as long reasons as are kept."""
    return {incidents.TABLE: {k: v for number in range(count) for k, v in eventful(number, now).items()}}


def eventful(number: int, now: float) -> dict[str, str]:
    """Return an incident of whose samples each told another reason."""
    tables: Tables = {}
    previous = None
    for step in range(incidents.MOST_REASONS + 1):
        state: State = "up" if step == incidents.MOST_REASONS else "down"
        at = now - DAY + number * 60 + step
        current = sample(at, state=state, reason=f"{number} {step} " + "x" * 300)
        recorded = incidents.recorded(tables.get(incidents.TABLE, {}), previous, current, 600)
        changed(tables, {incidents.TABLE: recorded})
        previous = current
    return tables[incidents.TABLE]
