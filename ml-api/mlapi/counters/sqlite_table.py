"""The counters of a file: each under a number that is made from its name.

A number is found in the tree of a table, and written back, in half the time that a name takes. The names
stand beside, and are looked at once per connection.
"""

import hashlib
import sqlite3

from mlapi.counters import Increments, StoreError
from mlapi.counters.wire import from_bytes, to_bytes

SCHEMA = (
    "CREATE TABLE names (id INTEGER PRIMARY KEY, field BLOB NOT NULL)",
    "CREATE TABLE counters (id INTEGER PRIMARY KEY,"
    # A sum past 63 bits would turn into a float.
    f" value INTEGER NOT NULL CHECK (typeof(value) = 'integer' AND value < {2**62}))",
)
GROW = "UPDATE counters SET value = value + ? WHERE id = ?"
READ = "SELECT field, value FROM names JOIN counters USING (id)"
DAMAGED = "the counters file is damaged"
TAKEN = "counters were taken out of the counters file, or an older copy of it was put into it"

Known = dict[str, int]
"""The counters that a connection found or made in its file, with their numbers."""


def grow(file: sqlite3.Connection, known: Known, increments: Increments) -> None:
    """Add to counters, within a transaction. Raises StoreError."""
    for field in increments.keys() - known.keys():
        known[field] = _made(file, to_bytes(field))
    pairs = [(amount, known[field]) for field, amount in increments.items()]
    if pairs and file.executemany(GROW, pairs).rowcount != len(pairs):
        raise StoreError(TAKEN)


def upgrade(file: sqlite3.Connection) -> None:
    """Take over the counters of version 1, in which names were the keys; within a transaction."""
    old = file.execute("SELECT field, value FROM counters").fetchall()
    file.execute("DROP TABLE counters")
    for statement in SCHEMA:
        file.execute(statement)
    grow(file, {}, {from_bytes(field): value for field, value in old})


def _made(file: sqlite3.Connection, field: bytes) -> int:
    """Return a counter's number, under which it begins with 0 if it is new."""
    number = _number(field)
    file.execute("INSERT OR IGNORE INTO names VALUES (?, ?)", (number, field))
    if file.execute("SELECT field FROM names WHERE id = ?", (number,)).fetchone() != (field,):
        raise StoreError("two counters of the counters file have the same number")
    file.execute("INSERT OR IGNORE INTO counters VALUES (?, 0)", (number,))
    return number


def _number(field: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(field, digest_size=8).digest(), signed=True)
