"""The counters file: made when it is missing, refused when it isn't ours, and told about in sentences."""

import random
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mlapi.counters import StoreError, sqlite_aside, sqlite_table
from mlapi.counters.sqlite_table import Meddled

T = TypeVar("T")
VERSION = 3
APPLICATION = 0x54414E43  # "TANC": another program's file is refused, never written to.
BUSY_SECONDS = 0.25
RETRY_SECONDS = (0.0001, 0.001)
SCHEMA = (
    *sqlite_table.SCHEMA,
    "CREATE TABLE flushes (instance TEXT PRIMARY KEY, sequence INTEGER NOT NULL, verdicts TEXT NOT NULL,"
    " at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE days (day TEXT PRIMARY KEY, ids INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE ids (day TEXT, id BLOB, PRIMARY KEY (day, id)) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION}",
)
# One statement, so that it is one moment that it sees.
MARKS = (
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
    " FROM pragma_application_id, pragma_user_version"
)
BUSY = "the counters file is kept locked"
SAYS = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: "the disk of the counters file is full",
    sqlite3.SQLITE_READONLY: "the counters file can't be written",
    sqlite3.SQLITE_PERM: "the counters file can't be opened",
    sqlite3.SQLITE_CANTOPEN: "the counters file can't be opened",
    sqlite3.SQLITE_IOERR: "the disk of the counters file fails",
    sqlite3.SQLITE_CORRUPT: "the counters file is damaged",
    sqlite3.SQLITE_NOTADB: "the counters file is no SQLite file",
    sqlite3.SQLITE_CONSTRAINT: str(Meddled()),
}
FOREIGN = "the counters file belongs to another program"
NEWER = "the counters file was written by a newer version"


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CONSTRAINT)


class Damaged(StoreError):
    """The file is not as SQLite writes one."""

    def __init__(self, says: str, place: sqlite_aside.Place | None) -> None:
        super().__init__(says)
        self.place = place


def translated(
    error: sqlite3.Error | OSError | UnicodeDecodeError | Meddled, place: sqlite_aside.Place | None
) -> StoreError:
    """Return a sentence that says what failed; place: which file was in use."""
    if isinstance(error, OSError):
        return StoreError("the folder of the counters file can't be made or opened")
    if isinstance(error, Meddled):
        return Damaged(str(error), place)
    if isinstance(error, UnicodeDecodeError):  # What SQLite says of a damaged schema quotes it.
        return Damaged(SAYS[sqlite3.SQLITE_CORRUPT], place)
    says = SAYS.get(_code(error), "the counters file can't be used")
    return Damaged(says, place) if _code(error) in _DAMAGE else StoreError(says)


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, for any thread, and make an empty one ours. Raises StoreError for any other file."""
    file = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _prepare(file)
        sqlite_aside.mark(path)
        file.execute("PRAGMA busy_timeout = 0")  # From now on `when_free` waits.
    except BaseException:
        file.close()
        raise
    return file


def when_free(use: Callable[[], T]) -> T:
    """Do what may find the file locked and changes nothing then, again and again for a while.

    SQLite's own waiting sleeps ever longer: of four processes that count without a pause, one starves.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return use()
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(random.uniform(*RETRY_SECONDS))  # noqa: S311 - only so that they don't come in step


def execute(file: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Run a statement when the file is free."""
    return when_free(lambda: file.execute(statement))


def _prepare(file: sqlite3.Connection) -> None:
    # NORMAL: a killed process loses nothing; only a power cut may take the last commits, whole ones.
    file.execute("PRAGMA synchronous = NORMAL")
    if _version(file) != VERSION:
        execute(file, "BEGIN IMMEDIATE")
        _make(file, _version(file))  # Asked again: another process may have been quicker.
        file.execute("COMMIT")
    if execute(file, "PRAGMA journal_mode").fetchone() != ("wal",):
        # Two at once: SQLite itself waits for neither.
        execute(file, "PRAGMA journal_mode = WAL")


def _make(file: sqlite3.Connection, version: int) -> None:
    if version == VERSION:
        return
    if version:
        sqlite_table.upgrade(file, version)
    else:
        for statement in SCHEMA:
            file.execute(statement)
    file.execute(f"PRAGMA user_version = {VERSION}")


def _version(file: sqlite3.Connection) -> int:
    """Return the version of our tables; 0 for an empty file. Raises StoreError for any that isn't ours."""
    application, version, tables = execute(file, MARKS).fetchone()
    if application == APPLICATION and version > VERSION:
        raise StoreError(NEWER)
    if application != APPLICATION and (application or tables):
        raise StoreError(FOREIGN)
    return int(version) if application else 0


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # Without what an extended code adds.
