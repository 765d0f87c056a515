"""How right the answers of the last seven days were, as true outcomes that were told say it. Pure.

The API counts since counting began; a snapshot a day is kept here, and the last seven days are the difference
to the one of seven days ago.
"""

import json
import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from monitor import shapes
from monitor.counted import Counted, Feedback, Key, spelled

TABLE = "feedback"
DAY = 86_400.0
DAYS = 7
SNAPSHOTS = DAYS + 1
FEWEST = 20
"""Labels below which nothing is said."""
MOST_MODELS = 20
FORGOTTEN = 30 * DAY
_Z = 1.959963984540054  # Of a two-sided 95% interval.
_NONE = Feedback(0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Live:
    """Errors in the target's unit, or the share of right classes with its 95% interval."""

    model: str
    version: str
    labels: int
    mae: float | None = None
    rmse: float | None = None
    accuracy: float | None = None
    low: float | None = None
    high: float | None = None


class _Kept(TypedDict):
    seen: float
    now: Feedback
    days: dict[int, Feedback]  # Day since the epoch -> counters at its first probe, oldest first.


def recorded(table: Mapping[str, str], counted: Mapping[Key, Counted], at: float) -> dict[str, str | None]:
    """Return the changes of the table that a probe's counters bring."""
    found = {field: kept for field, kept in ((field, _read(text)) for field, text in table.items()) if kept}
    fresh = {
        spelled(key): _stepped(found.get(spelled(key)), each.feedback, at)
        for key, each in list(counted.items())[:MOST_MODELS]
        if each.feedback
    }
    recent = sorted(found, key=lambda field: abs(at - found[field]["seen"]))
    room = MOST_MODELS - len(fresh.keys() - found.keys())
    kept = {field: found[field] for field in recent[:room] if abs(at - found[field]["seen"]) <= FORGOTTEN}
    return dict.fromkeys(table) | {field: _spelled(each) for field, each in {**kept, **fresh}.items()}


def listed(table: Mapping[str, str], keys: Collection[Key]) -> list[Live]:
    """Return the live accuracy of these models, as of the last probe that could read the counters."""
    found = ((key, _read(table.get(spelled(key), ""))) for key in keys)
    return [live(key, _last_days(kept)) for key, kept in found if kept]


def live(key: Key, told: Feedback) -> Live:
    """Return what labels say; with too few of them, only how many they are."""
    labels = int(told.count)
    if labels < FEWEST:
        return Live(*key, labels)
    if told.correct is not None:
        return Live(*key, labels, None, None, told.correct / told.count, *wilson(told.correct, told.count))
    if told.absolute is None or told.squared is None:
        return Live(*key, labels)
    return Live(*key, labels, told.absolute / told.count, math.sqrt(told.squared / told.count))


def wilson(right: float, count: float) -> tuple[float, float]:
    """Return the 95% interval of a share (Wilson's score interval)."""
    share, z2 = right / count, _Z * _Z / count
    middle = share + z2 / 2
    spread = _Z * math.sqrt(max(0.0, share * (1 - share)) / count + z2 / (4 * count))
    return max(0.0, (middle - spread) / (1 + z2)), min(1.0, (middle + spread) / (1 + z2))


def _stepped(before: _Kept | None, now: Feedback, at: float) -> _Kept:
    today = int(at // DAY)
    if before is None or _went_back(before["now"], now):
        # What was counted before it is unknown, or gone: all that there is counts.
        return {"seen": at, "now": now, "days": {}}
    days = {day: each for day, each in before["days"].items() if day <= today}
    days.setdefault(today, now)
    return {"seen": at, "now": now, "days": dict(list(days.items())[-SNAPSHOTS:])}


def _went_back(before: Feedback, now: Feedback) -> bool:
    return any(
        new is None or new < old for old, new in zip(_numbers(before), _numbers(now), strict=True) if old
    )


def _last_days(kept: _Kept) -> Feedback:
    """Return the difference to the newest snapshot that is old enough, or all there is."""
    today = int(kept["seen"] // DAY)
    old = [each for day, each in kept["days"].items() if day <= today - DAYS]
    return _difference(old[-1] if old else _NONE, kept["now"])


def _difference(before: Feedback, now: Feedback) -> Feedback:
    pairs = zip(_numbers(before), _numbers(now), strict=True)
    count, *rest = (None if new is None else new - (old or 0.0) for old, new in pairs)
    return Feedback(count or 0.0, *rest)


def _numbers(told: Feedback) -> tuple[float | None, ...]:
    return (told.count, told.absolute, told.squared, told.correct)


def _spelled(kept: _Kept) -> str:
    days = [[day, *_numbers(each)] for day, each in kept["days"].items()]
    return json.dumps({**kept, "now": _numbers(kept["now"]), "days": days}, separators=(",", ":"))


def _read(text: str) -> _Kept | None:
    """Return what a text of the table says, or None: another release wrote it, or it is damaged."""
    try:
        found = shapes.an_object(json.loads(text), "")
        days = [_read_day(each) for each in shapes.a_list(found.get("days"), "days", SNAPSHOTS)]
        return {
            "seen": shapes.number(found.get("seen"), "seen"),
            "now": _read_feedback(found.get("now")),
            "days": dict(sorted(days)),
        }
    except (ValueError, RecursionError):
        return None


def _read_day(value: Any) -> tuple[int, Feedback]:
    day, *numbers = shapes.a_list(value, "days", 5) or [None]
    return int(shapes.amount(day, "days")), _read_feedback(numbers)


def _read_feedback(value: Any) -> Feedback:
    numbers = shapes.a_list(value, "feedback", 4)
    if len(numbers) != 4:
        raise shapes.WrongShape("feedback", "four numbers")
    count, *rest = numbers
    sums = (shapes.nullable(shapes.amount, each, "feedback") for each in rest)
    return Feedback(shapes.amount(count, "feedback"), *sums)
