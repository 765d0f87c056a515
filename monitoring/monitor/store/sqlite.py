"""History in one SQLite file: the store of a single machine."""

import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import TypeVar

from monitor.store import Changes, Lease, StoreError, Tables, from_bytes, sqlite_aside, to_bytes
from monitor.store.sqlite_file import APPLICATION, BUSY, BUSY_SECONDS, Damaged, is_ours, opened, prepare

T = TypeVar("T")
WRITE = (  # Not REPLACE, which would move the row to the end of the file.
    "INSERT INTO kept VALUES (?, ?, ?, ?)"
    " ON CONFLICT (target, name, field) DO UPDATE SET value = excluded.value"
)


class SqliteStore:
    """One target's tables and leases in a file that several targets and processes may share.

    Every call opens the file anew (0.1 to 1 ms): nothing leaks, nothing is shared with a forked child, a file
    that was moved away is not written to, and a damaged one is put aside. Nothing touches the disk before the
    first call.
    """

    backend = "sqlite"
    keeps = True

    def __init__(self, path: Path, target: str, *, clock: Callable[[], float] = time.time) -> None:
        self._path = path.absolute()
        self._target = target
        self._clock = clock
        self._turns: dict[int, Lock] = {}

    def read(self, *tables: str) -> tuple[float, Tables]:
        """Return the clock and whole tables, in one snapshot; waits for no writer. Raises StoreError."""
        return self._whole(lambda: self._read(*tables))

    def acquire(self, name: str, seconds: float) -> Lease | None:
        """Return a lease, or None while somebody holds it. Raises StoreError."""
        return self._whole(lambda: self._acquire(name, seconds))

    def commit(self, lease: Lease, changes: Changes, *, release: bool = True) -> bool:
        """Make all changes in one transaction, or none when the lease is over. Raises StoreError."""
        return self._whole(lambda: self._commit(lease, changes, release=release))

    def release(self, lease: Lease) -> None:
        """End a lease that is still held. Raises StoreError."""
        self._whole(lambda: self._give_back(lease))

    def aside(self) -> list[str]:
        """Return the names of the files that were damaged and lie beside the present one."""
        return sqlite_aside.aside(self._path)

    def _whole(self, use: Callable[[], T]) -> T:
        """Do what uses the file; one that is damaged, looked at twice, is put aside for a new one."""
        for _ in range(2):
            try:
                return use()
            except Damaged as error:
                found = error
        if not self._put_aside(found.place):
            raise found
        return use()

    def _put_aside(self, damaged: sqlite_aside.Place | None) -> bool:
        try:
            return sqlite_aside.put_aside(self._path, damaged, APPLICATION, BUSY_SECONDS)
        except OSError as error:
            raise StoreError("the history file is damaged and can't be put aside") from error

    def _read(self, *tables: str) -> tuple[float, Tables]:
        found: Tables = {name: {} for name in tables}
        marks = ", ".join("?" * len(tables))
        query = f"SELECT name, field, value FROM kept WHERE target = ? AND name IN ({marks})"  # noqa: S608 - marks
        with self._reading() as file:
            rows = file.execute(query, (self._target, *tables)) if is_ours(file) else ()
            for name, field, value in rows:
                found[name][from_bytes(field)] = from_bytes(value)
            return self._clock(), found  # After reading: nothing that was read is younger.

    def _acquire(self, name: str, seconds: float) -> Lease | None:
        with self._turn():
            with self._reading() as file:  # Most of a crowd ends here, without a write.
                if is_ours(file) and not self._is_free(file, name, self._clock()):
                    return None
            with self._writing() as file:
                now = self._clock()
                if not self._is_free(file, name, now):
                    return None
                token = self._lease(file, name)[0] + 1
                row = (self._target, name, token, now, seconds)
                file.execute("INSERT OR REPLACE INTO leases VALUES (?, ?, ?, ?, ?)", row)
        return Lease(name, token, now)

    def _commit(self, lease: Lease, changes: Changes, *, release: bool) -> bool:
        with self._turn(), self._writing() as file:
            if not self._is_held(file, lease):
                return False
            for name, fields in changes.items():
                for field, value in fields.items():
                    self._change(file, name, field, value)
            if release:
                self._release(file, lease)
        return True

    def _give_back(self, lease: Lease) -> None:
        with self._turn(), self._writing() as file:
            if self._is_held(file, lease):
                self._release(file, lease)

    def _lease(self, file: sqlite3.Connection, name: str) -> tuple[int, float, float]:
        query = "SELECT token, given, seconds FROM leases WHERE target = ? AND name = ?"
        row: tuple[int, float, float] | None = file.execute(query, (self._target, name)).fetchone()
        return row or (0, 0.0, 0.0)

    def _is_free(self, file: sqlite3.Connection, name: str, now: float) -> bool:
        _, given, length = self._lease(file, name)
        return not given <= now < given + length

    def _is_held(self, file: sqlite3.Connection, lease: Lease) -> bool:
        # A clock that went back takes no lease from its holder: nobody else got a newer token.
        token, given, length = self._lease(file, lease.name)
        return token == lease.token and self._clock() < given + length

    def _release(self, file: sqlite3.Connection, lease: Lease) -> None:
        update = "UPDATE leases SET seconds = 0 WHERE target = ? AND name = ?"
        file.execute(update, (self._target, lease.name))

    def _change(self, file: sqlite3.Connection, name: str, field: str, value: str | None) -> None:
        key = (self._target, name, to_bytes(field))
        if value is None:
            file.execute("DELETE FROM kept WHERE target = ? AND name = ? AND field = ?", key)
        else:
            file.execute(WRITE, (*key, to_bytes(value)))

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Let this process's writers queue: SQLite's own waiting is unfair, and lets some of many starve."""
        lock = self._turns.setdefault(os.getpid(), Lock())  # A forked child inherits no turn.
        if not lock.acquire(timeout=BUSY_SECONDS):
            raise StoreError(BUSY)
        try:
            yield
        finally:
            lock.release()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with opened(self._path) as file:
            file.execute("BEGIN")
            yield file

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """Yield the file within a transaction, which an exception rolls back."""
        with opened(self._path) as file:
            prepare(file, self._path)
            file.execute("BEGIN IMMEDIATE")
            yield file
            file.execute("COMMIT")
