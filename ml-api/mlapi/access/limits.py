"""RATE_LIMIT as it is written: 600/minute, 10 per second; 1000/5 hours."""

import re
from typing import NamedTuple

SECONDS = {
    "second": 1,
    "minute": 60,
    "hour": 3600,
    "day": 86_400,
    "month": 30 * 86_400,
    "year": 360 * 86_400,
}
MOST = 10**9  # Calls, and seconds: more is no limit.
_SEPARATORS = re.compile("[,;|]")
_LIMIT = re.compile(
    rf"([0-9]{{1,10}})\s*(?:/|per)\s*([0-9]{{1,10}})?\s*({'|'.join(SECONDS)})s?", re.IGNORECASE
)
_OFF = ("0", "off")


class Limit(NamedTuple):
    """So many calls in so many seconds."""

    calls: int
    seconds: int

    @property
    def name(self) -> str:
        """Return how it is called in answers and in keys of a store."""
        return f"{self.calls}-in-{self.seconds}s"


def read_limits(value: str) -> tuple[Limit, ...]:
    """Return the limits that a text names, none for 0 and off. Raises ValueError."""
    if value.strip().lower() in _OFF:
        return ()
    limits = tuple(dict.fromkeys(_read(part) for part in _SEPARATORS.split(value)))
    if not all(1 <= limit.calls <= MOST and 1 <= limit.seconds <= MOST for limit in limits):
        raise ValueError(f"must be limits from 1 to {MOST} calls and seconds, or off")
    return limits


def _read(part: str) -> Limit:
    found = _LIMIT.fullmatch(part.strip())
    if found is None:
        raise ValueError("must be limits like 600/minute, with semicolons between, or off")
    calls, times, unit = found.groups()
    return Limit(int(calls), int(times or 1) * SECONDS[unit.lower()])
