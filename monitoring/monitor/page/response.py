"""The response times of a window: the table that the chart is drawn from."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.page.numerals import counted, seconds
from monitor.page.times import day, parsed, spelled

WINDOWS = {"1h": "1 hour", "24h": "24 hours", "7d": "7 days", "90d": "90 days"}
Slot = Mapping[str, Any]


def response(history: Mapping[str, Any] | None, window: str) -> dict[str, Any]:
    """Return the summary and the rows; a row tells whether nobody looked between it and the one before."""
    windows = [{"name": name, "label": text, "here": name == window} for name, text in WINDOWS.items()]
    if history is None:
        return {"windows": windows, "kept": False, "summary": "", "rows": []}
    return {
        "windows": windows,
        "kept": True,
        "summary": _summary(history["latency"], WINDOWS.get(window, window)),
        "start": spelled(parsed(history["start"])),
        "end": spelled(parsed(history["end"])),
        "rows": _rows(history["slots"], history["slot_seconds"]),
        "slot": _length(history["slot_seconds"]),
    }


def _summary(latency: Mapping[str, Any], window: str) -> str:
    if not latency["count"]:
        return f"No golden call was answered in the last {window}."
    p50, p95, p99 = (seconds(latency[name]) for name in ("p50", "p95", "p99"))
    calls = counted(latency["count"], "golden call")
    return f"Half of {calls} took at most {p50}, 95% at most {p95}, 99% at most {p99}."


def _rows(slots: Sequence[Slot], size: float) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    gap = False
    for slot in slots:
        if slot["probes"]:
            rows.append(_row(slot, size, gap=gap and bool(rows)))
            gap = False
        else:
            gap = gap or not slot["known_seconds"]
    return rows


def _row(slot: Slot, size: float, *, gap: bool) -> dict[str, Any]:
    at = parsed(slot["start"])
    measured = slot["p50"] is not None
    return {
        "iso": spelled(at),
        "text": _text(at, size),
        "p50": slot["p50"],
        "p95": slot["p95"],
        "p50_text": seconds(slot["p50"]) if measured else "none",
        "p95_text": seconds(slot["p95"]) if measured else "none",
        "probes": slot["probes"],
        "failures": slot["failures"],
        "gap": gap,
    }


def _text(at: datetime, size: float) -> str:
    return day(at) if size >= 86_400 else f"{day(at)}, {at:%H:%M} UTC"


def _length(size: float) -> str:
    return {300: "5 minutes", 3600: "hour", 86_400: "day"}.get(int(size), f"{size:g} seconds")
