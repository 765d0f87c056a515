"""A history file as other releases know it, with a write-ahead log or without one."""

import sqlite3
import threading
from contextlib import closing

import pytest

from monitor.store import StoreError
from monitor.store.sqlite import SqliteStore


@pytest.fixture
def path(tmp_path):
    """Return a file of ours that keeps a journal of the old kind."""
    path = tmp_path / "monitor.db"
    write(SqliteStore(path, "target"), "before")
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA journal_mode = DELETE").fetchone() == ("delete",)
    return path


def write(store: SqliteStore, text: str) -> None:
    """Commit one field."""
    lease = store.acquire("probe", 30)
    assert lease
    assert store.commit(lease, {"a": {"1": text}})


def mode(path) -> str:
    """Return how the file keeps its journal."""
    with closing(sqlite3.connect(path)) as file:
        return str(file.execute("PRAGMA journal_mode").fetchone()[0])


def test_its_marks_are_those_that_every_release_looks_for(path):
    """With others, the history of a year would be refused or put aside."""
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA application_id").fetchone() == (0x54414E44,)
        assert file.execute("PRAGMA user_version").fetchone() == (1,)


def test_it_is_switched_by_the_first_who_writes(path):
    """Who only reads leaves it as it is."""
    store = SqliteStore(path, "target")
    assert store.read("a")[1] == {"a": {"1": "before"}}
    assert mode(path) == "delete"
    write(store, "after")
    assert (mode(path), store.read("a")[1]) == ("wal", {"a": {"1": "after"}})


def test_a_reader_is_waited_for_a_moment(path):
    """The switch needs the file alone."""
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as reader:
        reader.execute("BEGIN")
        assert reader.execute("SELECT count(*) FROM kept").fetchone() == (1,)
        done = threading.Timer(0.05, reader.execute, ["COMMIT"])
        done.start()
        lease = SqliteStore(path, "target").acquire("probe", 30)
        done.join()
    assert lease


def test_a_reader_that_stays_is_not_waited_for(path):
    """Nothing is written then."""
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM kept").fetchone()
        with pytest.raises(StoreError, match="the history file is kept locked"):
            SqliteStore(path, "target").acquire("probe", 30)
    write(SqliteStore(path, "target"), "later")


def test_a_text_that_is_none_can_not_be_read(path):
    """Somebody meddled with the file; it stays where it is."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE kept SET value = x'ff'")
    store = SqliteStore(path, "target")
    with pytest.raises(StoreError, match=r"^what the store kept is damaged$"):
        store.read("a")
    assert store.aside() == []
