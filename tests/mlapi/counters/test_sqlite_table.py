"""The row of all counters: who may trust what it knows of it, what older files bring, what meddling does."""

import sqlite3
import threading
from array import array
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from mlapi.counters.sqlite import SqliteStore
from tests.mlapi.counters.places import claim, flush

LIMIT = 2**62
PAGE = 4096
FRAME = PAGE + 24
"""A page in the write-ahead log, with its head."""


@pytest.fixture
def path(tmp_path):
    """Return where the file will be."""
    (tmp_path / "state").mkdir()
    return tmp_path / "state" / "counters.sqlite"


@pytest.fixture
def store(path):
    """Return a store on it."""
    with closing(SqliteStore(path)) as opened:
        yield opened


def change(path, statement, *values):
    """Change the file itself."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement, values)


def log_size(path):
    """Return the bytes of the write-ahead log."""
    return path.with_name(f"{path.name}-wal").stat().st_size


def test_a_process_that_counts_alone_writes_one_page_per_flush(store, path):
    """Of hundreds of counters; that is why they stand in one row."""
    fields = {f"f{number}": 1 for number in range(300)}
    store.commit(flush(1, fields))
    before = log_size(path)
    for sequence in range(2, 12):
        store.commit(flush(sequence, {"f7": 1, "f299": 2}))
    assert log_size(path) - before == 10 * FRAME
    assert store.read() == {**fields, "f7": 11, "f299": 21}


@pytest.mark.parametrize("bad", [0, -1, True, 1.5, 2**53 + 1, None], ids=repr)
def test_no_amount_slips_through_where_one_process_counts_alone(store, failure, bad):
    """The quick way takes nothing that the slow one refuses."""
    store.commit(flush(1, {"a": 1, "b": 1}))
    store.commit(flush(2, {"a": 1}))
    assert failure(lambda: store.commit(flush(3, {"b": 1, "a": bad}))).startswith("this can't be counted: ")
    store.commit(flush(3, {"a": 1}))
    assert store.read() == {"a": 3, "b": 1}


def test_writers_take_turns_without_losing_the_others_counts(path):
    """Each finds that what it knew is no longer so, and each repeats flushes of its own."""
    with closing(SqliteStore(path)) as left, closing(SqliteStore(path)) as right:
        for sequence in range(1, 31):
            for store, name in ((left, "left"), (right, "right")):
                for _ in range(2):
                    store.commit(flush(sequence, {"both": 1, f"{name} {sequence % 7}": 1}, instance=name))
        counts = {
            f"{name} {n}": sum(at % 7 == n for at in range(1, 31))
            for name in ("left", "right")
            for n in range(7)
        }
        assert left.read() == right.read() == {"both": 60, **counts}


def test_the_verdicts_of_the_last_flush_outlive_another_writer(path):
    """It is told them again, whoever wrote in between."""
    with closing(SqliteStore(path)) as left, closing(SqliteStore(path)) as right:
        assert left.commit(flush(1, {"a": 1}, claim("x"), instance="left")) == ("counted",)
        assert right.commit(flush(1, {}, claim("x"), claim("y"), instance="right")) == ("repeated", "counted")
        assert left.commit(flush(1, {"a": 1}, claim("x"), instance="left")) == ("counted",)
        assert right.commit(flush(1, {}, claim("x"), claim("y"), instance="right")) == ("repeated", "counted")
        assert left.read() == {"a": 1, "labels": 2}


def test_an_older_copy_that_is_put_into_an_open_file_is_counted_on(store, path, tmp_path):
    """By its own names, which may be others than those that this process began."""
    store.commit(flush(1, {"a": 1}))
    with closing(sqlite3.connect(path)) as file, closing(sqlite3.connect(tmp_path / "copy")) as copy:
        file.backup(copy)
        store.commit(flush(2, {"a": 1, "b": 1}))
        with closing(SqliteStore(path)) as other:
            copy.backup(file)
            other.commit(flush(1, {"c": 2}, instance="two"))
    store.commit(flush(3, {"b": 1, "a": 1}))
    assert store.read() == {"a": 2, "b": 1, "c": 2}


@pytest.mark.parametrize("room", [1, 2**53], ids=str)
def test_alone_too_a_counter_stays_below_the_limit(store, path, failure, room):
    """And what was known before is not taken for what the file holds."""
    store.commit(flush(1, {"a": 1}))
    change(path, "UPDATE counters SET totals = ?", array("q", [LIMIT - room]).tobytes())
    store.close()
    store.commit(flush(2, {"b": 1}))
    assert failure(lambda: store.commit(flush(3, {"b": 1, "a": room}))) == (
        "a counter in the counters file can't grow that much"
    )
    assert store.read() == {"a": LIMIT - room, "b": 1}


def test_what_was_rolled_back_is_made_again(store, failure):
    """A counter that a failed flush began is not taken for one of the file."""
    too_much = flush(2, {"new": 1}, *(claim(str(at), {"a": 2**53}, most=512) for at in range(512)))
    store.commit(flush(1, {"b": 1}))
    assert failure(lambda: store.commit(too_much)) == "a counter in the counters file can't grow that much"
    store.commit(flush(2, {"newer": 1, "new": 1}))
    assert store.read() == {"b": 1, "newer": 1, "new": 1}


MEDDLING = (
    "DELETE FROM names",
    "DELETE FROM names WHERE position = 0",
    "UPDATE names SET field = CAST('c' AS BLOB) WHERE position = 1",
    "UPDATE names SET field = x'ff' WHERE position = 1",
    "UPDATE names SET field = 'b' WHERE position = 1",
    "INSERT INTO names VALUES (2, CAST('c' AS BLOB))",
    "DELETE FROM counters",
    "INSERT INTO counters SELECT * FROM counters",
    "UPDATE counters SET totals = x'01'",
    "UPDATE counters SET totals = x'0100000000000000'",
    "UPDATE counters SET totals = 'text'",
    "UPDATE counters SET names = 'text'",
    "UPDATE counters SET instance = x'01'",
    "UPDATE counters SET sequence = 'text'",
    "UPDATE counters SET verdicts = x'01'",
    "UPDATE counters SET at = 'text'",
)


@pytest.mark.parametrize("statement", MEDDLING)
def test_what_somebody_meddled_with_is_put_aside_and_not_counted_on(store, path, statement):
    """As any damaged file: nothing is guessed, nothing in it changes, and counting goes on in a new one."""
    store.commit(flush(1, {"a": 1, "b": 2}))
    store.close()
    change(path, statement)
    before = path.read_bytes()
    store.commit(flush(2, {"a": 5}))
    assert store.read() == {"a": 5}
    (name,) = store.aside()
    assert path.with_name(name).read_bytes() == before


@pytest.mark.parametrize("statement", MEDDLING)
def test_what_somebody_meddled_with_is_not_read(store, path, statement):
    """No number is told under a name that isn't its own."""
    store.commit(flush(1, {"a": 1, "b": 2}))
    store.close()
    change(path, statement)
    assert store.read() == {}
    assert len(store.aside()) == 1


