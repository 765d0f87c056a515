"""History is small: all that is ever kept, of a probe every 30 seconds, takes less than a megabyte."""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest
import redis

from monitor import incidents, summary
from tests.monitor.full_history import dense, flapping
from tests.monitor.samples import sample

NOW = 1_800_000_000.0
MEGABYTE = 1_000_000


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
    tables = {**dense(days, NOW), **flapping(bad, NOW)}
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
    tables = {**dense(90, NOW), **flapping(50, NOW)}
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
