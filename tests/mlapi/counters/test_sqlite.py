"""What is special about a file: who else has it, what may be wrong with it, how long it remembers."""

import os
import shutil
import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from mlapi.counters.sqlite import SqliteStore
from mlapi.counters.sqlite_flush import IDS_SECONDS, SEQUENCE_SECONDS
from tests.mlapi.counters.places import claim, flush

KNOWN = "SELECT instance FROM flushes UNION SELECT instance FROM counters ORDER BY instance"


@pytest.fixture
def path(tmp_path):
    """Return where the file will be."""
    return tmp_path / "state" / "counters.sqlite"


@pytest.fixture
def store(path):
    """Return a store on it."""
    with closing(SqliteStore(path)) as opened:
        yield opened


def rows(path, query: str) -> list[tuple]:
    """Ask the file itself."""
    with closing(sqlite3.connect(path)) as file:
        return file.execute(query).fetchall()


def change(path, statement: str) -> None:
    """Change the file itself."""
    with closing(sqlite3.connect(path)) as file, file:
        file.execute(statement)


def open_files(path) -> int:
    """Count how often this process has the file open."""
    links = [f"/proc/self/fd/{number}" for number in os.listdir("/proc/self/fd")]  # noqa: PTH208 - numbers
    return sum(os.path.realpath(link) == str(path.resolve()) for link in links)


def test_nothing_touches_the_disk_before_the_first_call(store, path):
    """Not even the folder is made."""
    assert not path.parent.exists()
    store.commit(flush(1, {"a": 1}))
    assert rows(path, "PRAGMA journal_mode") == [("wal",)]


def test_many_may_make_the_file_at_once(path):
    """The first requests of several processes come together."""
    begin = threading.Barrier(8)
    stores = [SqliteStore(path) for _ in range(8)]

    def work(name: int) -> None:
        begin.wait()
        stores[name].commit(flush(1, {"a": 1}, instance=str(name)))

    with ThreadPoolExecutor(8) as pool:
        assert len([*pool.map(work, range(8))]) == 8
    assert stores[0].read() == {"a": 8}
    for store in stores:
        store.close()


def test_one_connection_serves_all_threads_and_outlives_them(store, path):
    """Nothing leaks when threads end."""
    for name in range(20):
        thread = threading.Thread(
            target=lambda name=name: store.commit(flush(1, {"a": 1}, instance=str(name)))
        )
        thread.start()
        thread.join()
    assert store.read() == {"a": 20}
    assert open_files(path) == 1
    store.close()
    assert open_files(path) == 0
    assert store.read() == {"a": 20}, "a closed store opens again"


def test_a_file_that_was_replaced_is_not_kept_open(store, path):
    """Neither it nor its folder."""
    store.commit(flush(1, {"a": 1}))
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers
    for sequence in range(2, 5):
        shutil.rmtree(path.parent)
        store.commit(flush(sequence, {"a": 1}))
        assert store.read() == {"a": 1}
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208 - numbers


def test_sequences_are_forgotten_after_a_day(path, hand):
    """By the first flush of another instance."""
    with closing(SqliteStore(path, clock=hand)) as store:
        store.commit(flush(1, {"a": 1}))
        hand.at += SEQUENCE_SECONDS - 1
        store.commit(flush(1, {"a": 1}, instance="two"))
        assert rows(path, KNOWN) == [("one",), ("two",)]
        hand.at += 2
        store.commit(flush(1, {"a": 1}, instance="three"))
    assert rows(path, KNOWN) == [("three",), ("two",)]


def test_a_sequence_in_use_is_kept(path, hand):
    """Every flush keeps its own for another day."""
    with closing(SqliteStore(path, clock=hand)) as store:
        for sequence in (1, 2):
            store.commit(flush(sequence, {"a": 1}))
            hand.at += SEQUENCE_SECONDS - 1
        store.commit(flush(1, {"a": 1}, instance="two"))
        store.commit(flush(2, {"a": 1}))
        assert store.read() == {"a": 3}