FIRST = """
    CREATE TABLE counters (field BLOB PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    INSERT INTO counters VALUES (CAST('a' AS BLOB), 7), (CAST('größe' AS BLOB), 4611686018427387000);
    PRAGMA user_version = 1;
"""
SECOND = """
    CREATE TABLE names (id INTEGER PRIMARY KEY, field BLOB NOT NULL);
    CREATE TABLE counters (id INTEGER PRIMARY KEY,
        value INTEGER NOT NULL CHECK (typeof(value) = 'integer' AND value < 4611686018427387904));
    INSERT INTO names VALUES (-7003, CAST('a' AS BLOB)), (901, CAST('größe' AS BLOB));
    INSERT INTO counters VALUES (901, 4611686018427387000), (-7003, 7);
    PRAGMA user_version = 2;
"""
BESIDE = """
    CREATE TABLE flushes (instance TEXT PRIMARY KEY, sequence INTEGER NOT NULL,
        verdicts TEXT NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE days (day TEXT PRIMARY KEY, ids INTEGER NOT NULL, at REAL NOT NULL) WITHOUT ROWID;
    CREATE TABLE ids (day TEXT, id BLOB, PRIMARY KEY (day, id)) WITHOUT ROWID;
    INSERT INTO flushes VALUES ('one', 1, 'c', 9e12);
    PRAGMA application_id = 0x54414E43;
"""


@pytest.mark.parametrize("version", [FIRST, SECOND], ids=["first", "second"])
def test_the_counts_of_an_older_file_go_on(path, version):
    """Whoever opens it first takes it over, and only once; what was counted is not counted again."""
    with closing(sqlite3.connect(path)) as file:
        file.executescript(version + BESIDE)
    begin = threading.Barrier(8)
    stores = [SqliteStore(path) for _ in range(8)]

    def work(name: int) -> None:
        begin.wait()
        stores[name].commit(flush(1, {"a": 1}, claim("x"), instance=str(name)))

    with ThreadPoolExecutor(8) as pool:
        assert len([*pool.map(work, range(8))]) == 8
    assert stores[0].commit(flush(1, {"a": 1}, claim("y"))) == ("counted",)
    assert stores[0].read() == {"a": 15, "größe": 4611686018427387000, "labels": 1}
    for store in stores:
        store.close()
