"""The folder as it is at each question, read again only after something in it changed."""

import os
import threading
from pathlib import Path

from tools.bundles.folder import Folder, read

Print = tuple[tuple[str, int, int, int, int], ...]


class Fresh:
    """Reads a folder for many callers at once."""

    def __init__(self, artifacts: Path) -> None:
        self._artifacts = artifacts
        self._lock = threading.Lock()
        self._seen: Print | None = None
        self._folder = Folder()

    def __call__(self) -> Folder:
        """Return what the folder holds now."""
        with self._lock:
            now = fingerprint(self._artifacts)
            if now != self._seen:
                # Taken before it is read: what changes meanwhile is read again next time.
                self._seen, self._folder = now, read(self._artifacts)
            return self._folder


def fingerprint(folder: Path) -> Print:
    """Return what changes with any write, rename or removal below a folder; no content is read."""
    found = []
    seen: set[tuple[int, int]] = set()
    # Unlike pathlib's, this walk goes on where a folder vanishes under it: a training may be writing.
    for root, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if _is_new(Path(root, name), seen)]
        for name in files:
            path = Path(root, name)
            try:
                said = path.stat()
            except OSError:  # It went meanwhile, which its absence shows.
                continue
            found.append((str(path), said.st_ino, said.st_size, said.st_mtime_ns, said.st_ctime_ns))
    return tuple(sorted(found))


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    """Tell whether a folder was not walked yet: links may lead in circles."""
    try:
        said = folder.stat()
    except OSError:
        return False
    before = len(seen)
    seen.add((said.st_dev, said.st_ino))
    return len(seen) > before
