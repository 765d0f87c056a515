"""Files of the artifacts folder: regular ones, inside of it, whose size is known before they are read."""

import hashlib
import os
import stat
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

_PART = 1_048_576


class FileFault(Exception):
    """A file that can't be used; the message begins with its place below the artifacts folder."""


def read(root: Path, place: str, *, most: int, exactly: int | None = None) -> bytes:
    """Return the bytes of a file. Raises FileFault, before it reads, where there are too many or too few.

    place: where it is below the root, which may be a link itself; those below it may not lead out of it.
    """
    return b"".join(_parts(root, place, most, exactly))


def digest(root: Path, place: str, *, most: int, exactly: int) -> str:
    """Return the hex sha256 of a file, which is never held as a whole. Raises FileFault as `read` does."""
    found = hashlib.sha256()
    for part in _parts(root, place, most, exactly):
        found.update(part)
    return found.hexdigest()


def _parts(root: Path, place: str, most: int, exactly: int | None) -> Iterator[bytes]:
    try:
        with _opened(root, place) as file:
            size = os.fstat(file.fileno()).st_size
            _check_size(place, size, most, exactly)
            while size and (part := file.read(min(size, _PART))):
                size -= len(part)
                yield part
    except OSError as error:
        raise FileFault(f"{place} can't be read ({type(error).__name__})") from error


def _opened(root: Path, place: str) -> FileIO:
    at = _real(root, place)
    _check_kind(place, at.stat().st_mode)  # To open a pipe or a device can do something already.
    # Between the two looks it may have changed: then opening neither follows nor waits.
    file = FileIO(os.open(at, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC))
    try:
        _check_kind(place, os.fstat(file.fileno()).st_mode)
    except FileFault:
        file.close()
        raise
    return file


def _real(root: Path, place: str) -> Path:
    """Return where a file is, behind links that don't leave the root. Raises FileFault and OSError."""
    parts = Path(place).parts
    if not any(root.joinpath(*parts[: at + 1]).is_symlink() for at in range(len(parts))):
        return root / place
    real = Path(os.path.realpath(root / place, strict=True))  # pathlib's says a circle in its own way.
    if not real.is_relative_to(root.resolve()):
        raise FileFault(f"{place} leads out of the artifacts folder by a symbolic link")
    return real


def _check_kind(place: str, mode: int) -> None:
    if not stat.S_ISREG(mode):
        raise FileFault(f"{place} is no regular file")


def _check_size(place: str, size: int, most: int, exactly: int | None) -> None:
    if size > most:
        raise FileFault(f"{place} is larger than {most // 1_000_000} MB")
    if exactly is not None and size != exactly:
        raise FileFault(
            f"{place} does not match its sha256: it has {size} bytes where {exactly} were written"
        )
