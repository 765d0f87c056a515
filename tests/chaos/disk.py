"""A small disk that can be filled, made read-only, and whose files can be damaged and mended."""

import os
import resource
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psutil

SIZE = "32m"
CHUNKS = (1 << 20, 4096, 1)
PAGE = 4096
GARBAGE = b"\xa5" * PAGE
LOCKED_SECONDS = 10.0


def mount(folder: Path) -> bool:
    """Give a folder a disk of its own, and tell whether that is permitted here."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(folder)]
    try:
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        return False


def unmount(folder: Path) -> None:
    """Take it away."""
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def full(folder: Path) -> Iterator[None]:
    """Leave no byte on a disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in CHUNKS:
            with suppress(OSError):  # Full: that is what is wanted.
                while file.write(b"x" * size):
                    pass
    try:
        yield
    finally:
        ballast.unlink()


@contextmanager
def limited(pids: Iterable[int]) -> Iterator[None]:
    """Let no process write another byte to any file, as on a full disk."""
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE) for pid in pids}
    for pid, (_, hard) in before.items():
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
    try:
        yield
    finally:
        for pid, limits in before.items():
            with suppress(ProcessLookupError):
                resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep a file locked, as another program that writes to it may."""
    with closing(sqlite3.connect(path, timeout=LOCKED_SECONDS, isolation_level=None)) as file:
        file.execute("BEGIN IMMEDIATE")
        yield


@contextmanager
def read_only(folder: Path, file: Path, users: Iterable[int]) -> Iterator[None]:
    """Let nothing be written to a disk, once nobody has one of its files open."""
    _close_for_all(folder, file, list(users))
    try:
        yield
    finally:
        assert _remount(folder, "rw")


def _close_for_all(folder: Path, file: Path, users: list[int]) -> None:
    """Lock a file until its users closed it; one that opens it again just then is asked once more."""
    deadline = time.monotonic() + LOCKED_SECONDS
    while True:
        with locked(file):
            while any(_has_open(pid, folder) for pid in users):
                assert time.monotonic() < deadline, "somebody keeps a file of the disk open"
                time.sleep(0.02)
        if _remount(folder, "ro"):
            return
        assert time.monotonic() < deadline, "somebody opens a file of the disk again and again"


def _has_open(pid: int, folder: Path) -> bool:
    return any(Path(each.path).is_relative_to(folder) for each in psutil.Process(pid).open_files())


def _remount(folder: Path, how: str) -> bool:
    command = ["mount", "-o", f"remount,{how}", str(folder)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def damage(path: Path) -> bytes:
    """Overwrite every page of a file, while its users may go on, and return what was there."""
    with closing(sqlite3.connect(path, timeout=LOCKED_SECONDS, isolation_level=None)) as file:
        file.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        file.execute("BEGIN IMMEDIATE")  # So that nobody brings pages over from the log meanwhile.
        whole = path.read_bytes()
        with path.open("r+b") as raw:
            raw.write(GARBAGE * (len(whole) // PAGE))
    return whole


def mended(damaged: Path, whole: bytes, to: Path) -> Path:
    """Take a damaged file and what lies beside it away, and put back every page that is still garbage."""
    for end in ("", "-wal", "-shm"):
        with suppress(FileNotFoundError):
            shutil.move(f"{damaged}{end}", f"{to}{end}")
    with to.open("r+b") as file:
        for at in range(0, len(whole), PAGE):
            file.seek(at)
            if file.read(PAGE) == GARBAGE:
                file.seek(at)
                file.write(whole[at : at + PAGE])
        os.fsync(file.fileno())
    return to
