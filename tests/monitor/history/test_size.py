"""History is small: all that is ever kept, of a probe every 30 seconds, takes less than a megabyte."""

import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest
import redis

from monitor import incidents, slots, summary
from monitor.sample import State
from monitor.slots import SIZES, Slot, bucket_of, encoded, table_name
from monitor.store import Tables
from tests.monitor.history.apply import changed
from tests.monitor.samples import sample

NOW = 1_800_000_000.0
DAY = 86400
EVERY = 30
MEGABYTE = 1_000_000


def dense(days: int) -> Tables:
    """Return the slots of so many days with a probe every half minute, at latencies of every kind."""
    dice = random.Random(5)
    return {
        table_name(size): {
            str(int(NOW // seconds) - back): encoded(full(seconds, dice))
            for back in range(min(days * DAY, slots.KEPT[size]) // seconds)
        }
        for size, seconds in SIZES.items()
    }


def full(seconds: int, dice: random.Random) -> Slot:
    """Return a slot that was watched throughout."""
    probes = seconds // EVERY
    failures = sum(dice.random() < 0.01 for _ in range(probes))
    buckets = Counter(bucket_of(dice.lognormvariate(-3, 0.7)) for _ in range(probes - failures))
    time = seconds * 1000
    return Slot(time, time - failures * 30_000, failures * 30_000, probes, failures, dict(buckets))


def flapping(count: int) -> Tables:
    """Return so many incidents, each with as many and as long reasons as are kept."""
    return {incidents.TABLE: {k: v for number in range(count) for k, v in eventful(number).items()}}


def eventful(number: int) -> dict[str, str]:
    """Return an incident of whose samples each told another reason."""
    tables: Tables = {}
    previous = None
    for step in range(incidents.MOST_REASONS + 1):
        state: State = "up" if step == incidents.MOST_REASONS else "down"
        at = NOW - DAY + number * 60 + step
        current = sample(at, state=state, reason=f"{number} {step} " + "x" * 300)
        recorded = incidents.recorded(tables.get(incidents.TABLE, {}), previous, current, 600)
        changed(tables, {incidents.TABLE: recorded})
        previous = current
    return tables[incidents.TABLE]


def bytes_taken(place) -> int:
    """Return what a place takes: the file after a checkpoint, or the memory of all keys."""
    if place.kind == "sqlite":
        with closing(sqlite3.connect(place.at)) as file:
            file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return Path(place.at).stat().st_size
    with closing(redis.Redis.from_url(place.at)) as client:
        return sum(client.memory_usage(key, samples=0) for key in client.scan_iter())


FULL = {
    "90 days": (90, 50),
    "all that is kept": (400, incidents.MOST),
}


@pytest.mark.parametrize(("days", "bad"), FULL.values(), ids=FULL)
def test_full_history_takes_less_than_a_megabyte(place, record_testsuite_property, days, bad):
    """With incidents that have much to say."""
    tables = {**dense(days), **flapping(bad)}
    store = place.open()
    lease = store.acquire("probe", 30)
    assert lease
    assert store.commit(lease, tables)
    taken = bytes_taken(place)
    print(f"{place.kind}, {days} days: {taken:,} bytes")
    record_testsuite_property(f"bytes of {days} days in {place.kind}", taken)
    assert taken < MEGABYTE


def test_all_windows_of_90_full_days_are_read_without_haste(place, record_testsuite_property):
    """The processor's time of a page is measured, and told; the bound is generous."""
    tables = {**dense(90), **flapping(50)}
    store = place.open()
    lease = store.acquire("probe", 30)
    assert lease
    assert store.commit(lease, tables)
    start = time.process_time()
    _, found = store.read(*tables)
    windows = [summary.window(found, name, NOW, sample(NOW - 10), 600) for name in summary.WINDOWS]
    percentiles = [window.percentile(q) for window in windows for q in (0.5, 0.95, 0.99)]
    listed = incidents.listed(found[incidents.TABLE], sample(NOW - 10), NOW, 600)
    spent = time.process_time() - start
    print(f"{place.kind}: {spent * 1000:.1f} ms")
    record_testsuite_property(f"ms to read and summarise 90 days from {place.kind}", round(spent * 1000, 1))
    assert None not in percentiles
    assert len(listed) == 50
    assert spent < 2
