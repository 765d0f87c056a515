"""Files that are whole or not there at all, whenever the machine stops."""

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from training.errors import TrainingError

if sys.platform != "win32":
    import fcntl

STAGING = ".staging-"


class WriteError(TrainingError):
    """The bundle could not be written; those that were there are whole."""


def check_writable(root: Path) -> None:
    """Raise WriteError where nothing could be written below root, before anybody works long for it."""
    there = next(place for place in (root, *root.absolute().parents) if place.exists())
    if not there.is_dir():
        raise WriteError(f"{root} can't be a folder: {there} is a file")
    if not os.access(there, os.W_OK | os.X_OK):
        raise WriteError(f"{root} can't be written: you may not write in {there}; name another folder")


@contextmanager
def locked(root: Path) -> Iterator[None]:
    """Let one process at a time write below root; clear what a killed one left; name a full disk.

    The folder itself is locked, so that no lock file is deployed.
    """
    try:
        root.mkdir(parents=True, exist_ok=True)
        with _flock(root):
            clear(root)
            try:
                yield
            finally:
                clear(root)
    except OSError as error:
        raise WriteError(
            f"the artifacts could not be written: {error.strerror}", "what was there is whole"
        ) from error


@contextmanager
def _flock(root: Path) -> Iterator[None]:
    if sys.platform == "win32":  # two trainings at once are then the person's to avoid
        yield
        return
    descriptor = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def clear(root: Path) -> None:
    """Delete what was staged and never put in its place."""
    for path in root.glob(f"{STAGING}*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def stage_file(root: Path, name: str, data: bytes) -> Path:
    """Return a new file below root that holds data for good, to be renamed into its place."""
    path = root / f"{STAGING}{name}"
    _write(path, data)
    return path


def stage_folder(root: Path, name: str, files: dict[str, bytes]) -> Path:
    """Return a new folder below root that holds files for good, to be renamed into its place."""
    folder = root / f"{STAGING}{name}"
    folder.mkdir()
    for file, data in files.items():
        _write(folder / file, data)
    sync(folder)
    return folder


def put(staged: Path, place: Path) -> None:
    """Rename what was staged into its place, for good."""
    staged.replace(place)
    sync(place.parent)


def make(folder: Path) -> None:
    """Make a folder whose parent is there, for good."""
    if not folder.is_dir():
        folder.mkdir()
        sync(folder.parent)


def replace_file(root: Path, place: Path, data: bytes) -> None:
    """Replace a file below root in one step."""
    put(stage_file(root, place.name, data), place)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:  # over what a killed run may have left beside a file outside the lock
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """Make a folder's list of names last through a loss of power."""
    if sys.platform == "win32":  # which can't open a folder
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
