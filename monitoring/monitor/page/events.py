"""What fires now and what went wrong before."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.page.days import watched
from monitor.page.numerals import counted, duration
from monitor.page.times import moment
from monitor.page.words import sentence

MOST_INCIDENTS = 8
MOST_ALERTS = 12
_ORDER = ("critical", "warning", "info")


def alerts(given: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return firing alerts, then pending ones, each by severity; None where they can't be judged."""
    if given is None:
        return None
    speaking = [each for each in given if each["state"] in ("firing", "pending")]
    return [_alert(each) for each in sorted(speaking, key=_weight)[:MOST_ALERTS]]


def more(given: Sequence[Mapping[str, Any]] | None, shown: Sequence[Any] | None) -> int:
    """Return how many are not shown."""
    return len(given or ()) - len(shown or ())


def incidents(given: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return the newest incidents; None where no history is kept."""
    return None if given is None else [_incident(each) for each in given[:MOST_INCIDENTS]]


def told(given: Mapping[str, Any] | None) -> str:
    """Say who is told of alerts, and which channel does not take its messages."""
    if given is None:
        return ""
    if not given["failing"]:
        return f"{counted(given['channels'], 'channel is', 'channels are')} told."
    names = " and ".join(f"channel {each['channel']}" for each in given["failing"])
    do = "does" if len(given["failing"]) == 1 else "do"
    waits = counted(given["waiting"], "message waits", "messages wait")
    return sentence(f"{names} {do} not take messages: {waits} for the next visit")


def _weight(alert: Mapping[str, Any]) -> tuple[bool, int, str]:
    severity = alert["severity"]
    rank = _ORDER.index(severity) if severity in _ORDER else len(_ORDER)
    return (alert["state"] != "firing", rank, alert["name"])


def _alert(each: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: each[key] for key in ("name", "severity", "state")}
    return kept | {"since": moment(each["since"]), "summary": sentence(each["summary"])}


def _incident(each: Mapping[str, Any]) -> dict[str, Any]:
    length, known = each["seconds"], each["known_seconds"]
    return {
        "state": each["state"],
        "start": moment(each["start"]),
        "end": moment(each["end"]),
        "length": duration(length) if length >= 1 else "less than a second",
        "watched": watched(min(1.0, known / length) if length > 0 else 1.0),
        "reasons": [sentence(reason) for reason in each["reasons"]],
    }
