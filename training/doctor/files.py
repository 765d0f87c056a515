"""A deployment folder's own files, as far as the platform puts them into the function."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from training.doctor.platform import (
    ENTRY_FILES,
    ENTRY_FOLDERS,
    NOT_BUILT_AT_ROOT,
    NOT_BUILT_FILES,
    NOT_BUILT_FOLDERS,
)
from training.errors import TrainingError


@dataclass(frozen=True)
class Files:
    """Files: path below the folder to bytes. A link weighs nothing: it is deployed as a link."""

    sizes: dict[str, int]
    links: tuple[str, ...]

    @property
    def bytes(self) -> int:
        """Return what all weigh."""
        return sum(self.sizes.values())

    def by_part(self) -> dict[str, int]:
        """Return the bytes of each file and folder at the top, and of each bundle."""
        parts: dict[str, int] = {}
        for file, size in self.sizes.items():
            names = file.split("/")
            depth = min(len(names) - 1, 3) if names[0] == "artifacts" else min(len(names) - 1, 1)
            part = "/".join(names[:depth]) + "/" if depth else file
            parts[part] = parts.get(part, 0) + size
        return parts


def read_files(folder: Path) -> Files:
    """Return the files of a folder that are deployed into the function."""
    sizes: dict[str, int] = {}
    links: list[str] = []
    for path in _walk(folder):
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            links.append(name)
        elif path.is_file():
            sizes[name] = path.stat().st_size
    return Files(dict(sorted(sizes.items())), tuple(sorted(links)))


def link_faults(folder: Path, links: tuple[str, ...]) -> Iterator[str]:
    """Return what is wrong with links: the platform gets nothing but the link."""
    for name in links:
        try:
            target = (folder / name).resolve(strict=True)
        except (OSError, RuntimeError):  # the latter for a loop, up to Python 3.12
            yield f"{name} is a link to nothing"
            continue
        if not target.is_relative_to(folder):
            yield f"{name} is a link out of the folder: what it points to is not deployed"


def entry_point(folder: Path) -> str | None:
    """Return the file in which the platform finds `app`."""
    for part in ENTRY_FOLDERS:
        for file in ENTRY_FILES:
            if (folder / part / file).is_file():
                return (Path(part) / file).as_posix()
    return None


def stage(folder: Path, files: Files, place: Path) -> None:
    """Copy the files that are deployed, and links as links."""
    for name in (*files.sizes, *files.links):
        target = place / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / name, target, follow_symlinks=False)
        except OSError as error:
            raise TrainingError(f"{name} can't be copied: {error.strerror}") from error


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, files in os.walk(folder, onerror=_raise):
        at_root = NOT_BUILT_AT_ROOT if Path(root) == folder else set()
        links = [name for name in folders if (Path(root) / name).is_symlink()]
        skipped = NOT_BUILT_FOLDERS | at_root
        folders[:] = [name for name in folders if name not in skipped and name not in links]
        for name in [*files, *links]:
            if name not in NOT_BUILT_FILES | at_root | (NOT_BUILT_FOLDERS & {*links}):
                yield Path(root) / name


def _raise(error: OSError) -> None:
    raise TrainingError(f"{error.filename} can't be read: {error.strerror}") from error
