"""Instants and durations as they are written for programs."""

from datetime import UTC, datetime

LATEST = 253402300799.0
"""The last second of the year 9999, past which no date can be written."""


def rfc3339(seconds: float | None) -> str | None:
    """Return seconds since the epoch as a date and time in UTC, to the second."""
    if seconds is None or not 0 <= seconds <= LATEST:
        return None
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
