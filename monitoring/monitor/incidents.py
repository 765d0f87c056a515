"""Runs of bad samples, from the first bad one to the first that is not; a gap in watching doesn't end one."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from monitor.sample import Sample
from monitor.slots import milliseconds, spoken
from monitor.times import LATEST

TABLE = "incidents"
BAD = ("down", "degraded")
MOST = 500
MOST_REASONS = 5
LONGEST_REASON = 160  # Five hundred incidents with five such reasons fit into half a megabyte.
KEPT_MS = 400 * 86400 * 1000
LATEST_MS = LATEST * 1000


@dataclass(frozen=True)
class Incident:
    """A run in one bad state; times in seconds since the epoch, `end` is None while it lasts."""

    state: str
    start: float
    end: float | None
    seconds: float
    known_seconds: float  # The part of it that was watched.
    reasons: tuple[str, ...]  # The first few that differ, in order.


@dataclass(frozen=True)
class _Run:
    """An incident as it is kept, in milliseconds."""

    state: str
    start: int
    end: int | None
    known: int
    reasons: tuple[str, ...]


def recorded(
    table: Mapping[str, str], previous: Sample | None, sample: Sample, valid_for: float
) -> dict[str, str | None]:
    """Return what a sample changes: an incident that goes on, ends or begins, and what is dropped for it."""
    if previous and previous["state"] == sample["state"] == "up":
        return {}  # Almost always: nothing is open, and nothing opens.
    runs = _runs(table)
    changed = _after(runs, previous, sample, valid_for)
    after = {**runs, **changed}
    dropped = (table.keys() - runs.keys()) | _too_many(after, sample["at"])
    return {field: _encoded(run) for field, run in changed.items()} | dict.fromkeys(dropped)


def listed(table: Mapping[str, str], last: Sample | None, now: float, valid_for: float) -> list[Incident]:
    """Return the incidents, newest first, with what the last sample still says of an open one."""
    runs = _runs(table)
    past = _past(runs, now)
    newest_first = sorted((field for field in runs if field not in past), reverse=True)
    return [_incident(_watched(runs[field], last, now, valid_for), now) for field in newest_first]


def _after(
    runs: Mapping[str, _Run], previous: Sample | None, sample: Sample, valid_for: float
) -> dict[str, _Run]:
    """Return the incidents that a sample changes."""
    changed = {}
    goes_on = False
    for field, run in runs.items():
        if run.end is None:
            watched = _watched(run, previous, sample["at"], valid_for)
            goes_on = goes_on or run.state == sample["state"]
            changed[field] = (
                _told(watched, sample) if run.state == sample["state"] else _ended(watched, sample)
            )
    if sample["state"] in BAD and not goes_on:
        start = milliseconds(sample["at"])
        while _field(start) in runs:  # One that ended in the millisecond in which it began.
            start += 1
        changed[_field(start)] = _told(_Run(sample["state"], start, None, 0, ()), sample)
    return changed


def _watched(run: _Run, sample: Sample | None, until: float, valid_for: float) -> _Run:
    """Return an open incident with the time of which a sample in its state speaks."""
    if sample is None or run.end is not None or sample["state"] != run.state:
        return run
    start, end = spoken(sample, until, valid_for)
    return replace(run, known=run.known + max(0, end - start))


def _told(run: _Run, sample: Sample) -> _Run:
    reason = sample["reason"]
    reason = reason if len(reason) <= LONGEST_REASON else reason[: LONGEST_REASON - 1] + "…"
    if reason in run.reasons or len(run.reasons) == MOST_REASONS:
        return run
    return replace(run, reasons=(*run.reasons, reason))


def _ended(run: _Run, sample: Sample) -> _Run:
    return replace(run, end=max(run.start, milliseconds(sample["at"])))


def _too_many(runs: Mapping[str, _Run], at: float) -> set[str]:
    """Return the incidents that ended too long ago, and the oldest of the others beyond what is kept."""
    past = _past(runs, at)
    return past | set(sorted(set(runs) - past)[:-MOST])


def _past(runs: Mapping[str, _Run], at: float) -> set[str]:
    oldest = milliseconds(at) - KEPT_MS
    return {field for field, run in runs.items() if run.end is not None and run.end < oldest}


def _incident(run: _Run, now: float) -> Incident:
    end = milliseconds(now) if run.end is None else run.end
    length = max(0, end - run.start)
    return Incident(
        run.state,
        run.start / 1000,
        None if run.end is None else run.end / 1000,
        length / 1000,
        min(run.known, length) / 1000,  # A clock that was stepped back lets time be watched twice.
        run.reasons,
    )


def _field(start: int) -> str:
    return f"{start:014d}"


def _encoded(run: _Run) -> str:
    kept = {"state": run.state, "end": run.end, "known": run.known, "reasons": run.reasons}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


def _runs(table: Mapping[str, str]) -> dict[str, _Run]:
    """Return the incidents that can be understood."""
    found = {field: _decoded(field, text) for field, text in table.items()}
    return {field: run for field, run in found.items() if run}


def _decoded(field: str, text: str) -> _Run | None:
    try:
        kept = json.loads(text)
        end = None if kept["end"] is None else int(kept["end"])
        run = _Run(str(kept["state"]), int(field), end, int(kept["known"]), tuple(map(str, kept["reasons"])))
        return run if all(0 <= each <= LATEST_MS for each in (run.start, end or 0, run.known)) else None
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        return None
