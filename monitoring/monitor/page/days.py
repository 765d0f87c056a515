"""The 90 bars, one a day, and uptime in figures."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from monitor.page.numerals import duration, percent, seconds
from monitor.page.times import day, parsed, spelled

TALL = 40.0  # Of a bar, in pixels.
LEAST = 4.0  # A minute of a day must still be seen.
_WINDOWS = {"24h": "24 hours", "7d": "7 days", "30d": "30 days", "90d": "90 days"}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class Piece:
    """A stretch of a bar, from its top."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Day:
    """A bar: where it stands (percent of the width), its pieces, and all of it in words."""

    iso: str
    name: str
    x: float
    width: float
    pieces: list[Piece]
    state: str
    uptime: str
    watched: str
    trouble: str
    p95: str
    says: str


def days(bars: Mapping[str, Any] | None, now: datetime | None) -> list[Day]:
    """Return the bars, oldest first."""
    slots = bars["slots"] if bars else []
    step = 100 / len(slots) if slots else 0
    return [_day(slot, at * step, step, now) for at, slot in enumerate(slots)]


def figures(uptime: Mapping[str, Any] | None) -> list[dict[str, str]]:
    """Return uptime by window, with the share of it that was watched, in words."""
    return (
        [_figure(text, uptime[name]) for name, text in _WINDOWS.items() if name in uptime] if uptime else []
    )


def watched(share: float) -> str:
    """Return a coverage in words."""
    if share >= 1:
        return "watched all the time"
    return f"watched {percent(share, 1)} of the time" if share > 0 else "not watched"


def _figure(window: str, given: Mapping[str, Any]) -> dict[str, str]:
    ratio = given["ratio"]
    down = given["down_seconds"]
    return {
        "window": window,
        "ratio": "not known" if ratio is None else percent(ratio),
        "watched": watched(given["coverage"] or 0),
        "down": f"down {duration(down)}" if down and down >= 1 else "",
    }


def _day(slot: Mapping[str, Any], x: float, step: float, now: datetime | None) -> Day:
    at = parsed(slot["start"])
    known, up = slot["known_seconds"], slot["up_seconds"]
    name = f"{_WEEKDAYS[at.weekday()]} {day(at)}"
    uptime = percent(up / known) + " up" if known else "not known"
    seen = watched(_seen(known, at, now))
    trouble = _trouble(slot)
    p95 = "" if slot["p95"] is None else seconds(slot["p95"])
    words = [uptime, *trouble, seen, *([f"p95 {p95}"] if p95 else [])] if known else [seen]
    return Day(
        iso=spelled(at),
        name=name,
        x=round(x, 3),
        width=round(step * 0.72, 3),
        pieces=_pieces(slot),
        state=_state(slot),
        uptime=uptime,
        watched=seen,
        trouble=", ".join(trouble),
        p95=p95,
        says=f"{name}: {', '.join(words)}",
    )


def _seen(known: float, at: datetime, now: datetime | None) -> float:
    """Return the share of a day that was watched; of today, of what is over of it."""
    passed = min(86_400.0, (now - at).total_seconds()) if now else 86_400.0
    return min(1.0, known / passed) if passed > 0 else 0.0


def _trouble(slot: Mapping[str, Any]) -> list[str]:
    down, degraded = slot["known_seconds"] - slot["up_seconds"], slot["degraded_seconds"]
    # Times are kept to the millisecond; less than one is no outage.
    said = [f"down {_length(down)}"] if down > 0.001 else []
    return [*said, f"degraded {_length(degraded)}"] if degraded > 0.001 else said


def _length(value: float) -> str:
    return duration(value) if value >= 1 else "less than a second"


def _state(slot: Mapping[str, Any]) -> str:
    if not slot["known_seconds"]:
        return "unknown"
    if slot["known_seconds"] - slot["up_seconds"] > 0.001:
        return "down"
    return "degraded" if slot["degraded_seconds"] > 0.001 else "up"


def _pieces(slot: Mapping[str, Any]) -> list[Piece]:
    """Return the known part of a day from the foot up: down, degraded, then up; the rest stays ground."""
    known = slot["known_seconds"]
    if not known:
        return []
    whole = max(LEAST, TALL * min(1.0, known / 86_400))
    down = _height(known - slot["up_seconds"], known, whole)
    degraded = min(_height(slot["degraded_seconds"], known, whole), whole - down)
    sizes = {"down": down, "degraded": degraded, "up": whole - down - degraded}
    pieces, foot = [], TALL
    for kind, height in sizes.items():
        if height > 0:
            foot -= height
            pieces.append(Piece(kind, round(foot, 2), round(height, 2)))
    return pieces


def _height(part: float, known: float, whole: float) -> float:
    return min(whole, max(LEAST, whole * part / known)) if part > 0.001 else 0.0
