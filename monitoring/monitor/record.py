"""What a probe changes in the store: everything that is kept is written here, in one commit."""

import json
import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, cast

from monitor import accuracy, alerts, drift, incidents, outbox, pins, slots
from monitor.counted import Counted, Key
from monitor.pins import Pins
from monitor.sample import FORMAT, Sample, keys
from monitor.store import Changes, Tables
from monitor.times import LATEST

LAST = "last"
PINS = "pins"
MOST_PINS = 100
SLOTS = tuple(f"slots-{size}" for size in slots.SIZES)
TABLES = (
    *(LAST, PINS, alerts.TABLE, drift.TABLE, accuracy.TABLE),
    *("incidents", outbox.TABLE, outbox.CHANNELS, *SLOTS),
)


def last_sample(tables: Tables) -> Sample | None:
    """Return the last sample, unless there is none or another release of the monitor wrote it."""
    sample = _object(tables, "sample", Sample.__annotations__.keys())
    return cast(Sample, sample) if sample and sample["format"] == FORMAT else None


def changes(
    tables: Tables,
    sample: Sample,
    *,
    valid_for: float,
    context: alerts.Context,
    first_seen: Pins,
    failures: int,
    counted: Mapping[Key, Counted] | None = None,
    channels: Sequence[str] = (),
) -> Changes:
    """Return all that a sample changes; `tables` must be what the store held under the same lease."""
    previous = last_sample(tables)
    inputs = drift.recorded(tables.get(drift.TABLE, {}), counted or {}, sample["at"])
    outcomes = accuracy.recorded(tables.get(accuracy.TABLE, {}), counted or {}, sample["at"])
    served = keys(sample)
    context = replace(
        context,
        drift=drift.listed(_after(inputs), served),
        live=accuracy.listed(_after(outcomes), served),
    )
    judged = alerts.recorded(tables.get(alerts.TABLE, {}), sample, context)
    before, after = alerts.listed(tables.get(alerts.TABLE, {})), alerts.listed(_after(judged))
    return {
        drift.TABLE: inputs,
        accuracy.TABLE: outcomes,
        **slots.recorded(tables, previous, sample, valid_for),
        "incidents": incidents.recorded(tables.get("incidents", {}), previous, sample, valid_for),
        alerts.TABLE: judged,
        outbox.TABLE: outbox.recorded(tables.get(outbox.TABLE, {}), before, after, channels, sample["at"]),
        PINS: _pinned(tables.get(PINS, {}), first_seen),
        LAST: alone(tables, sample, valid_for) | {"failures": str(write_failures(tables) + failures)},
    }


def alone(tables: Tables, sample: Sample, valid_for: float) -> dict[str, str | None]:
    """Return the changes of the table `last`, which is all that is written where no history is kept."""
    previous = last_sample(tables)
    written: dict[str, str | None] = {
        "sample": json.dumps(sample, separators=(",", ":")),
        "since": repr(_since(tables, previous, sample, valid_for)),
        "first": tables.get(LAST, {}).get("first") or repr(sample["at"]),
    }
    if previous:
        before = {"at": previous["at"], "traffic": previous["traffic"]}
        written["before"] = json.dumps(before, separators=(",", ":"))
    return written


def number(tables: Tables, field: str) -> float | None:
    """Return a number of the table `last`."""
    try:
        found = float(tables[LAST][field])
    except (KeyError, ValueError):
        return None
    return found if math.isfinite(found) else None


def write_failures(tables: Tables) -> int:
    """Return how often the store could not be written, as far as the store was told since."""
    return int(number(tables, "failures") or 0)


def before(tables: Tables) -> dict[str, Any] | None:
    """Return when the sample before the last one was taken, and the API's counters then."""
    return _object(tables, "before", {"at", "traffic"})


def remembered(tables: Tables) -> Pins:
    """Return the answers that were seen first for a model and version."""
    found = {}
    for field, text in tables.get(PINS, {}).items():
        name, _, version = field.partition(" ")
        pin = pins.parsed(text)
        if pin:
            found[name, version] = pin
    return found


def _object(tables: Tables, field: str, keys: Set[str]) -> dict[str, Any] | None:
    """Return an object of the table `last` that has just these keys, among them when it was made."""
    try:
        found = json.loads(tables[LAST][field])
    except (KeyError, ValueError, RecursionError):
        return None
    whole = isinstance(found, dict) and found.keys() == keys and isinstance(found["at"], int | float)
    return found if whole and 0 <= found["at"] <= LATEST else None


def _since(tables: Tables, previous: Sample | None, sample: Sample, valid_for: float) -> float:
    """Return when the state began: a gap ends `up`, since nothing is known of it; an incident goes on."""
    began = number(tables, "since")
    if previous is None or began is None or previous["state"] != sample["state"] or began > sample["at"]:
        return sample["at"]
    watched = sample["at"] - previous["at"] <= valid_for
    return began if watched or sample["state"] != "up" else sample["at"]


def _after(changed: Mapping[str, str | None]) -> dict[str, str]:
    """Return a table after changes that name every field of it."""
    return {field: text for field, text in changed.items() if text is not None}


def _pinned(table: Mapping[str, str], first_seen: Pins) -> dict[str, str | None]:
    room = max(0, MOST_PINS - len(table))
    return {
        f"{name} {version}": pins.spelled(pin) for (name, version), pin in list(first_seen.items())[:room]
    }
