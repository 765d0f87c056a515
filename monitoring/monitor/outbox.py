"""What people still have to be told: one message when an alert fires and one when it is over. Pure.

Messages are written together with the alerts that they tell of, and stay until every channel took them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

from monitor.alerts import Alert
from monitor.times import rfc3339

TABLE = "outbox"
CHANNELS = "channels"
MOST = 100
"""Messages that are kept; of more, the oldest go."""
RETRY = 30.0
"""Seconds after which a channel that failed is tried again."""
Kind = Literal["firing", "resolved"]
Table = Mapping[str, str]
Changed = dict[str, str | None]


@dataclass(frozen=True)
class Message:
    """One change of an alert; `left` are the channels that have not taken it."""

    field: str
    kind: Kind
    at: float
    alert: Alert
    left: tuple[str, ...]


@dataclass(frozen=True)
class Failing:
    """A channel that did not take its last message; times in seconds since the epoch."""

    channel: str
    since: float
    tried: float


def recorded(
    table: Table, before: Sequence[Alert], after: Sequence[Alert], channels: Sequence[str], at: float
) -> Changed:
    """Return the changes of the table that new alerts bring; what no channel waits for any more goes.

    What stays is not written again: whoever sends may have taken it out meanwhile.
    """
    fresh = [_message(at, number, *news, channels) for number, news in enumerate(_news(before, after))]
    stays = [*waiting(table, channels), *(fresh if channels else [])][-MOST:]
    gone = dict.fromkeys(table.keys() - {each.field for each in stays})
    return gone | {each.field: _spelled(each) for each in stays if each in fresh}


def waiting(table: Table, channels: Sequence[str]) -> list[Message]:
    """Return the messages that one of these channels has not taken, oldest first."""
    read = [
        message for message in (_read(field, table[field], channels) for field in sorted(table)) if message
    ]
    return [message for message in read if message.left]


def failing(table: Table, channels: Sequence[str]) -> list[Failing]:
    """Return which of these channels did not take their last message."""
    return [found for found in (_failing(each, table.get(each)) for each in channels) if found]


def due(
    outbox: Table, failures: Table, channels: Sequence[str], now: float, rest: float = RETRY
) -> list[str]:
    """Return the channels that a message waits for, without those that failed less than `rest` ago."""
    resting = {each.channel for each in failing(failures, channels) if 0 <= now - each.tried < rest}
    left = {channel for message in waiting(outbox, channels) for channel in message.left}
    return [channel for channel in channels if channel in left - resting]


def taken(message: Message, channel: str) -> tuple[Message, Changed]:
    """Return the message without a channel that took it, and the change of the table."""
    rest = Message(
        message.field,
        message.kind,
        message.at,
        message.alert,
        tuple(each for each in message.left if each != channel),
    )
    return rest, {message.field: _spelled(rest) if rest.left else None}


def failed(failures: Table, channel: str, at: float) -> Changed:
    """Return the change of the channels' table when one did not take a message."""
    known = _failing(channel, failures.get(channel))
    return {channel: json.dumps({"since": known.since if known else at, "tried": at})}


def title(message: Message) -> str:
    """Return a message's headline."""
    word = "Firing" if message.kind == "firing" else "Resolved"
    return f"{word}: {message.alert['name']} ({message.alert['severity']})"


def body(message: Message, api: str) -> str:
    """Return what a message says: what, since when, and of which API."""
    since = rfc3339(message.alert["since"]) or "an unknown time"
    lines = [message.alert["summary"], f"Since {since}."]
    if message.kind == "resolved":
        lines[1] = f"It lasted from {since} to {rfc3339(message.at) or 'an unknown time'}."
    return "\n".join([*lines, f"API: {api}"])


def _news(before: Sequence[Alert], after: Sequence[Alert]) -> list[tuple[Kind, Alert]]:
    """Return which alerts began to fire and which are over, in that order."""
    fired, fires = _firing(before), _firing(after)
    began = [fires[key] for key in fires if key not in fired]
    ended = [fired[key] for key in fired if key not in fires]
    return [("firing", each) for each in began] + [("resolved", each) for each in ended]


def _firing(alerts: Sequence[Alert]) -> dict[tuple[str, str], Alert]:
    return {(each["name"], each["subject"]): each for each in alerts if each["state"] == "firing"}


def _message(at: float, number: int, kind: Kind, alert: Alert, channels: Sequence[str]) -> Message:
    return Message(f"{at:017.6f} {number:04d}", kind, at, alert, tuple(channels))


def _spelled(message: Message) -> str:
    said = {"kind": message.kind, "at": message.at, "alert": message.alert, "left": message.left}
    return json.dumps(said, separators=(",", ":"))


def _read(field: str, text: str, channels: Sequence[str]) -> Message | None:
    """Return a message with those of its channels that there still are, or None for what is none."""
    try:
        said = json.loads(text)
        alert, kind, at = said["alert"], said["kind"], said["at"]
        left = tuple(each for each in channels if each in said["left"])
        whole = alert.keys() == Alert.__annotations__.keys() and kind in ("firing", "resolved")
        return Message(field, kind, float(at), cast(Alert, alert), left) if whole else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _failing(channel: str, text: str | None) -> Failing | None:
    try:
        said: dict[str, Any] = json.loads(text or "null") or {}
        return Failing(channel, float(said["since"]), float(said["tried"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
