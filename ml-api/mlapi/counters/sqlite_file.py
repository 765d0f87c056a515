"""The counters file: made when it is missing, refused when it isn't ours, and told about in sentences."""

import random
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlapi.counters import StoreError

VERSION = 1
APPLICATION = 0x54414E43  # "TANC": another program's file is refused, never written to.
BUSY_SECONDS = 0.25
RETRY_SECONDS = (0.0001, 0.001)
SCHEMA = (
    "CREATE TABLE counters (field BLOB PRIMARY KEY,"
    # A sum past 63 bits would turn into a float.
    f" value INTEGER NOT NULL CHECK (typeof(value) = 'integer' AND value < {2**62})) WITHOUT ROWID",
    "CREATE TABLE flushes (instance TEXT PRIMARY KEY, sequence INTEGER NOT NULL, verdicts TEXT NOT NULL,"
    " at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE days (day TEXT PRIMARY KEY, ids INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID",
    "CREATE TABLE ids (day TEXT, id BLOB, PRIMARY KEY (day, id)) WITHOUT ROWID",
    f"PRAGMA application_id = {APPLICATION}",
    f"PRAGMA user_version = {VERSION}",
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
    sqlite3.SQLITE_CONSTRAINT: "a counter in the counters file can't grow that much",
}
FOREIGN = "the counters file belongs to another program"
NEWER = "the counters file was written by a newer version"


@contextmanager
def translated() -> Iterator[None]:
    """Say in a sentence what fails within. Raises StoreError."""
    try:
        yield
    except sqlite3.Error as error:
        raise StoreError(SAYS.get(_code(error), "the counters file can't be used")) from error
    except OSError as error:
        raise StoreError("the folder of the counters file can't be made or opened") from error


def connect(path: Path) -> sqlite3.Connection:
    """Open the file, for any thread, and make an empty one ours. Raises StoreError for any other file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _prepare(file)
        file.execute("PRAGMA busy_timeout = 0")  # From now on `execute` waits.
    except BaseException:
        file.close()
        raise
    return file


def execute(file: sqlite3.Connection, statement: str) -> sqlite3.Cursor:
    """Run what may find the file locked, again and again for a while.

    SQLite's own waiting sleeps ever longer: of four processes that count without a pause, one starves.
    """
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            return file.execute(statement)
        except sqlite3.OperationalError as error:
            if _code(error) != sqlite3.SQLITE_BUSY or time.monotonic() >= deadline:
                raise
        time.sleep(random.uniform(*RETRY_SECONDS))  # noqa: S311 - only so that they don't come in step


def _prepare(file: sqlite3.Connection) -> None:
    # NORMAL: a killed process loses nothing; only a power cut may take the last commits, whole ones.
    file.execute("PRAGMA synchronous = NORMAL")
    if not _is_ours(file):
        file.execute("BEGIN IMMEDIATE")
        if not _is_ours(file):  # Another process may have been quicker.
            for statement in SCHEMA:
                file.execute(statement)
        file.execute("COMMIT")
    if file.execute("PRAGMA journal_mode").fetchone() != ("wal",):
        file.execute("PRAGMA journal_mode = WAL")


def _is_ours(file: sqlite3.Connection) -> bool:
    """Tell whether a file has our tables; False for an empty one. Raises StoreError for any other."""
    application, version, tables = file.execute(MARKS).fetchone()
    if application == APPLICATION and version > VERSION:
        raise StoreError(NEWER)
    if application != APPLICATION and (application or tables):
        raise StoreError(FOREIGN)
    return bool(application)


def _code(error: sqlite3.Error) -> int:
    return getattr(error, "sqlite_errorcode", 0) & 0xFF  # Without what an extended code adds.
