"""What a flush changes in the counters file, within one transaction; and what the file may forget by then."""

import sqlite3

from mlapi.counters import Claim, Flush, Verdict
from mlapi.counters.sqlite_table import Last, Table
from mlapi.counters.wire import to_bytes, to_letters

DAY = 86_400.0
SEQUENCE_SECONDS = DAY
IDS_SECONDS = 40 * DAY
REMEMBER = "INSERT OR REPLACE INTO flushes VALUES (?, ?, ?, ?)"


def applied(file: sqlite3.Connection, table: Table, flush: Flush, now: float) -> str:
    """Apply a flush, unless it was before, and return its verdicts as letters; none for an older one."""
    table.load(file)
    sequence, letters = _remembered(file, table.last, flush.instance)
    if flush.sequence <= sequence:
        return letters if flush.sequence == sequence else ""
    _make_room(file, table.last, flush, now)
    table.add(file, flush.increments)
    letters = to_letters([_judge(file, table, claim, now) for claim in flush.claims])
    table.write(file, Last(flush.instance, flush.sequence, letters, now))
    return letters


def _remembered(file: sqlite3.Connection, last: Last, instance: str) -> tuple[int, str]:
    """Return the newest flush of an instance, and its verdicts."""
    if last.instance == instance:
        return last.sequence, last.verdicts
    query = "SELECT sequence, verdicts FROM flushes WHERE instance = ?"
    return file.execute(query, (instance,)).fetchone() or (0, "")


def _make_room(file: sqlite3.Connection, last: Last, flush: Flush, now: float) -> None:
    """Note the last flush among the others where another instance writes the next, and forget old ones."""
    if last.instance not in ("", flush.instance):
        file.execute(REMEMBER, (last.instance, last.sequence, last.verdicts, last.at))
    if flush.sequence == 1:  # Each instance once.
        file.execute("DELETE FROM flushes WHERE at < ?", (now - SEQUENCE_SECONDS,))


def _judge(file: sqlite3.Connection, table: Table, claim: Claim, now: float) -> Verdict:
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
    table.add(file, claim.increments)
    return "counted"


def _begin_day(file: sqlite3.Connection, day: str, now: float) -> None:
    """Note a day's first id, and forget days whose ids can't come again."""
    old = (now - IDS_SECONDS,)
    file.execute("DELETE FROM ids WHERE day IN (SELECT day FROM days WHERE at < ?)", old)
    file.execute("DELETE FROM days WHERE at < ?", old)
    file.execute("INSERT INTO days VALUES (?, 0, ?)", (day, now))
