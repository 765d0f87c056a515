"""The slots of a window and the incidents, as /api/history and /api/incidents tell them."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from monitor import incidents, summary
from monitor.slots import Slot
from monitor.status import Json, incident, percentiles
from monitor.times import rfc3339
from monitor.watch import View

SLOT_COLUMNS = (
    *("start", "known_seconds", "up_seconds", "degraded_seconds", "probes", "failures", "p50", "p95", "p99"),
)
INCIDENT_COLUMNS = ("state", "start", "end", "seconds", "known_seconds", "reasons")
# Where a text begins so, a spreadsheet would run it; in some languages the wide forms count as well, and what
# stands behind a semicolon or in a new line is a cell of its own.
_WIDE = "\uff1d\uff0b\uff0d\uff20"  # = + - @
_FORMULA = re.compile(rf"(?:^|(?<=[;\t\r\n])|(?<=; ))(?=[=+@\t\r\n{_WIDE}-])")


def history(view: View, name: str, valid_for: float) -> Json:
    """Return a window: its uptime, its percentiles, and every slot, oldest first."""
    window = summary.window(view.tables, name, view.now, view.sample, valid_for)
    return {
        "window": name,
        "slot_seconds": window.slot_seconds,
        "start": rfc3339(window.start),
        "end": rfc3339(window.end),
        "uptime": window.uptime,
        "coverage": window.coverage,
        "latency": percentiles(window),
        "slots": [_slot(start, slot) for start, slot in window.slots],
    }


def listed(view: View, valid_for: float) -> list[Json]:
    """Return the incidents, newest first."""
    found = incidents.listed(view.tables["incidents"], view.sample, view.now, valid_for)
    return [incident(one) for one in found]


def as_csv(columns: Sequence[str], rows: Iterable[Json]) -> str:
    """Return rows as a table with a header; a text that a spreadsheet would run gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(row[column]) for column in columns] for row in rows)
    return out.getvalue()


def _slot(start: float, slot: Slot) -> Json:
    return {
        "start": rfc3339(start),
        "known_seconds": slot.known_ms / 1000,
        "up_seconds": slot.up_ms / 1000,
        "degraded_seconds": slot.degraded_ms / 1000,
        "probes": slot.probes,
        "failures": slot.failures,
        **{f"p{q}": summary.percentile(slot.buckets, q / 100) for q in (50, 95, 99)},
    }


def _cell(value: Any) -> Any:
    text = "; ".join(value) if isinstance(value, list) else value
    return _FORMULA.sub("'", text) if isinstance(text, str) else text
