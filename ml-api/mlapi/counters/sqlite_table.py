"""The counters of a file: all their values in one row, with the flush that wrote it last.

A process that counts alone thus writes one row, and one page of the file, per flush: it knows from its last
one what the row holds, and the row tells whether it still does. The names stand beside, each at the position
of its value, and are read once per connection.
"""

import hashlib
import sqlite3
from array import array
from functools import reduce
from typing import NamedTuple

from mlapi.counters import MOST, Flush, Increments, StoreError
from mlapi.counters.wire import from_bytes, to_bytes

LIMIT = 2**62
WIDTH = 8
"""Bytes of a total."""
SCHEMA = (
    "CREATE TABLE names (position INTEGER PRIMARY KEY, field BLOB NOT NULL UNIQUE)",
    # `names` is made from all names in their order; `totals` are signed numbers of 8 bytes, in the byte order
    # of the machine that the file is on. What is long stands last: what stands behind it is slow to read.
    "CREATE TABLE counters (instance TEXT NOT NULL, sequence INTEGER NOT NULL, verdicts TEXT NOT NULL,"
    " at REAL NOT NULL, names BLOB NOT NULL, totals BLOB NOT NULL)",
    "INSERT INTO counters VALUES ('', 0, '', 0, x'', x'')",
)
GROW = (
    "UPDATE counters SET sequence = ?, verdicts = '', at = ?, totals = ? WHERE instance = ? AND sequence = ?"
)
WRITE = "UPDATE counters SET instance = ?, sequence = ?, verdicts = ?, at = ?, names = ?, totals = ?"
ROW = "SELECT instance, sequence, verdicts, at, names, totals FROM counters"
KINDS = [str, int, str, float, bytes, bytes]
NAMES = "SELECT position, field FROM names ORDER BY position"
TOO_LARGE = "a counter in the counters file can't grow that much"


class Meddled(StoreError):
    """The file is one of SQLite's, but holds what nobody writes but by hand, or a disk that fails."""

    def __init__(self) -> None:
        super().__init__("what the counters file says can't be")


class Last(NamedTuple):
    """The flush that was written last; before the first, one without an instance."""

    instance: str = ""
    sequence: int = 0
    verdicts: str = ""
    at: float = 0.0


class Table:
    """What one connection knows of the counters; between its transactions another may change them."""

    def __init__(self) -> None:
        self.last = Last()
        self._positions: dict[str, int] = {}
        self._names = b""
        self._totals: array[int] = array("q")

    def grown(self, file: sqlite3.Connection, flush: Flush, now: float) -> bool:
        """Apply a flush that follows on what this connection wrote last, if nothing about it is new or wrong.

        Else return False, and leave all as it was.
        """
        before = self.last
        if flush.claims or (before.instance, before.sequence + 1) != (flush.instance, flush.sequence):
            return False
        totals = self._totals[:]
        if not _grown(totals, self._positions, flush.increments):
            return False
        written = file.execute(GROW, (flush.sequence, now, totals, before.instance, before.sequence))
        if not written.rowcount:
            return False
        self.last, self._totals = Last(flush.instance, flush.sequence, "", now), totals
        return True

    def load(self, file: sqlite3.Connection) -> None:
        """Read the row within a transaction, and the names unless they are known. Raises StoreError."""
        self.last, names, self._totals = _row(file)
        if names != self._names:
            known = _names(file)
            self._positions = {name: at for at, name in enumerate(known)}
            self._names = reduce(_with, map(to_bytes, known), b"")
        if names != self._names or len(self._positions) != len(self._totals):
            raise Meddled

    def read(self) -> dict[str, int]:
        """Return all counters, after `load`."""
        return dict(zip(self._positions, self._totals, strict=True))

    def add(self, file: sqlite3.Connection, increments: Increments) -> None:
        """Add to counters, after `load` and before `write`, in one transaction. Raises StoreError."""
        for name in increments.keys() - self._positions.keys():
            self.begin(file, name, 0)
        if not _grown(self._totals, self._positions, increments):
            raise StoreError(TOO_LARGE)

    def write(self, file: sqlite3.Connection, last: Last) -> None:
        """Write the row."""
        row = (last.instance, last.sequence, last.verdicts, last.at, self._names, self._totals)
        file.execute(WRITE, row)
        self.last = last

    def begin(self, file: sqlite3.Connection, name: str, value: int) -> None:
        """Begin a counter."""
        known = to_bytes(name)
        file.execute("INSERT INTO names VALUES (?, ?)", (len(self._totals), known))
        self._positions[name] = len(self._totals)
        self._names = _with(self._names, known)
        self._totals.append(value)


def upgrade(file: sqlite3.Connection, version: int) -> None:
    """Take over the counters of an older version, each of which had a row; within a transaction."""
    beside = " JOIN names USING (id)" if version == 2 else ""  # In version 1 names were the keys.
    old = file.execute(f"SELECT field, value FROM counters{beside}").fetchall()  # noqa: S608 - both are ours
    for table in ("counters", *(["names"] if beside else ())):
        file.execute(f"DROP TABLE {table}")
    for statement in SCHEMA:
        file.execute(statement)
    table = Table()
    table.load(file)
    for name, value in old:
        table.begin(file, from_bytes(name), value)
    table.write(file, table.last)


def _with(names: bytes, name: bytes) -> bytes:
    """Return what stands for all names, after one more."""
    return hashlib.blake2b(names + name, digest_size=16).digest()


def _grown(totals: "array[int]", positions: dict[str, int], increments: Increments) -> bool:
    """Add increments, until one is of no known counter, or no amount, or too much."""
    for name, amount in increments.items():
        at = positions.get(name)
        if at is None or type(amount) is not int or not 0 < amount <= MOST:
            return False
        total = totals[at] + amount
        if total >= LIMIT:
            return False
        totals[at] = total
    return True


def _row(file: sqlite3.Connection) -> tuple[Last, bytes, "array[int]"]:
    rows = file.execute(ROW).fetchall()
    if len(rows) != 1 or [*map(type, rows[0])] != KINDS:
        raise Meddled
    *last, names, totals = rows[0]
    if len(totals) % WIDTH:
        raise Meddled
    return Last(*last), names, array("q", totals)


def _names(file: sqlite3.Connection) -> list[str]:
    """Return the names in their order. Raises Meddled where one is missing or none."""
    names = []
    for at, (position, name) in enumerate(file.execute(NAMES)):
        if at != position or type(name) is not bytes:
            raise Meddled
        try:
            names.append(from_bytes(name))
        except StoreError as error:
            raise Meddled from error
    return names
