"""A damaged history file is put aside whole, once, and history goes on in a new one."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from monitor.store import StoreError
from monitor.store.sqlite import SqliteStore
from monitor.store.sqlite_aside import MOST

PAGE = 4096


def write(store: SqliteStore, text: str) -> bool:
    """Commit one field, if the lease can be had."""
    lease = store.acquire("probe", 30)
    return lease is not None and store.commit(lease, {"a": {"1": text}})


def spoil(path: Path, begin: int, end: int | None = None) -> None:
    """Overwrite a part of a file with garbage."""
    end = path.stat().st_size if end is None else end
    with path.open("r+b") as file:
        file.seek(begin)
        file.write(b"\xa5" * (end - begin))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return a file with some history."""
    assert write(SqliteStore(tmp_path / "history.sqlite", "target"), "x" * 50_000)
    return tmp_path / "history.sqlite"


DAMAGES = {
    "all of it": lambda path: spoil(path, 0),
    "its beginning": lambda path: spoil(path, 0, 100),
    "all but its beginning": lambda path: spoil(path, PAGE),
    "cut off": lambda path: os.truncate(path, PAGE + 100),
    "replaced by text": lambda path: path.write_text("no database " * 1000),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
@pytest.mark.parametrize("call", ["read", "acquire"])
def test_history_goes_on_in_a_new_file(path, damage, call, caplog):
    """The damaged one keeps every byte, and the log names it."""
    damage(path)
    before = path.read_bytes()
    store = SqliteStore(path, "target")
    if call == "read":
        assert store.read("a")[1] == {"a": {}}
    assert write(store, "new")
    assert store.read("a")[1] == {"a": {"1": "new"}}
    (name,) = store.aside()
    assert (path.parent / name).read_bytes() == before
    (said,) = [record.message for record in caplog.records]
    assert said == f"the history file is damaged: it lies aside as {name} now, and a new one begins"


def test_a_lease_of_the_damaged_file_changes_nothing_in_the_new_one(path):
    """Its holder learns that it holds nothing any more."""
    store = SqliteStore(path, "target")
    lease = store.acquire("other", 30)
    assert lease
    spoil(path, 0)
    assert store.commit(lease, {"a": {"1": "late"}}) is False
    store.release(lease)
    assert store.read("a")[1] == {"a": {}}


def test_many_find_it_at_once_and_one_puts_it_aside(path):
    """Every reader sees the new one."""
    spoil(path, 0)
    stores = [SqliteStore(path, str(number)) for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda store: write(store, "new"), stores))
    assert [store.read("a")[1] for store in stores] == [{"a": {"1": "new"}}] * 8
    assert len(stores[0].aside()) == 1


def test_a_disk_that_damages_every_file_is_not_filled(path):
    """After some, no more is put aside; once they are taken away, it goes on."""
    store = SqliteStore(path, "target")
    for _ in range(MOST):
        spoil(path, 0)
        assert write(store, "again")
    spoil(path, 0)
    with pytest.raises(StoreError, match=f"damaged, and {MOST} damaged ones already lie beside it"):
        store.read("a")
    for name in store.aside():
        (path.parent / name).unlink()
    assert write(store, "on")


def test_a_file_that_may_be_somebody_elses_stays_where_it_is(tmp_path):
    """The setting may name any file of a person."""
    path = tmp_path / "theirs"
    path.write_bytes(before := os.urandom(10 * PAGE))
    store = SqliteStore(path, "target")
    with pytest.raises(StoreError, match="no SQLite file"):
        store.read("a")
    assert (path.read_bytes(), store.aside()) == (before, [])
