"""Moments: as RFC 3339 for machines, in UTC for people; the browser turns them into local time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.page.numerals import duration

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True)
class Moment:
    """A time element's attribute and text."""

    iso: str
    text: str


def parsed(text: str) -> datetime:
    """Return the time that RFC 3339 text names."""
    return datetime.fromisoformat(text).astimezone(UTC)


def moment(text: str | None) -> Moment | None:
    """Return a time for the page, to the minute."""
    if text is None:
        return None
    at = parsed(text)
    return Moment(spelled(at), f"{day(at)} {at.year}, {at:%H:%M} UTC")


def day(at: datetime) -> str:
    """Return a day and month: 21 Nov."""
    return f"{at.day} {_MONTHS[at.month - 1]}"


def spelled(at: datetime) -> str:
    """Return RFC 3339 in UTC, to the second."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def ago(length: float) -> str:
    """Return how long ago something was."""
    return f"{duration(length)} ago" if length >= 1 else "just now"


def now_of(checked_at: str | None, seconds_ago: float | None) -> datetime | None:
    """Return the monitor's own clock, from when it checked and how long ago that was."""
    if checked_at is None or seconds_ago is None:
        return None
    return parsed(checked_at) + timedelta(seconds=seconds_ago)
