"""Whatever is wrong with the file is said in a sentence, soon, and a broken disk doesn't stop the start."""

import os
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing
from pathlib import Path

import pytest

from monitor.store import StoreError
from monitor.store.sqlite import SqliteStore
from monitor.store.sqlite_file import VERSION

SOON = 3.0  # A promise of one second, on a machine that may be busy.


@pytest.fixture
def path(tmp_path):
    """Return where the file will be, in a folder that isn't there yet."""
    return tmp_path / "state" / "history.sqlite"


@pytest.fixture
def used(path):
    """Return the path of a file that holds something."""
    write(SqliteStore(path, "target"), "kept")
    return path


def write(store, text) -> None:
    """Commit one field."""
    lease = store.acquire("probe", 30)
    assert lease
    assert store.commit(lease, {"a": {"1": text}})


def failure(call) -> str:
    """Return what a call that must fail soon says."""
    start = time.monotonic()
    with pytest.raises(StoreError) as caught:
        call()
    assert time.monotonic() - start < SOON
    return str(caught.value)


def every_call(store):
    """Return the calls that a page makes first."""
    return {"read": lambda: store.read("a"), "acquire": lambda: store.acquire("probe", 30)}


def foreign(path: Path) -> None:
    """Make another program's file."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("CREATE TABLE theirs (x)")


def marked(path: Path) -> None:
    """Make another program's file that is still empty."""
    with closing(sqlite3.connect(path)) as file:
        file.execute("PRAGMA application_id = 7")


def newer(path: Path) -> None:
    """Make a file as a later version may."""
    write(SqliteStore(path, "target"), "kept")
    with closing(sqlite3.connect(path)) as file:
        file.execute(f"PRAGMA user_version = {VERSION + 1}")


UNUSABLE = {
    "folder in its place": (Path.mkdir, "the history file can't be opened"),
    "text": (lambda path: path.write_text("not a database " * 500), "the history file is no SQLite file"),
    "foreign": (foreign, "the history file belongs to another program"),
    "foreign, empty": (marked, "the history file belongs to another program"),
    "newer": (newer, "the history file was written by a newer version"),
}


