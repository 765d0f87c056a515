"""A damaged counters file is put aside whole, once, and counting goes on in a new one."""

import os
import shutil
import sqlite3
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from mlapi.counters import StoreError
from mlapi.counters.sqlite import SqliteStore
from mlapi.counters.sqlite_aside import MOST
from tests.mlapi.counters.places import ROOT, flush

PAGE = 4096
GARBAGE = b"\xa5"
MANY = {f"f{number}": 1 for number in range(500)}


@pytest.fixture
def path(tmp_path):
    """Return where the file will be."""
    return tmp_path / "counters.sqlite"


def spoil(path: Path, begin: int, end: int | None = None) -> bytes:
    """Overwrite a part of a file with garbage, and return what the file held."""
    whole = path.read_bytes()
    end = len(whole) if end is None else end
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(GARBAGE * (end - begin))
    return whole


def mend(path: Path, whole: bytes) -> None:
    """Put the first page of a file back: SQLite may have written others since."""
    with path.open("r+b") as file:
        file.write(whole[:PAGE])


def filled(path: Path) -> None:
    """Leave a closed file with counters."""
    with closing(SqliteStore(path)) as store:
        store.commit(flush(1, MANY))


def counted(path: Path) -> dict[str, int]:
    """Return what a file holds, looked at by a store of its own."""
    with closing(SqliteStore(path)) as store:
        return store.read()


def remains(path: Path) -> list[Path]:
    """Return the damaged files that lie beside a file."""
    return [path.parent / name for name in SqliteStore(path).aside()]


DAMAGES = {
    "all of it": lambda path: spoil(path, 0),
    "its beginning": lambda path: spoil(path, 0, 100),
    "all but its beginning": lambda path: spoil(path, PAGE),
    "its schema": lambda path: spoil(path, (at := path.read_bytes().index(b"TABLE names")), at + 3),
    "cut off": lambda path: os.truncate(path, PAGE + 100),
    "replaced by text": lambda path: path.write_text("no database " * 1000),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("call", ["commit", "read"])
def test_counting_goes_on_in_a_new_file(path, damage, call, caplog):
    """The damaged one keeps every byte, and the log names it."""
    filled(path)
    damage(path)
    before = path.read_bytes()
    with closing(SqliteStore(path)) as store:
        if call == "read":
            assert store.read() == {}
        assert store.commit(flush(2, {"a": 3})) == ()
        assert store.read() == {"a": 3}
        (name,) = store.aside()
    assert (path.parent / name).read_bytes() == before
    (said,) = [record.message for record in caplog.records]
    assert said == f"the counters file is damaged: it lies aside as {name} now, and a new one begins"


def test_what_was_counted_last_stays_beside_the_damaged_file(path):
    """SQLite keeps it in a log of its own: with the damaged page put back, all is there."""
    other = subprocess.Popen(
        [sys.executable, "-c", WRITER, path],
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'ml-api'}{os.pathsep}{ROOT}"},
        stdout=subprocess.PIPE,
    )
    assert other.stdout
    assert other.stdout.read(1) == b"x"
    other.kill()  # It leaves its log.
    other.communicate()
    whole = spoil(path, 0, 100)
    assert counted(path) == {}
    (damaged,) = remains(path)
    mend(damaged, whole)
    assert counted(damaged) == {"a": 7}


WRITER = """
import sys, time
from pathlib import Path
from mlapi.counters.sqlite import SqliteStore
from tests.mlapi.counters.places import flush
store = SqliteStore(Path(sys.argv[1]))
store.commit(flush(1, {"a": 7}))
print(end="x", flush=True)
time.sleep(60)
"""


def test_who_has_the_file_open_counts_into_the_new_one(path):
    """And closing the old one takes nothing from the new, nor from what lies aside."""
    filled(path)
    with closing(SqliteStore(path)) as old, closing(SqliteStore(path)) as new:
        old.commit(flush(1, {"f1": 1}, instance="old"))
        whole = spoil(path, 0, 100)
        assert new.read() == {}
        new.commit(flush(1, {"new": 1}, instance="new"))
        old.commit(flush(2, {"old": 1}, instance="old"))
        new.commit(flush(2, {"new": 1}, instance="new"))
        assert old.read() == new.read() == {"new": 2, "old": 1}
    (damaged,) = remains(path)
    mend(damaged, whole)
    assert counted(damaged) == {**MANY, "f1": 2}


def test_many_find_it_at_once_and_one_puts_it_aside(path):
    """What each of them counts arrives."""
    filled(path)
    spoil(path, 0)
    stores = [SqliteStore(path) for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:
        tasks = [
            pool.submit(store.commit, flush(1, {"a": 1}, instance=str(number)))
            for number, store in enumerate(stores)
        ]
        assert [task.result() for task in tasks] == [()] * 8
    assert stores[0].read() == {"a": 8}
    assert len(stores[0].aside()) == 1
    for store in stores:
        store.close()


def test_a_disk_that_damages_every_file_is_not_filled(path, failure):
    """After some, no more is put aside; once they are taken away, it goes on."""
    for _ in range(MOST):
        filled(path)
        spoil(path, 0)
    with closing(SqliteStore(path)) as store:
        store.commit(flush(1, {"a": 1}))
        assert len(store.aside()) == MOST
        store.close()
        spoil(path, 0)
        said = f"the counters file is damaged, and {MOST} damaged ones already lie beside it"
        assert failure(lambda: store.commit(flush(2, {"a": 1}))) == said
        assert failure(store.read) == said
        for name in store.aside():
            (path.parent / name).unlink()
        store.commit(flush(2, {"a": 1}))
        assert store.read() == {"a": 1}


def foreign(path):
    """Make another program's file, damaged but for its beginning."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA application_id = 7")
        file.execute("CREATE TABLE theirs (a)")
    spoil(path, 100)


def unknown(path):
    """Make a file of which nothing is known."""
    path.write_bytes(os.urandom(10 * PAGE))


@pytest.mark.parametrize("make", [foreign, unknown], ids=["another program's", "of nobody"])
def test_a_file_that_may_be_somebody_elses_stays_where_it_is(path, make):
    """The setting may name any file of a person."""
    make(path)
    before = path.read_bytes()
    with closing(SqliteStore(path)) as store, pytest.raises(StoreError, match=r"damaged|no SQLite file"):
        store.read()
    assert (path.read_bytes(), remains(path)) == (before, [])


def test_who_holds_the_folder_too_long_is_not_waited_for(path, failure):
    """A process that was frozen while it put a file aside."""
    filled(path)
    script = "import fcntl, os, sys; fcntl.flock(os.open(sys.argv[1], os.O_RDONLY), fcntl.LOCK_EX)\n"
    script += "print(end='x', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-c", script, path.parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout
    assert holder.stdout.read(1) == b"x"
    with closing(SqliteStore(path)) as store:
        assert failure(store.read) == "the counters file is kept locked"
        holder.communicate()
        assert store.read() == MANY


def test_a_folder_that_was_replaced_is_noticed(path, tmp_path):
    """Its lock would protect nothing any more."""
    place = tmp_path / "state" / "counters.sqlite"
    with closing(SqliteStore(place)) as store:
        store.commit(flush(1, {"a": 1}))
        shutil.rmtree(place.parent)
        store.commit(flush(2, {"a": 5}))
        spoil(place, 0)
        store.close()
        assert store.read() == {}
        assert len(store.aside()) == 1
