"""The response times of a window: a table for reading, and the points that the chart is drawn from."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any

from monitor.page.numerals import counted, seconds
from monitor.page.times import day, parsed, spelled

WINDOWS = {"1h": "1 hour", "24h": "24 hours", "7d": "7 days", "90d": "90 days"}
MOST_ROWS = 200
"""More than that is no table to read: then it goes by the hour."""
HOUR, DAY = 3600, 86_400
Slot = Mapping[str, Any]


def response(history: Mapping[str, Any] | None, window: str) -> dict[str, Any]:
    """Return the summary, the rows, and the points."""
    windows = [{"name": name, "label": text, "here": name == window} for name, text in WINDOWS.items()]
    if history is None:
        return {"windows": windows, "kept": False, "summary": "", "rows": []}
    slots, size = history["slots"], history["slot_seconds"]
    hourly = len(slots) > MOST_ROWS and size < HOUR
    return {
        "windows": windows,
        "kept": True,
        "summary": _summary(history["latency"], WINDOWS.get(window, window)),
        "start": spelled(parsed(history["start"])),
        "end": spelled(parsed(history["end"])),
        "step": size,
        "points": _points(slots),
        "rows": [_row(slot, size) for slot in (_hours(slots) if hourly else slots) if slot["probes"]],
        "slot": "hour, each with its slowest 5 minutes" if hourly else _length(size),
    }


def _summary(latency: Mapping[str, Any], window: str) -> str:
    last = f"the last {window.removeprefix('1 ')}"
    if not latency["count"]:
        return f"No golden call was answered in {last}."
    p50, p95, p99 = (seconds(latency[name]) for name in ("p50", "p95", "p99"))
    calls = counted(latency["count"], "golden call")
    return f"In {last}, half of {calls} took at most {p50}, 95% at most {p95}, 99% at most {p99}."


def _points(slots: Sequence[Slot]) -> str:
    """Return [which slot, p50, p95, failed probes] of every slot with a probe, in short; nulls end a line."""
    points: list[list[Any]] = []
    for at, slot in enumerate(slots):
        if slot["probes"]:
            points.append([at, _short(slot["p50"]), _short(slot["p95"]), slot["failures"]])
        elif points and not slot["known_seconds"] and points[-1][3] is not None:
            points.append([at, None, None, None])  # Nobody looked: no line leads across.
    return json.dumps(points, separators=(",", ":"))


def _short(length: float | None) -> float | None:
    return None if length is None else float(f"{length:.3g}")


def _hours(slots: Sequence[Slot]) -> list[Slot]:
    """Return slots by the hour: percentiles can't be added up, so each hour has its highest ones."""
    hours = groupby(slots, lambda slot: parsed(slot["start"]).replace(minute=0, second=0))
    return [_hour(at, list(each)) for at, each in hours]


def _hour(at: datetime, slots: list[Slot]) -> Slot:
    sums = {name: sum(slot[name] for slot in slots) for name in ("probes", "failures")}
    highest = {
        name: max((slot[name] for slot in slots if slot[name] is not None), default=None)
        for name in ("p50", "p95")
    }
    return {"start": spelled(at)} | sums | highest


def _row(slot: Slot, size: float) -> dict[str, Any]:
    at = parsed(slot["start"])
    times = {name: "none" if slot[name] is None else seconds(slot[name]) for name in ("p50", "p95")}
    counts = {"probes": slot["probes"], "failures": slot["failures"]}
    iso = None if size >= DAY else spelled(at)  # A day of UTC is none of the visitor's.
    return {"iso": iso, "text": _text(at, size)} | times | counts


def _text(at: datetime, size: float) -> str:
    return day(at) if size >= DAY else f"{day(at)}, {at:%H:%M} UTC"


def _length(size: float) -> str:
    return {300: "5 minutes", HOUR: "hour", DAY: "day (UTC)"}.get(int(size), f"{size:g} seconds")
