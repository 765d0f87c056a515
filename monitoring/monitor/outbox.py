"""What people still have to be told: one message when an alert fires and one when it is over. Pure.

Messages are written together with the alerts that they tell of, and stay until every channel took them.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

from monitor.alerts import Alert
from monitor.times import rfc3339

TABLE = "outbox"
CHANNELS = "channels"
MOST = 100
"""Messages that are kept; of more, the oldest go."""
RETRY = 30.0
"""Seconds after which a channel that failed is tried again; from then on it rests as long as it failed."""
LONGEST = 30
"""Times `RETRY` that a channel rests at most: one that reaches some of its people tells those again."""
MENTIONS = str.maketrans("<>@", "‹›＠")  # noqa: RUF001 - lookalikes, on purpose
"""In a reason that the API gave, these would call a whole room: <!channel>, @everyone."""
Kind = Literal["firing", "resolved"]
Table = Mapping[str, str]
Changed = dict[str, str | None]


@dataclass(frozen=True)
class Message:
    """One change of an alert; `took` are the channels that have it, `left` those of ours that have not.

    What is kept is who took it: a channel whose address was corrected meanwhile gets what waits too.
    """

    field: str
    kind: Kind
    at: float
    alert: Alert
    took: tuple[str, ...]
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
    first = _next(table)
    fresh = [_message(first + n, at, *news, channels) for n, news in enumerate(_news(before, after))]
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
    """Return the channels that a message waits for, without those that failed and rest."""
    failed = failing(failures, channels)
    resting = {each.channel for each in failed if 0 <= now - each.tried < _pause(each, rest)}
    left = {channel for message in waiting(outbox, channels) for channel in message.left}
    return [channel for channel in channels if channel in left - resting]


def taken(message: Message, channel: str) -> tuple[Message, Changed]:
    """Return the message without a channel that took it, and the change of the table."""
    left = tuple(each for each in message.left if each != channel)
    rest = replace(message, took=(*message.took, channel), left=left)
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
    lines = [message.alert["summary"].translate(MENTIONS), f"Since {since}."]
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


def _next(table: Table) -> int:
    """Return a number above those of all messages: a clock that was set back must not change their order."""
    numbers = [field.partition(" ")[0] for field in table]
    return 1 + max((int(each) for each in numbers if re.fullmatch("[0-9]{9}", each)), default=0)


def _message(number: int, at: float, kind: Kind, alert: Alert, channels: Sequence[str]) -> Message:
    return Message(f"{number:09d} {at:.6f}", kind, at, alert, (), tuple(channels))


def _spelled(message: Message) -> str:
    said = {"kind": message.kind, "at": message.at, "alert": message.alert, "took": message.took}
    return json.dumps(said, separators=(",", ":"))


def _read(field: str, text: str, channels: Sequence[str]) -> Message | None:
    """Return a message with the channels that still have to take it, or None for what is none."""
    try:
        said = json.loads(text)
        alert, kind, at = said["alert"], said["kind"], said["at"]
        took = tuple(map(str, said["took"]))
        left = tuple(each for each in channels if each not in took)
        whole = alert.keys() == Alert.__annotations__.keys() and kind in ("firing", "resolved")
        return Message(field, kind, float(at), cast(Alert, alert), took, left) if whole else None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _pause(failing: Failing, rest: float) -> float:
    """Return for how long a channel rests: as long as it has failed, within bounds."""
    return min(max(failing.tried - failing.since, rest), LONGEST * rest)


def _failing(channel: str, text: str | None) -> Failing | None:
    try:
        said: dict[str, Any] = json.loads(text or "null") or {}
        return Failing(channel, float(said["since"]), float(said["tried"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