@pytest.mark.parametrize(("spoil", "says"), UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("name", ["read", "acquire"])
def test_a_file_that_cannot_be_used(path, spoil, says, name):
    """It is refused with the reason, and stays as it was."""
    path.parent.mkdir()
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    assert failure(every_call(SqliteStore(path, "target"))[name]) == says
    assert before is None or path.read_bytes() == before


@pytest.mark.parametrize("name", ["read", "acquire"])
def test_a_folder_that_cannot_be_made(tmp_path, name):
    """A file stands where the folder should be."""
    (tmp_path / "file").write_text("in the way")
    store = SqliteStore(tmp_path / "file" / "history.sqlite", "target")
    assert failure(every_call(store)[name]) == "the folder of the history file can't be made or opened"


def test_making_a_store_touches_nothing(path):
    """The first call does."""
    SqliteStore(path, "target")
    assert not path.parent.exists()


@pytest.mark.parametrize("name", [":memory:", "file:x?mode=memory", "relative.sqlite"])
def test_no_name_is_special(tmp_path, name):
    """History kept in a name that SQLite reads as "in memory" would be lost."""
    code = "import sys; sys.path.insert(0, sys.argv[1])\n"
    code += "from pathlib import Path; from monitor.store.sqlite import SqliteStore\n"
    code += "store = SqliteStore(Path(sys.argv[2]), 't')\n"
    code += "store.commit(store.acquire('p', 9), {'a': {'1': 'one'}}); print(store.read('a')[1])"
    monitoring = Path(__file__).resolve().parents[3] / "monitoring"
    run = subprocess.run(
        [sys.executable, "-c", code, monitoring, name], cwd=tmp_path, capture_output=True, check=True
    )
    assert run.stdout.decode().strip() == "{'a': {'1': 'one'}}"


def test_a_locked_file_can_be_read_but_not_written(used):
    """Another process writes for long; afterwards all goes on."""
    store = SqliteStore(used, "target")
    with closing(sqlite3.connect(used, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert failure(lambda: store.acquire("probe", 30)) == "the history file is kept locked"
        assert store.read("a")[1] == {"a": {"1": "kept"}}
    write(store, "again")


def test_many_threads_wait_for_a_locked_file_at_the_same_time(used):
    """None of a hundred waits for those before it."""
    store = SqliteStore(used, "target")
    said: list[str] = []
    with closing(sqlite3.connect(used, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        ask = lambda: said.append(failure(lambda: store.acquire("probe", 30)))  # noqa: E731 - one line, used once
        threads = [threading.Thread(target=ask) for _ in range(100)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert said == ["the history file is kept locked"] * 100


def test_a_full_disk_takes_all_or_nothing(tmp_path):
    """A real one, of half a megabyte: what was acknowledged stays, and with room again all goes on."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", str(disk)]
    mounted = os.name == "posix" and subprocess.run(mount, capture_output=True, check=False).returncode == 0
    if not mounted:  # It takes a right that even a root may lack; no server is missing.
        pytest.skip("a small disk can't be mounted here")
    try:
        fill(disk / "history.sqlite", disk / "ballast")
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def fill(path: Path, ballast: Path) -> None:
    """Fill the disk, see the commit fail, and make room."""
    store = SqliteStore(path, "target")
    write(store, "kept")
    with pytest.raises(OSError, match="No space"):
        ballast.write_bytes(b"x" * 1_000_000)
    said = failure(lambda: write(store, "y" * 100_000))
    assert said in ("the disk of the history file is full", "the disk of the history file fails")
    ballast.unlink()
    assert store.read("a")[1] == {"a": {"1": "kept"}}
    with closing(sqlite3.connect(path)) as file:
        file.execute("UPDATE leases SET seconds = 0")  # As if its time were over.
    write(store, "again")


def test_a_file_that_was_removed_is_made_anew(used):
    """Nothing holds on to the old one."""
    store = SqliteStore(used, "target")
    for file in used.parent.iterdir():
        file.unlink()
    assert store.read("a")[1] == {"a": {}}
    write(store, "new")
    assert store.read("a")[1] == {"a": {"1": "new"}}


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc here")
def test_nothing_stays_open(used):
    """Neither after calls that work nor after those that fail."""
    store, broken = SqliteStore(used, "target"), SqliteStore(used.parent, "target")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(20):
        write(store, "text")
        failure(broken.read)
        failure(lambda: broken.acquire("probe", 30))
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_forked_child_waits_for_no_turn_of_its_parent(used):
    """A thread of the parent may be writing at the moment of the fork."""
    code = """
import os, sys, threading
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from monitor.store.sqlite import SqliteStore
store = SqliteStore(Path(sys.argv[2]), "t")
inside, go_on = threading.Event(), threading.Event()
def hold():
    with store._turn():
        inside.set()
        go_on.wait()
thread = threading.Thread(target=hold)
thread.start()
inside.wait()
child = os.fork()
if child == 0:
    lease = store.acquire("p", 9)
    os._exit(0 if store.commit(lease, {"a": {"1": "forked"}}) else 1)
status = os.waitpid(child, 0)[1]
go_on.set()
thread.join()
sys.exit(os.waitstatus_to_exitcode(status))
"""
    monitoring = Path(__file__).resolve().parents[3] / "monitoring"
    subprocess.run([sys.executable, "-c", code, monitoring, used], check=True, timeout=30)


def test_a_clock_that_was_stepped_back_blocks_nobody(path):
    """The lease from the future is free; whoever takes it ends the first holder's right."""
    now = [2000.0]
    store = SqliteStore(path, "target", clock=lambda: now[0])
    first = store.acquire("probe", 10)
    now[0] = 1000.0
    second = store.acquire("probe", 10)
    assert first
    assert second
    assert (second.now, second.token) == (1000.0, first.token + 1)
    assert store.commit(first, {"a": {"1": "first"}}) is False
    assert store.acquire("probe", 10) is None
    assert store.commit(second, {"a": {"1": "second"}})


def test_a_clock_that_was_stepped_back_takes_no_lease_away(path):
    """Nobody else came meanwhile."""
    now = [2000.0]
    store = SqliteStore(path, "target", clock=lambda: now[0])
    lease = store.acquire("probe", 10)
    now[0] = 1999.0
    assert lease
    assert store.commit(lease, {"a": {"1": "one"}})
