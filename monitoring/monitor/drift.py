"""Windows of at least 200 rows, one after the other, in which each input is held against training. Pure.

A window opens with a probe and closes with the first that finds enough new rows: nobody peeks before. What is
kept between two probes are the counters at its opening, and the verdicts of the last one that closed.

A feature has drifted when, of two windows running, one is over its threshold and the other at least confirms
it; it stays so while windows confirm it. Of shifts by half a deviation, being over twice would miss one in 15
within 400 rows, and this misses one in 400; of 10,000 clean windows, 5 end so.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, NamedTuple, TypedDict

from monitor import psi, shapes
from monitor.counted import Bins, Counted, Key, spelled

TABLE = "drift"
ROWS = 200
"""New rows after which a window closes."""
FEW = 150
"""Rows below which a first window is not enough data."""
MOST_MODELS = 20
MOST_TEXT = 60_000
FORGOTTEN = 30 * 86_400.0
"""Seconds after which a model that is not seen any more is forgotten."""
_LARGEST = 2**63


@dataclass(frozen=True)
class Row:
    """A feature in the last window that closed; `windows` counts those running that say it moved."""

    model: str
    version: str
    feature: str
    psi: float
    threshold: float
    rows: int
    windows: int
    drifted: bool


class _Feature(NamedTuple):
    name: str
    psi: float
    threshold: float
    windows: int  # Running that are over the threshold, or confirm it.
    alarmed: bool  # This one is over, or it has drifted already.
    drifted: bool


class _Last(TypedDict):
    rows: int
    features: list[_Feature]


class _Kept(TypedDict):
    seen: float
    layout: str  # Of the bins: with others, nothing can be subtracted.
    rows: int  # Counters at the opening.
    counts: list[int]
    new: int  # Rows since then.
    last: _Last | None


def recorded(table: Mapping[str, str], counted: Mapping[Key, Counted], at: float) -> dict[str, str | None]:
    """Return the changes of the table that a probe's counters bring."""
    found = {field: kept for field, kept in ((field, _read(text)) for field, text in table.items()) if kept}
    fresh = {
        spelled(key): _stepped(found.get(spelled(key)), each, at)
        for key, each in list(counted.items())[:MOST_MODELS]
        if each.bins.keys() & each.baseline.keys()
    }
    kept = {**_remembered(found, at, MOST_MODELS - len(fresh.keys() - found.keys())), **fresh}
    texts = {field: json.dumps(each, separators=(",", ":")) for field, each in kept.items()}
    return dict.fromkeys(table) | {field: text for field, text in texts.items() if len(text) <= MOST_TEXT}


def listed(table: Mapping[str, str], keys: Collection[Key]) -> list[Row]:
    """Return the features of these models as the last windows had them, the worst first."""
    return sorted(_rows(table, keys), key=lambda row: (not row.drifted, row.threshold - row.psi))


def waiting(table: Mapping[str, str], key: Key) -> int | None:
    """Return how many rows a model's first window has; None when one closed, or none is open."""
    kept = _read(table.get(spelled(key), ""))
    return kept["new"] if kept and kept["last"] is None else None


def _rows(table: Mapping[str, str], keys: Iterable[Key]) -> Iterator[Row]:
    for key in keys:
        kept = _read(table.get(spelled(key), ""))
        if kept and kept["last"]:
            for one in kept["last"]["features"]:
                rows = kept["last"]["rows"]
                yield Row(*key, one.name, one.psi, one.threshold, rows, one.windows, one.drifted)


def _remembered(found: Mapping[str, _Kept], at: float, room: int) -> dict[str, _Kept]:
    recent = [field for field in found if abs(at - found[field]["seen"]) <= FORGOTTEN]
    recent.sort(key=lambda field: abs(at - found[field]["seen"]))
    return {field: found[field] for field in recent[: max(0, room)]}


def _stepped(before: _Kept | None, counted: Counted, at: float) -> _Kept:
    """Return what is kept after a probe: the window goes on, closes, or is discarded and opens anew."""
    baseline = {name: counted.baseline[name] for name in counted.baseline if name in counted.bins}
    counts = _flat(baseline, counted.bins)
    opened = _Kept(seen=at, layout=_layout(baseline), rows=counted.rows, counts=counts, new=0, last=None)
    if before is None or before["layout"] != opened["layout"] or len(before["counts"]) != len(counts):
        return opened
    opened["last"] = before["last"]
    grown = [now - then for now, then in zip(counts, before["counts"], strict=True)]
    new = counted.rows - before["rows"]
    if new < before["new"] or min(grown) < 0:
        return opened
    if new < ROWS:
        return {**before, "seen": at, "new": new}
    opened["last"] = _closed(before["last"], baseline, _unflat(baseline, grown), new)
    return opened


def _closed(last: _Last | None, baseline: Bins, live: Bins, rows: int) -> _Last:
    before = {one.name: one for one in last["features"]} if last else {}
    found = psi.judged(baseline, live).items()
    return {"rows": rows, "features": [_feature(before.get(name), name, one) for name, one in found]}


def _feature(before: _Feature | None, name: str, one: psi.Judged) -> _Feature:
    running = before.windows if before else 0
    drifted = one.near and running > 0 and (one.over or (before is not None and before.alarmed))
    return _Feature(
        name=name,
        psi=round(one.psi, 6),
        threshold=round(one.threshold, 6),
        windows=running + 1 if one.near else 0,
        alarmed=one.over or drifted,
        drifted=drifted,
    )


def _flat(baseline: Bins, live: Bins) -> list[int]:
    return [live[name].get(label, 0) for name, bins in baseline.items() for label in bins]


def _unflat(baseline: Bins, counts: Iterable[int]) -> Bins:
    each = iter(counts)
    return {name: {label: next(each) for label in bins} for name, bins in baseline.items()}


def _layout(baseline: Bins) -> str:
    return sha256(json.dumps(baseline).encode()).hexdigest()[:16]


def _read(text: str) -> _Kept | None:
    """Return what a text of the table says, or None: another release wrote it, or it is damaged."""
    try:
        found = shapes.an_object(json.loads(text), "")
        last = shapes.nullable(_read_last, found.get("last"), "last")
        kept = _Kept(
            seen=shapes.number(found.get("seen"), "seen"),
            layout=shapes.text(found.get("layout"), "layout"),
            rows=_count(found.get("rows")),
            counts=[_count(each) for each in shapes.a_list(found.get("counts"), "counts", MOST_TEXT)],
            new=_count(found.get("new")),
            last=last,
        )
    except (ValueError, RecursionError):
        return None
    return kept


def _read_last(value: Any, at: str) -> _Last:
    found = shapes.an_object(value, at)
    features = shapes.a_list(found.get("features"), at, MOST_TEXT)
    return {"rows": _count(found.get("rows")), "features": [_read_feature(each, at) for each in features]}


def _read_feature(value: Any, at: str) -> _Feature:
    each = shapes.a_list(value, at, len(_Feature._fields))
    if len(each) != len(_Feature._fields):
        raise shapes.WrongShape(at, "a feature")
    name, found, threshold, windows, alarmed, drifted = each
    return _Feature(
        shapes.text(name, at),
        shapes.amount(found, at),
        shapes.amount(threshold, at),
        _count(windows),
        shapes.flag(alarmed, at),
        shapes.flag(drifted, at),
    )


def _count(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < _LARGEST:
        raise shapes.WrongShape("a count", "a whole number")
    return value
