"""The history file: opened for one call, made when it is missing, and refused when it isn't ours."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from monitor.store import StoreError, sqlite_aside

VERSION = 1
APPLICATION = 0x54414E44  # "TAND": another program's file is refused, never written to.
BUSY_SECONDS = 0.4
SCHEMA = (
    # With rowids: without them each value above a kilobyte would take a page of its own beside its row.
    "CREATE TABLE kept (target TEXT, name TEXT, field BLOB, value BLOB NOT NULL,"
    " PRIMARY KEY (target, name, field))",
    # `given` and `seconds`, not an end: a clock that was stepped back shows as a lease from the future.
    "CREATE TABLE leases (target TEXT, name TEXT, token INTEGER NOT NULL, given REAL NOT NULL,"
    " seconds REAL NOT NULL, PRIMARY KEY (target, name)) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
)
# One statement, so that it is one moment that it sees.
MARKS = (
    "SELECT application_id, user_version, (SELECT count(*) FROM sqlite_master)"
    " FROM pragma_application_id, pragma_user_version"
)
BUSY = "the history file is kept locked"
SAYS = {
    sqlite3.SQLITE_BUSY: BUSY,
    sqlite3.SQLITE_LOCKED: BUSY,
    sqlite3.SQLITE_FULL: "the disk of the history file is full",
    sqlite3.SQLITE_READONLY: "the history file can't be written",
    sqlite3.SQLITE_PERM: "the history file can't be opened",
    sqlite3.SQLITE_CANTOPEN: "the history file can't be opened",
    sqlite3.SQLITE_IOERR: "the disk of the history file fails",
    sqlite3.SQLITE_CORRUPT: "the history file is damaged",
    sqlite3.SQLITE_NOTADB: "the history file is no SQLite file",
}
FOREIGN = "the history file belongs to another program"
NEWER = "the history file was written by a newer version"


_DAMAGE = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


class Damaged(StoreError):
    """The file is not as SQLite writes one; place: which file that is."""

    def __init__(self, says: str, place: sqlite_aside.Place | None) -> None:
        super().__init__(says)
        self.place = place


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Yield a connection and close it; translate what fails meanwhile. Raises StoreError."""
    place = None
    try:
        with _shared(path):
            place = sqlite_aside.place(path)
            with closing(sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)) as file:
                yield file
    except sqlite3.Error as error:
        raise _translated(error, place) from error
    except OSError as error:
        raise StoreError("the folder of the history file can't be made or opened") from error


@contextmanager
def _shared(path: Path) -> Iterator[None]:
    """Hold off who would put the file aside: nobody writes to one that has been moved."""
    folder = sqlite_aside.open_folder(path)
    try:
        if not sqlite_aside.share(folder, BUSY_SECONDS):
            raise StoreError(BUSY)
        yield
    finally:
        sqlite_aside.leave(folder)
        os.close(folder)


def prepare(file: sqlite3.Connection, path: Path) -> None:
    """Make an empty file ours. Raises StoreError for any other file."""
    # NORMAL: a killed process loses nothing; only a power cut may take the last commits, whole ones.
    file.execute("PRAGMA synchronous = NORMAL")
    if not is_ours(file):
        _create(file)
    if file.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        _switch(file)
    sqlite_aside.mark(path)


def _create(file: sqlite3.Connection) -> None:
    file.execute("BEGIN IMMEDIATE")
    if not is_ours(file):  # Another process may have been quicker.
        for statement in SCHEMA:
            file.execute(statement)
    file.execute("COMMIT")


def _switch(file: sqlite3.Connection) -> None:
    """Let readers and a writer work side by side from now on."""
    try:
        file.execute("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        # Somebody reads just now: the file can be used as it is, and a later call will switch.
        if _code(error) != sqlite3.SQLITE_BUSY:
            raise


def is_ours(file: sqlite3.Connection) -> bool:
    """Tell whether a file has our tables; False for an empty one. Raises StoreError for any other."""
    application, version, tables = file.execute(MARKS).fetchone()
    if application == APPLICATION and version > VERSION:
        raise StoreError(NEWER)
    if application != APPLICATION and (application or tables):
        raise StoreError(FOREIGN)
    return bool(application)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # Without what an extended code adds.


def _translated(error: sqlite3.Error, place: sqlite_aside.Place | None) -> StoreError:
    says = SAYS.get(_code(error), "the history file can't be used")
    return Damaged(says, place) if _code(error) in _DAMAGE else StoreError(says)
