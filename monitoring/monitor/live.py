"""One point a second for the live chart: the API's metrics, read once whoever asks, and kept nowhere."""

import json
from collections.abc import Callable
from typing import Any, cast

from monitor import accuracy, record, traffic
from monitor.probe import LiveReading
from monitor.sample import Sample, Traffic
from monitor.store import Store, StoreError
from monitor.store.memory import MemoryStore

TABLE = LEASE = "live"
KEPT = {"at", "traffic", "point"}
MAX_AGE = 1.0
LEASE_SECONDS = 3.0

Point = dict[str, Any]


class Live:
    """Reads the API's metrics for all who look at the live chart."""

    def __init__(self, read: Callable[[], LiveReading], store: Store) -> None:
        self._read = read
        self._store = store
        self._spare = MemoryStore()

    def point(self) -> Point:
        """Return the newest point: `at` in seconds, rows a second, seconds, and what is missing."""
        try:
            return self._point(self._store)
        except StoreError:
            return self._point(self._spare)

    def _point(self, store: Store) -> Point:
        now, tables = store.read(TABLE, record.LAST)
        last = _last(tables[TABLE])
        if last and 0 <= now - last["at"] < MAX_AGE:
            return cast(Point, last["point"])
        lease = store.acquire(LEASE, LEASE_SECONDS)
        if lease is None:
            return cast(Point, last["point"]) if last else _nothing(now)
        reading = self._read()
        point = _between(last, reading, lease.now, record.last_sample(tables))
        kept = {"at": lease.now, "traffic": reading.traffic, "point": point}
        store.commit(lease, {TABLE: {"last": json.dumps(kept)}})
        return point


def _last(table: dict[str, str]) -> dict[str, Any] | None:
    try:
        found = json.loads(table["last"])
    except (KeyError, ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and found.keys() == KEPT else None


def _nothing(now: float) -> Point:
    return {
        "at": now,
        "throughput": None,
        "accuracy": None,
        "mae": None,
        "latency": None,
        "missing": "A first reading is under way.",
        "simulated": False,
    }


def _between(last: dict[str, Any] | None, reading: LiveReading, now: float, sample: Sample | None) -> Point:
    before: Traffic | None = last["traffic"] if last else None
    seconds = now - last["at"] if last else 0.0
    timed = reading.seconds if reading.traffic is None else traffic.median(before, reading.traffic)
    return {
        "at": now,
        "throughput": traffic.throughput(before, reading.traffic, seconds),
        **_right(sample, reading),
        "latency": timed,
        "missing": reading.missing,
        "simulated": traffic.simulated(before, reading.traffic),
    }


def _right(sample: Sample | None, reading: LiveReading) -> dict[str, float | None]:
    """Return what true outcomes say of the default model since counting began, as the last probe names it."""
    models = sample["models"] if sample else []
    default = next(((one["name"], one["version"]) for one in models if one["default"]), None)
    tally = reading.tallies.get(default) if default else None
    told = accuracy.live(default, tally.feedback) if default and tally and tally.feedback else None
    return {"accuracy": told.accuracy if told else None, "mae": told.mae if told else None}
