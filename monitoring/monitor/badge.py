"""Badges: a label and a message, as SVG and as the JSON that shields.io reads."""

from dataclasses import dataclass
from html import escape
from typing import Any

from monitor.status import Json

# Average widths of Verdana at 11 px, by kind of character: a badge has no way to measure its text.
NARROW, WIDE, USUAL = 4.2, 10.0, 6.9
COLOURS = {"good": "#0b6e99", "fair": "#b35c00", "bad": "#b3261e", "unknown": "#5f6770"}
STATES = {"up": "good", "degraded": "fair", "down": "bad"}


@dataclass(frozen=True)
class Badge:
    """What a badge says, and how good that is: good, fair, bad or unknown."""

    label: str
    message: str
    mood: str


def status(said: Json) -> Badge:
    """Return the badge of the state."""
    return Badge("model", said["state"], STATES.get(said["state"], "unknown"))


def uptime(window: str, history: Json | None) -> Badge:
    """Return the badge of the uptime; it says how much was watched where that is less than most."""
    label = f"uptime {window}"
    if history is None or history["uptime"] is None:
        return Badge(label, "unknown", "unknown")
    ratio = history["uptime"]
    mood = "good" if ratio >= 0.99 else "fair" if ratio >= 0.95 else "bad"
    coverage = share(history["coverage"]) if history["coverage"] >= 0.001 else "under 0.1%"
    watched = "" if history["coverage"] >= 0.9 else f", {coverage} watched"
    return Badge(label, share(ratio) + watched, mood)


def latency(window: str, history: Json | None) -> Badge:
    """Return the badge of the median response time."""
    label = f"response time {window}"
    seconds = history["latency"]["p50"] if history else None
    if seconds is None:
        return Badge(label, "unknown", "unknown")
    mood = "good" if seconds < 0.5 else "fair" if seconds < 1 else "bad"
    return Badge(label, f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s", mood)


def share(ratio: float) -> str:
    """Return a share as a percentage that is never rounded up: 100% means all of it."""
    hundredths = int(ratio * 10_000 + 1e-6)
    return f"{hundredths / 100:g}%"


def as_json(badge: Badge) -> dict[str, Any]:
    """Return what a shields.io endpoint badge reads."""
    said = {"schemaVersion": 1, "label": badge.label, "message": badge.message, "color": COLOURS[badge.mood]}
    return said | {"cacheSeconds": 60}


def as_svg(badge: Badge) -> str:
    """Return a badge as a picture that tells its text to a screen reader too."""
    left, right = _width(badge.label), _width(badge.message)
    label, message = escape(badge.label), escape(badge.message)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right:g}" height="20" role="img" '
        f'aria-label="{label}: {message}"><title>{label}: {message}</title>'
        f'<clipPath id="r"><rect width="{left + right:g}" height="20" rx="3"/></clipPath>'
        f'<g clip-path="url(#r)"><rect width="{left:g}" height="20" fill="#3b4148"/>'
        f'<rect x="{left:g}" width="{right:g}" height="20" fill="{COLOURS[badge.mood]}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">'
        f"{_text(label, left / 2, left)}{_text(message, left + right / 2, right)}</g></svg>\n"
    )


def _text(text: str, middle: float, width: float) -> str:
    fitted = f'textLength="{width - 12:g}" lengthAdjust="spacingAndGlyphs"'
    return f'<text x="{middle:g}" y="14" {fitted}>{text}</text>'


def _width(text: str) -> float:
    kinds = (NARROW if letter in "filjtr.,:;| '" else WIDE if letter in "mwMW%" else USUAL for letter in text)
    return round(sum(kinds)) + 12