def test_ids_are_forgotten_after_forty_days(path, hand):
    """By the first id of another day."""
    with closing(SqliteStore(path, clock=hand)) as store:
        store.commit(flush(1, {}, *(claim(str(number)) for number in range(100))))
        hand.at += IDS_SECONDS - 1
        store.commit(flush(2, {}, claim("x", day="2024-06-09")))
        assert store.commit(flush(3, {}, claim("1"))) == ("repeated",)
        hand.at += 2
        store.commit(flush(4, {}, claim("x", day="2024-06-10")))
    assert rows(path, "SELECT day, id FROM ids") == [("2024-06-09", b"x"), ("2024-06-10", b"x")]
    assert rows(path, "SELECT day, ids FROM days") == [("2024-06-09", 1), ("2024-06-10", 1)]


def test_a_clock_that_goes_back_loses_nothing(path, hand):
    """What is from the future stays."""
    with closing(SqliteStore(path, clock=hand)) as store:
        store.commit(flush(1, {"a": 1}, claim("x")))
        hand.at -= 100 * IDS_SECONDS
        assert store.commit(flush(1, {"a": 1}, claim("x"), instance="two")) == ("repeated",)
        assert store.commit(flush(1, {"a": 1}, claim("x"))) == ("counted",), "sent again: the first answer"
        assert store.read() == {"a": 2, "labels": 1}


def test_a_locked_file_is_not_waited_for(store, path, failure):
    """Reading goes on meanwhile, and writing afterwards."""
    store.commit(flush(1, {"a": 1}))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert failure(lambda: store.commit(flush(2, {"a": 1}))) == "the counters file is kept locked"
        assert store.read() == {"a": 1}
    store.commit(flush(2, {"a": 1}))
    assert store.read() == {"a": 2}


def test_a_full_disk_takes_all_or_nothing(path, failure):
    """The same flush is taken once there is room."""
    with closing(SqliteStore(path)) as store:
        store.commit(flush(1, {"a": 1}))
        big = flush(2, {"a": 1, **{f"f{number}": 1 for number in range(5_000)}}, claim("x"))
        store._used(lambda file: file.execute("PRAGMA max_page_count = 8"))
        assert failure(lambda: store.commit(big)) == "the disk of the counters file is full"
        assert store.read() == {"a": 1}
        assert store.commit(big) == ("counted",)
        assert store.read()["a"] == 2


def foreign(path):
    """Make another program's file."""
    change(path, "CREATE TABLE theirs (a)")


def newer(path):
    """Make a file of a version to come."""
    SqliteStore(path).commit(flush(1))
    change(path, "PRAGMA user_version = 4")


def text(path):
    """Make a file that is no database."""
    path.write_text("no database" * 1000)


def folder(path):
    """Make a folder of that name."""
    path.mkdir()


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (foreign, "the counters file belongs to another program"),
        (newer, "the counters file was written by a newer version"),
        (text, "the counters file is no SQLite file"),
        (folder, "the counters file can't be opened"),
    ],
    ids=["foreign", "newer", "text", "folder"],
)
def test_what_is_wrong_with_a_file_is_said(store, path, failure, make, says):
    """And nothing is written to it; one that is put in its place is used."""
    path.parent.mkdir()
    make(path)
    before = None if path.is_dir() else path.read_bytes()
    assert failure(store.read) == says
    assert failure(lambda: store.commit(flush(1, {"f1": 1}))) == says
    assert (None if path.is_dir() else path.read_bytes()) == before
    shutil.rmtree(path.parent)
    store.commit(flush(1, {"a": 1}))
    assert store.read() == {"a": 1}


def test_a_folder_that_cannot_be_made_is_said(tmp_path, failure):
    """Its parent is a file."""
    (tmp_path / "state").write_text("")
    said = failure(SqliteStore(tmp_path / "state" / "counters.sqlite").read)
    assert said == "the folder of the counters file can't be made or opened"


def test_a_file_that_was_removed_is_made_anew(store, path):
    """Counting goes on where the address says, not in a file that nobody finds any more."""
    store.commit(flush(1, {"a": 1}))
    shutil.rmtree(path.parent)
    store.commit(flush(2, {"a": 5}))
    with closing(SqliteStore(path)) as other:
        assert other.read() == {"a": 5}
