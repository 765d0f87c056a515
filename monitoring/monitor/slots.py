"""History as slots of 5 minutes, 1 hour and 1 day that add up, so that any window's numbers can be had.

Times are whole milliseconds: instants are rounded, never differences, so that no time is lost or invented.
"""

import math
import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field, replace
from functools import lru_cache

from monitor.sample import Sample, State

SIZES = {"5m": 300, "1h": 3600, "1d": 86400}
"""Seconds of a slot."""
KEPT = {"5m": 48 * 3600, "1h": 14 * 86400, "1d": 400 * 86400}
"""Seconds after which a slot is removed."""
BOUNDS = (*(0.001 * 2 ** (step / 4) for step in range(55)), math.inf)
"""Upper bounds of the latency buckets in seconds: four to a doubling, from 1 ms to 11.6 s."""

Table = Mapping[str, str]
MOST_TEXTS = 1000
"""More slots than a page reads. Those of the past don't change, so a process decodes each of them once."""
_COUNT = "[0-9]{1,15}"
_SLOT = re.compile(f"{_COUNT}(?: {_COUNT}){{4}}(?: {_COUNT}:{_COUNT})*")


@dataclass(frozen=True)
class Slot:
    """What is known of a stretch of time; `degraded_ms` is part of `up_ms`, which is part of `known_ms`."""

    known_ms: int = 0
    up_ms: int = 0
    degraded_ms: int = 0
    probes: int = 0
    failures: int = 0  # Probes whose state was down.
    buckets: Mapping[int, int] = field(default_factory=dict)  # Position in BOUNDS -> golden calls.


EMPTY = Slot()


def table_name(size: str) -> str:
    """Return where slots of a size are kept."""
    return f"slots-{size}"


def encoded(slot: Slot) -> str:
    """Return a slot as text: five numbers, then position:count of the buckets."""
    numbers = (slot.known_ms, slot.up_ms, slot.degraded_ms, slot.probes, slot.failures)
    pairs = (f"{position}:{count}" for position, count in sorted(slot.buckets.items()))
    return " ".join([*map(str, numbers), *pairs])


@lru_cache(MOST_TEXTS)
def decoded(text: str | None) -> Slot:
    """Return the slot that a text stands for; an empty one for no text, or one that can't be understood."""
    # Checked at once and not word by word: a page decodes hundreds.
    if not text or not _SLOT.fullmatch(text):
        return EMPTY
    known, up, degraded, probes, failures, *rest = map(int, text.replace(":", " ").split(" "))
    buckets = dict(zip(rest[::2], rest[1::2], strict=True))
    if not degraded <= up <= known or failures > probes or max(buckets, default=0) >= len(BOUNDS):
        return EMPTY
    return Slot(known, up, degraded, probes, failures, buckets)


def recorded(
    tables: Mapping[str, Table], previous: Sample | None, sample: Sample, valid_for: float
) -> dict[str, dict[str, str | None]]:
    """Return what a sample changes: the time since the previous one, its own slot, and what is too old."""
    changes = {}
    for size in SIZES:
        table = tables.get(table_name(size), {})
        changed = _encoded(_with_sample(table, size, previous, sample, valid_for))
        changes[table_name(size)] = {
            **changed,
            **_outdated(table.keys() | changed.keys(), size, sample["at"]),
        }
    return changes


def credited(table: Table, size: str, sample: Sample | None, now: float, valid_for: float) -> Table:
    """Return a table of slots with the time of which the last sample speaks until now; writes nothing."""
    return {**table, **_encoded(_with_time(table, size, sample, now, valid_for))}


def bucket_of(latency: float) -> int:
    """Return the position in BOUNDS of the bucket that a latency in seconds falls into."""
    return bisect_left(BOUNDS, latency)


def milliseconds(instant: float) -> int:
    """Return an instant in whole milliseconds."""
    return round(instant * 1000)


def spoken(sample: Sample, until: float, valid_for: float) -> tuple[int, int]:
    """Return from when to when a sample speaks, in ms, at most until then; it may be no time at all."""
    end = min(until, sample["at"] + valid_for)
    return milliseconds(sample["at"]), milliseconds(end)


def _with_sample(
    table: Table, size: str, previous: Sample | None, sample: Sample, valid_for: float
) -> dict[int, Slot]:
    """Return the slots that change, with the time before the sample and the sample itself."""
    changed = _with_time(table, size, previous, sample["at"], valid_for)
    number = int(sample["at"] // SIZES[size])
    changed[number] = _counted(changed.get(number) or decoded(table.get(str(number))), sample)
    return changed


def _with_time(
    table: Table, size: str, sample: Sample | None, until: float, valid_for: float
) -> dict[int, Slot]:
    """Return the slots that change, with the time of which a sample speaks."""
    changed: dict[int, Slot] = {}
    if sample is None:
        return changed
    start, end = spoken(sample, until, valid_for)
    for number, begins, ends in _shares(start, end, SIZES[size] * 1000):
        slot = decoded(table.get(str(number)))
        # No more than has passed of the slot: after a clock was stepped back, time is lived twice.
        room = ends - number * SIZES[size] * 1000 - slot.known_ms
        changed[number] = _longer(slot, max(0, min(ends - begins, room)), sample["state"])
    return changed


def _shares(start: int, end: int, size: int) -> Iterator[tuple[int, int, int]]:
    """Yield the slots that a stretch of time touches, each with the part of it that falls into it."""
    while start < end:
        number = start // size
        ends = min(end, (number + 1) * size)
        yield number, start, ends
        start = ends


def _longer(slot: Slot, time: int, state: State) -> Slot:
    return replace(
        slot,
        known_ms=slot.known_ms + time,
        up_ms=slot.up_ms + (time if state != "down" else 0),
        degraded_ms=slot.degraded_ms + (time if state == "degraded" else 0),
    )


def _counted(slot: Slot, sample: Sample) -> Slot:
    buckets = dict(slot.buckets)
    latency = sample["latency"]
    if latency is not None and math.isfinite(latency):
        position = bucket_of(latency)
        buckets[position] = buckets.get(position, 0) + 1
    failed = int(sample["state"] == "down")
    return replace(slot, probes=slot.probes + 1, failures=slot.failures + failed, buckets=buckets)


def _outdated(fields: Set[str], size: str, at: float) -> dict[str, None]:
    """Return what to remove: slots too old, slots that a clock stepped back will live again, and no slots."""
    length, kept = SIZES[size], KEPT[size]
    newest, latest = int(at // length), int((at + kept) // length)
    good = {str(number) for number in range(int((at - kept) // length) + 1, newest + 1)}
    # The far future is no step back but a clock that isn't set yet, and history must outlive that.
    return dict.fromkeys(field for field in fields - good if not _is_after(field, latest))


def _is_after(field: str, number: int) -> bool:
    return bool(re.fullmatch(_COUNT, field)) and int(field) > number


def _encoded(slots: Mapping[int, Slot]) -> dict[str, str]:
    return {str(number): encoded(slot) for number, slot in slots.items()}
