"""Counters in one SQLite file: the store of the processes of a single machine."""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TypeVar
from weakref import WeakSet

from mlapi.counters import Flush, StoreError, Verdict, sqlite_aside, sqlite_table
from mlapi.counters.sqlite_aside import Place, place
from mlapi.counters.sqlite_file import (
    APPLICATION,
    BUSY,
    BUSY_SECONDS,
    Damaged,
    connect,
    execute,
    translated,
    when_free,
)
from mlapi.counters.sqlite_flush import applied
from mlapi.counters.wire import check_flush, from_letters

T = TypeVar("T")


class SqliteStore:
    """The counters of a file that several processes may share, each through one connection kept open.

    Nothing touches the disk before the first call. A file that was moved or removed is not written to any
    more; a damaged one is put aside. A fork finds no connection open, since SQLite's locks don't survive one.
    """

    backend = "sqlite"
    shared = True

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path.absolute()
        self._clock = clock
        self._turn = Lock()
        self._folder: int | None = None
        self._file: sqlite3.Connection | None = None
        self._place: Place | None = None
        self._table = sqlite_table.Table()
        _STORES.add(self)

    def commit(self, flush: Flush) -> tuple[Verdict, ...]:
        """Apply a flush once, in one transaction. Raises StoreError."""
        return from_letters(self._used(lambda file: self._commit(file, flush)))

    def read(self) -> dict[str, int]:
        """Return all counters, as they are at one moment. Raises StoreError."""
        return self._used(self._read)

    def aside(self) -> list[str]:
        """Return the names of the files that were damaged and lie beside the present one."""
        return sqlite_aside.aside(self._path)

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
        """Close the file and its folder; only for who has the turn."""
        if self._file is not None:
            self._file.close()
        if self._folder is not None:
            sqlite_aside.leave(self._folder)
            os.close(self._folder)
        self._file = self._folder = None

    def _commit(self, file: sqlite3.Connection, flush: Flush) -> str:
        now = self._clock()
        if when_free(lambda: self._table.grown(file, flush, now)):
            return ""
        check_flush(flush)
        execute(file, "BEGIN IMMEDIATE")
        letters = applied(file, self._table, flush, now)
        file.execute("COMMIT")
        return letters

    def _read(self, file: sqlite3.Connection) -> dict[str, int]:
        file.execute("BEGIN")  # Row and names of one moment, too.
        when_free(lambda: self._table.load(file))
        file.execute("COMMIT")
        return self._table.read()

    def _used(self, use: Callable[[sqlite3.Connection], T]) -> T:
        """Use the file; one that is damaged, looked at twice, is put aside for a new one."""
        for _ in range(2):
            try:
                return self._once(use)
            except Damaged as error:
                found = error
        if not self._put_aside(found.place):
            raise found
        return self._once(use)

    def _put_aside(self, damaged: Place | None) -> bool:
        try:
            return sqlite_aside.put_aside(self._path, damaged, APPLICATION, BUSY_SECONDS)
        except OSError as error:
            raise StoreError("the counters file is damaged and can't be put aside") from error

    def _once(self, use: Callable[[sqlite3.Connection], T]) -> T:
        """Use the file, one thread at a time; what fails meanwhile closes it, and so rolls back."""
        if not self._turn.acquire(timeout=BUSY_SECONDS):
            raise StoreError(BUSY)
        try:
            folder, file = self._entered()
            used = use(file)
            sqlite_aside.leave(folder)
        except (sqlite3.Error, OSError, UnicodeDecodeError, sqlite_table.Meddled) as error:
            self.let_go()
            raise translated(error, self._place) from error
        except BaseException:
            self.let_go()
            raise
        finally:
            self._turn.release()
        return used

    def _entered(self) -> tuple[int, sqlite3.Connection]:
        """Return the folder, which is shared from now on, and the file that has the name now."""
        if self._folder is not None and self._file is not None:
            _share(self._folder)
            if self._place == place(self._path):
                return self._folder, self._file
            self.let_go()
        self._folder = sqlite_aside.open_folder(self._path)
        _share(self._folder)
        self._place = place(self._path)
        self._file = connect(self._path)
        self._place = place(self._path)
        self._table = sqlite_table.Table()  # What was rolled back is not in the file.
        return self._folder, self._file


def _share(folder: int) -> None:
    if not sqlite_aside.share(folder, BUSY_SECONDS):
        raise StoreError(BUSY)


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
