"""Where a damaged counters file goes: beside the new one under a name of its own, and never away.

A file is opened and used while its folder is shared, and put aside while the folder is held alone: so nobody
counts into a file that is being moved, nor finds half of one.
"""

import fcntl
import logging
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path

from mlapi.counters import StoreError

LOG = logging.getLogger(__name__)
MOST = 10
"""Damaged files that may lie there before no more is put aside: a disk that fails must not be filled."""
RETRY_SECONDS = 0.001
BESIDE = ("-wal", "-shm", "")  # Itself last: without it, SQLite would throw away what lies beside it.
OURS = "-tandem"
FULL = f"the counters file is damaged, and {MOST} damaged ones already lie beside it"
Place = tuple[int, int]
"""What a file is on its disk, whatever its name."""


def place(path: Path) -> Place | None:
    """Return where a file is, or None if there is none."""
    try:
        found = os.stat(path)  # noqa: PTH116 - asked at every use, and half as fast from the path itself
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def open_folder(path: Path) -> int:
    """Return the folder of a file, made if it is missing, for `share`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return os.open(path.parent, os.O_RDONLY)


def share(folder: int, seconds: float, *, alone: bool = False) -> bool:
    """Wait for a part in a folder, or for all of it; tell whether that came in time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(folder, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
        time.sleep(RETRY_SECONDS)


def leave(folder: int) -> None:
    """Give a folder back; closing it would not, where a child was forked meanwhile."""
    fcntl.flock(folder, fcntl.LOCK_UN)


def mark(path: Path) -> None:
    """Note beside a file that it is ours, which nothing in it tells once its beginning is damaged."""
    if not os.path.exists(note := f"{path}{OURS}"):  # noqa: PTH110 - for each time that a file is opened
        with suppress(OSError):  # A disk that is full or can't be written; the next who opens it tries again.
            Path(note).write_text(f"{path.name} is Tandem's, and is put aside should it be damaged.\n")


def put_aside(path: Path, damaged: Place | None, application: int, seconds: float) -> bool:
    """Put a file aside if it still is the damaged one; False where nothing tells that it is ours.

    Raises StoreError, and OSError where the folder can't be written.
    """
    with _alone(path, seconds):
        if place(path) != damaged:
            return True  # Somebody was faster.
        if not _is_ours(path, application):
            return False
        if len(aside(path)) >= MOST:
            raise StoreError(FULL)
        name = _free_name(path)
        for end in BESIDE:
            if (part := Path(f"{path}{end}")).exists():
                part.rename(path.with_name(f"{name}{end}"))
    LOG.error("the counters file is damaged: it lies aside as %s now, and a new one begins", name)
    return True


def aside(path: Path) -> list[str]:
    """Return the names of the damaged files that lie beside a file, oldest first."""
    try:
        names = os.listdir(path.parent)  # noqa: PTH208 - names are what is wanted
    except OSError:  # It can't be read, or is not there yet; whether counting works is told elsewhere.
        return []
    begins = f"{path.name}.damaged-"
    return sorted(name for name in names if name.startswith(begins) and not name.endswith(BESIDE[:2]))


@contextmanager
def _alone(path: Path, seconds: float) -> Iterator[None]:
    folder = open_folder(path)
    try:
        if not share(folder, seconds, alone=True):
            raise StoreError("the counters file is damaged, and others use it")
        try:
            yield
        finally:
            leave(folder)
    finally:
        os.close(folder)


def _is_ours(path: Path, application: int) -> bool:
    with path.open("rb") as file:
        header = file.read(100)
    known = header.startswith(b"SQLite format 3\0") and header[68:72] == application.to_bytes(4, "big")
    return known or Path(f"{path}{OURS}").exists()


def _free_name(path: Path) -> str:
    stem = time.strftime(f"{path.name}.damaged-%Y%m%dT%H%M%SZ", time.gmtime())
    names = (f"{stem}-{number}" if number > 1 else stem for number in count(1))
    return next(
        name for name in names if not any(Path(f"{path.with_name(name)}{end}").exists() for end in BESIDE)
    )
