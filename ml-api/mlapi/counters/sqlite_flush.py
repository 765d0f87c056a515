"""What a flush changes in the counters file, within one transaction; and what the file may forget by then."""

import sqlite3

from mlapi.counters import Claim, Flush, Verdict, sqlite_table
from mlapi.counters.wire import to_bytes, to_letters

DAY = 86_400.0
SEQUENCE_SECONDS = DAY
IDS_SECONDS = 40 * DAY
REMEMBER = "INSERT OR REPLACE INTO flushes VALUES (?, ?, ?, ?)"
# Of an instance that is known, and a flush that is new and claims nothing: looking and writing in one.
RENEW = "UPDATE flushes SET sequence = ?, verdicts = '', at = ? WHERE instance = ? AND sequence < ?"


def applied(file: sqlite3.Connection, known: sqlite_table.Known, flush: Flush, now: float) -> str:
    """Apply a flush, unless it was before, and return its verdicts as letters; none for an older one."""
    if not flush.claims and _renewed(file, flush, now):
        sqlite_table.grow(file, known, flush.increments)
        return ""
    letters = _remembered(file, flush)
    return _apply(file, known, flush, now) if letters is None else letters


def _renewed(file: sqlite3.Connection, flush: Flush, now: float) -> bool:
    return bool(file.execute(RENEW, (flush.sequence, now, flush.instance, flush.sequence)).rowcount)


def _remembered(file: sqlite3.Connection, flush: Flush) -> str | None:
    """Return the verdicts of a flush that was applied before, none for an older one; None for a new one."""
    query = "SELECT sequence, verdicts FROM flushes WHERE instance = ?"
    sequence, letters = file.execute(query, (flush.instance,)).fetchone() or (0, "")
    if flush.sequence > sequence:
        return None
    return str(letters) if flush.sequence == sequence else ""


def _apply(file: sqlite3.Connection, known: sqlite_table.Known, flush: Flush, now: float) -> str:
    if flush.sequence == 1:  # Each instance once.
        file.execute("DELETE FROM flushes WHERE at < ?", (now - SEQUENCE_SECONDS,))
    sqlite_table.grow(file, known, flush.increments)
    letters = to_letters([_judge(file, known, claim, now) for claim in flush.claims])
    file.execute(REMEMBER, (flush.instance, flush.sequence, letters, now))
    return letters


def _judge(file: sqlite3.Connection, known: sqlite_table.Known, claim: Claim, now: float) -> Verdict:
    key = (claim.day, to_bytes(claim.id))
    if file.execute("SELECT 1 FROM ids WHERE day = ? AND id = ?", key).fetchone():
        return "repeated"
    found = file.execute("SELECT ids FROM days WHERE day = ?", (claim.day,)).fetchone()
    if (found or (0,))[0] >= claim.most:
        return "full"
    if not found:
        _begin_day(file, claim.day, now)
    file.execute("INSERT INTO ids VALUES (?, ?)", key)
    file.execute("UPDATE days SET ids = ids + 1 WHERE day = ?", (claim.day,))
    sqlite_table.grow(file, known, claim.increments)
    return "counted"


def _begin_day(file: sqlite3.Connection, day: str, now: float) -> None:
    """Note a day's first id, and forget days whose ids can't come again."""
    old = (now - IDS_SECONDS,)
    file.execute("DELETE FROM ids WHERE day IN (SELECT day FROM days WHERE at < ?)", old)
    file.execute("DELETE FROM days WHERE at < ?", old)
    file.execute("INSERT INTO days VALUES (?, 0, ?)", (day, now))
