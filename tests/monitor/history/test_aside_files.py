"""A damaged history file and what lies beside it: who may move them, when, and under which names."""

import os
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from monitor.store import StoreError
from monitor.store.sqlite_aside import (
    BESIDE,
    MOST,
    OURS,
    aside,
    leave,
    mark,
    open_folder,
    place,
    put_aside,
    share,
)

APPLICATION = 0x54414E44
HEADER = b"SQLite format 3\0" + bytes(52) + APPLICATION.to_bytes(4, "big") + bytes(28)
FOREIGN = {
    "another program's": HEADER[:68] + bytes(4) + HEADER[72:],
    "no SQLite file": b"x" + HEADER[1:],
    "a mark elsewhere": HEADER[:67] + HEADER[68:72] + bytes(29),
    "empty": b"",
}


@pytest.fixture
def path(tmp_path):
    """Return a file that has our mark within."""
    path = tmp_path / "monitor.db"
    path.write_bytes(HEADER)
    return path


@contextmanager
def folder_of(path) -> Iterator[int]:
    """Give the folder of a file, as one who uses the file opens it."""
    folder = open_folder(path)
    try:
        yield folder
    finally:
        os.close(folder)


def put(path, damaged="as it is", seconds=0.0) -> bool:
    """Put a file aside."""
    return put_aside(path, place(path) if damaged == "as it is" else damaged, APPLICATION, seconds)


def open_descriptors() -> int:
    """Count what this process has open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - numbers


def test_a_place_is_that_of_a_file_whatever_its_name(path, tmp_path):
    """A file put in its stead is another one; none at all has no place."""
    first = place(path)
    assert first == (path.stat().st_dev, path.stat().st_ino)
    path.rename(tmp_path / "moved")
    assert place(path) is None
    path.write_bytes(HEADER)
    assert place(path) != first == place(tmp_path / "moved")


def test_a_place_that_cannot_be_looked_at_is_an_error(path):
    """It isn't taken for one without a file."""
    with pytest.raises(NotADirectoryError):
        place(path / "below")


def test_many_share_a_folder_and_one_has_it_alone(path):
    """Who comes too late is told so; what was given back is free, though its folder stays open."""
    with folder_of(path) as one, folder_of(path) as two:
        assert share(one, 0)
        assert share(two, 0)
        assert not share(two, 0, alone=True)
        leave(one)
        assert share(two, 0, alone=True)
        assert not share(one, 0)
        leave(two)
        assert share(one, 0, alone=True)


@pytest.mark.parametrize("alone", [False, True], ids=["shared", "alone"])
def test_a_folder_is_waited_for_as_long_as_was_said(path, alone):
    """Who has it gives it back meanwhile, or doesn't."""
    with folder_of(path) as one, folder_of(path) as two:
        assert share(one, 0, alone=True)
        began = time.monotonic()
        assert not share(two, 0.2, alone=alone)
        assert time.monotonic() - began >= 0.2
        waiting = threading.Timer(0.1, leave, [one])
        waiting.start()
        assert share(two, 30, alone=alone)
        waiting.join()


def test_a_folder_is_made_with_those_above_it(tmp_path):
    """And found again if it is there."""
    path = tmp_path / "a" / "b" / "monitor.db"
    for _ in range(2):
        with folder_of(path) as folder:
            assert os.path.samestat(os.fstat(folder), path.parent.stat())


def test_a_note_is_made_once(path):
    """What a person wrote into it stays."""
    note = path.with_name(f"monitor.db{OURS}")
    mark(path)
    assert note.read_text() == "monitor.db is Tandem's, and is put aside should it be damaged.\n"
    note.write_text("read")
    mark(path)
    assert note.read_text() == "read"


def test_a_note_that_cannot_be_made_stops_nobody(tmp_path):
    """The file itself may still be used."""
    mark(tmp_path / "missing" / "monitor.db")
    assert not (tmp_path / "missing").exists()


