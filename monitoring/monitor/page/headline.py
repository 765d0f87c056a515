"""The state in one sentence, and how fresh it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.page.numerals import counted, duration, seconds
from monitor.page.times import ago, moment, parsed
from monitor.page.words import sentence

_WORDS = {
    "up": "Up",
    "degraded": "Degraded",
    "down": "Down",
    "unknown": "Unknown",
    "unconfigured": "Not set up",
}


def headline(status: Mapping[str, Any], now: datetime | None) -> dict[str, Any]:
    """Return the state's words: `since` is None where no history tells it."""
    since = status["since"]
    lasted = (now - parsed(since)).total_seconds() if since and now else None
    return {
        "state": status["state"],
        "word": _WORDS[status["state"]],
        "reason": sentence(status["reason"]),
        "since": moment(since),
        "lasted": None if lasted is None else duration(lasted),
        "checked": moment(status["checked_at"]),
        "checked_ago": None if status["checked_at"] is None else ago(status["checked_seconds_ago"]),
        "holds": _holds(status),
        "api": status["api"],
        "firing": _firing(status["alerts"]),
        "probe": probe(status["probe"]),
    }


def title(status: Mapping[str, Any]) -> str:
    """Return the document's title: the state first, since a tab shows no more."""
    model = status["model"]
    return f"{_WORDS[status['state']]}: {model['name']}" if model else _WORDS[status["state"]]


def probe(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return what the last probe asked, and what it got."""
    if given is None:
        return None
    return {
        "seconds": seconds(given["seconds"]),
        "tls": moment(given["tls_expires_at"]),
        "checks": [_check(check) for check in given["checks"]],
    }


def _check(check: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": check["name"],
        "seconds": None if check["seconds"] is None else seconds(check["seconds"]),
        "status": check["status"],
        "fault": sentence(check["fault"]["says"]) if check["fault"] else None,
    }


def _holds(status: Mapping[str, Any]) -> str | None:
    left = status["valid_seconds"]
    return duration(left) if left is not None and left >= 1 else None


def _firing(alerts: list[Mapping[str, Any]] | None) -> str | None:
    firing = sum(alert["state"] == "firing" for alert in alerts or [])
    if not firing:
        return None
    return counted(firing, "alert is firing", "alerts are firing")
