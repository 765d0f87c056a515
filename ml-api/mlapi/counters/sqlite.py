"""Counters in one SQLite file: the store of the processes of a single machine."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from weakref import WeakSet

from mlapi.counters import Claim, Flush, Increments, StoreError, Verdict
from mlapi.counters.sqlite_file import BUSY, BUSY_SECONDS, connect, execute, translated
from mlapi.counters.wire import check_flush, from_bytes, from_letters, to_bytes, to_letters

DAY = 86_400.0
SEQUENCE_SECONDS = DAY
IDS_SECONDS = 40 * DAY
GROW = (
    "INSERT INTO counters VALUES (?, ?)"
    " ON CONFLICT (field) DO UPDATE SET value = counters.value + excluded.value"
)
REMEMBER = "INSERT OR REPLACE INTO flushes VALUES (?, ?, ?, ?)"


class SqliteStore:
    """The counters of a file that several processes may share, each through one connection kept open.

    Nothing touches the disk before the first call. A file that was moved or removed is not written to any
    more. A fork finds no connection open, since SQLite's locks don't survive one.
    """

    backend = "sqlite"
    shared = True

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path.absolute()
        self._clock = clock
        self._turn = Lock()
        self._file: sqlite3.Connection | None = None
        self._place: tuple[int, int] | None = None
        _STORES.add(self)

    def commit(self, flush: Flush) -> tuple[Verdict, ...]:
        """Apply a flush once, in one transaction. Raises StoreError."""
        check_flush(flush)
        with self._opened() as file:
            execute(file, "BEGIN IMMEDIATE")
            letters = _known(file, flush)
            if letters is None:
                letters = _apply(file, flush, self._clock())
            file.execute("COMMIT")
        return from_letters(letters)

    def read(self) -> dict[str, int]:
        """Return all counters, as they are at one moment. Raises StoreError."""
        with self._opened() as file:
            return {from_bytes(field): value for field, value in execute(file, "SELECT * FROM counters")}

    def close(self) -> None:
        """Close the file; a later call opens it again."""
        with self._turn:
            self.let_go()

    def hold(self) -> None:
        """Wait until nobody uses the file, close it and let nobody use it."""
        self._turn.acquire()
        self.let_go()

    def resume(self) -> None:
        """Let the file be used again after `hold`."""
        self._turn.release()

    def let_go(self) -> None:
        """Close the file; only for who has the turn."""
        if self._file is not None:
            self._file.close()
        self._file = None

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """Yield the file, one thread at a time; what fails within closes it, and so rolls back."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreError(BUSY)
        try:
            with translated():
                yield self._connection()
        except BaseException:
            self.let_go()
            raise
        finally:
            self._turn.release()

    def _connection(self) -> sqlite3.Connection:
        if self._file is None or self._place != _place(self._path):
            self.let_go()
            self._file = connect(self._path)
            self._place = _place(self._path)
        return self._file


def _place(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _known(file: sqlite3.Connection, flush: Flush) -> str | None:
    """Return the verdicts of a flush that was applied before, none for an older one; None for a new one."""
    query = "SELECT sequence, verdicts FROM flushes WHERE instance = ?"
    sequence, letters = file.execute(query, (flush.instance,)).fetchone() or (0, "")
    if flush.sequence > sequence:
        return None
    return str(letters) if flush.sequence == sequence else ""


def _apply(file: sqlite3.Connection, flush: Flush, now: float) -> str:
    if flush.sequence == 1:  # Each instance once.
        file.execute("DELETE FROM flushes WHERE at < ?", (now - SEQUENCE_SECONDS,))
    _grow(file, flush.increments)
    letters = to_letters([_judge(file, claim, now) for claim in flush.claims])
    file.execute(REMEMBER, (flush.instance, flush.sequence, letters, now))
    return letters


def _grow(file: sqlite3.Connection, increments: Increments) -> None:
    file.executemany(GROW, [(to_bytes(field), amount) for field, amount in increments.items()])


def _judge(file: sqlite3.Connection, claim: Claim, now: float) -> Verdict:
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
    _grow(file, claim.increments)
    return "counted"


def _begin_day(file: sqlite3.Connection, day: str, now: float) -> None:
    """Note a day's first id, and forget days whose ids can't come again."""
    old = (now - IDS_SECONDS,)
    file.execute("DELETE FROM ids WHERE day IN (SELECT day FROM days WHERE at < ?)", old)
    file.execute("DELETE FROM days WHERE at < ?", old)
    file.execute("INSERT INTO days VALUES (?, 0, ?)", (day, now))


_STORES: WeakSet[SqliteStore] = WeakSet()
_FORKING = Lock()
_HELD: list[SqliteStore] = []


def _before_fork() -> None:
    _FORKING.acquire()
    for store in tuple(_STORES):
        store.hold()
        _HELD.append(store)


def _after_fork() -> None:
    while _HELD:
        _HELD.pop().resume()
    _FORKING.release()


os.register_at_fork(before=_before_fork, after_in_parent=_after_fork, after_in_child=_after_fork)