def test_all_that_lies_beside_a_file_goes_with_it(path):
    """Its note stays for the next one."""
    mark(path)
    for end in BESIDE[:2]:
        path.with_name(f"monitor.db{end}").write_text(end)
    assert put(path)
    (name,) = aside(path)
    assert (path.parent / name).read_bytes() == HEADER
    assert [(path.parent / f"{name}{end}").read_text() for end in BESIDE[:2]] == list(BESIDE[:2])
    assert {each.name for each in path.parent.iterdir()} == {
        *(f"{name}{end}" for end in BESIDE),
        f"monitor.db{OURS}",
    }


def test_names_are_free_though_a_second_has_many(path):
    """A log that was left alone takes its name too."""
    names = []
    for _ in range(3):
        path.write_bytes(HEADER)
        assert put(path)
        (name,) = {*aside(path)} - {*names}
        (path.parent / name).rename(path.parent / f"{name}-wal")
        path.with_name(name).touch()
        names.append(name)
    assert len(aside(path)) == 3
    assert all((path.parent / f"{name}-wal").read_bytes() == HEADER for name in names)


def test_a_name_tells_when_and_the_first_of_a_second_has_no_number(path):
    """Those after it have 2, 3 and so on."""
    for _ in range(4):
        path.write_bytes(HEADER)
        assert put(path)
    numbers: dict[str, set[str]] = {}
    for name in aside(path):
        found = re.fullmatch(r"monitor\.db\.damaged-(\d{8}T\d{6}Z)(-\d+)?", name)
        assert found
        numbers.setdefault(found[1], set()).add(found[2] or "")
    for seen in numbers.values():
        assert seen == {"", *(f"-{number}" for number in range(2, len(seen) + 1))}


def test_a_file_that_somebody_else_put_aside_is_left_alone(path):
    """The one that has its name now is a new one."""
    assert put(path, damaged=(0, 0))
    assert put(path, damaged=None)
    assert (path.read_bytes(), aside(path)) == (HEADER, [])


@pytest.mark.parametrize("content", FOREIGN.values(), ids=FOREIGN)
def test_a_file_without_our_mark_is_nobodys_to_move(path, content):
    """Unless the note beside it says that it is ours."""
    path.write_bytes(content)
    assert not put(path)
    assert (path.read_bytes(), aside(path)) == (content, [])
    mark(path)
    assert put(path)
    assert len(aside(path)) == 1


def test_no_more_than_some_are_put_aside(path):
    """The last that fits goes, and the next stays; logs without their file are not counted."""
    for number in range(MOST - 1):
        path.with_name(f"monitor.db.damaged-{number}").touch()
        path.with_name(f"monitor.db.damaged-{number}-wal").touch()
    assert put(path)
    path.write_bytes(HEADER)
    with pytest.raises(StoreError, match=f"and {MOST} damaged ones already lie beside it"):
        put(path)
    assert path.read_bytes() == HEADER


def test_a_file_that_others_use_stays(path):
    """Once they gave it back, it goes; and so may the next."""
    with folder_of(path) as other:
        assert share(other, 0)
        with pytest.raises(StoreError, match="others use it"):
            put(path)
        leave(other)
        assert put(path)
        assert share(other, 0), "nobody holds the folder any more"


def test_no_folder_stays_open(path):
    """Neither when a file went, nor when it could not."""
    before = open_descriptors()
    for _ in range(3):
        assert put(path, damaged=None)
    with folder_of(path) as other:
        assert share(other, 0)
        with pytest.raises(StoreError, match="others use it"):
            put(path)
    assert open_descriptors() == before


def test_what_lies_aside_is_told_by_its_names(path):
    """Oldest first, without logs, and without what belongs to another file."""
    others = (
        "monitor.db.damaged-2-wal",
        "monitor.db.damaged-2-shm",
        "monitor.db.damage",
        "other.db.damaged-1",
        "monitor.db-wal",
    )
    for name in ("monitor.db.damaged-2", "monitor.db.damaged-1", *others):
        path.with_name(name).touch()
    assert aside(path) == ["monitor.db.damaged-1", "monitor.db.damaged-2"]


def test_in_a_folder_that_is_not_there_nothing_lies_aside(tmp_path):
    """It is made by the first who writes."""
    assert aside(tmp_path / "missing" / "monitor.db") == []
