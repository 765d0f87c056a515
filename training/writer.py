"""The only writer of ml-api/artifacts/: a run that is killed at any moment leaves what was there whole."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training import versions
from training.disk import WriteError, locked, make, put, replace_file, stage_folder
from training.index import Index, listed, put_index, read_index, stage_index, unlisted
from training.sealed import seal, sha256
from training.spelling import render

__all__ = ["WriteError", "Written", "read_index", "record_failure", "remove", "write"]

NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
FAILED = "failed-run.json"
RUN = "run.json"


@dataclass(frozen=True)
class Written:
    """Where a bundle is; changed: False where the same one was there and only run.json was replaced."""

    version: str
    path: Path
    changed: bool


def write(root: Path, card: dict[str, Any], files: dict[str, bytes], run: dict[str, Any]) -> Written:
    """Write a bundle and commit it.

    Where card["version"] is None the newest version is kept if nothing but the run differs, else the
    next one is made. A version that exists with other content is refused. Raises WriteError.
    """
    name = card["name"]
    _check(name, card["version"])
    with locked(root):
        index = read_index(root)
        version = card["version"] or _version(index.get(name, {}), card)
        content = {"bundle.json": _rendered(card, version), **files}
        entry = _entry(content["bundle.json"])
        known = index.get(name, {}).get(version)
        if known not in (None, entry):
            raise WriteError(
                f"{name} {version} exists with other content; a version never changes, take another"
            )
        place = root / name / version
        if known:
            _heal(root, place, content | {RUN: seal(run)})
        else:
            _commit(root, place, content | {RUN: seal(run)}, listed(index, name, version, entry))
        (root / name / FAILED).unlink(missing_ok=True)
    return Written(version, place, changed=known is None)


def record_failure(root: Path, name: str, run: dict[str, Any]) -> None:
    """Write down a model's last failed run, which the next success removes."""
    _check(name, None)
    with locked(root):
        make(root / name)
        replace_file(root, root / name / FAILED, seal(run))


def remove(root: Path, name: str, version: str | None) -> None:
    """Take a version of a model, or the model, out of the index and then off the disk."""
    with locked(root):
        index = read_index(root)
        if name not in index or version not in (None, *index[name]):
            known = ", ".join(index.get(name, index)) or "nothing"
            raise WriteError(f"the index lists no {' '.join(filter(None, (name, version)))}, only {known}")
        rest = unlisted(index, name, version)
        put_index(root, stage_index(root, rest))
        gone = root / name if name not in rest else root / name / str(version)
        shutil.rmtree(gone, ignore_errors=True)  # it no longer counts, whether or not it can be deleted


def _check(name: str, version: str | None) -> None:
    if not NAME.fullmatch(name):
        raise WriteError("a model's name is 1 to 63 small letters, digits and hyphens, a letter first")
    if version is not None and not versions.PATTERN.fullmatch(version):
        raise WriteError("a version is digits, with dots between them: 3 or 2.1")


def _version(entries: dict[str, Any], card: dict[str, Any]) -> str:
    """Return the newest version if it is this very card, else the next one."""
    newest = versions.newest(entries)
    if newest and entries[newest] == _entry(_rendered(card, newest)):
        return newest
    return versions.following(newest)


def _rendered(card: dict[str, Any], version: str) -> bytes:
    return render(card | {"version": version})


def _entry(bundle: bytes) -> dict[str, Any]:
    return {"bytes": len(bundle), "sha256": sha256(bundle)}


def _commit(root: Path, place: Path, content: dict[str, bytes], index: Index) -> None:
    """Put a folder and the index that lists it in their places; all that can fill the disk comes first."""
    folder = stage_folder(root, "bundle", content)
    staged_index = stage_index(root, index)
    if place.exists():  # left by a killed run: no index lists it
        shutil.rmtree(place)
    make(place.parent)
    put(folder, place)
    put_index(root, staged_index)


def _heal(root: Path, place: Path, content: dict[str, bytes]) -> None:
    """Replace the files of a listed bundle that differ: its run.json, and any that was damaged."""
    make(place.parent)
    make(place)
    for file, data in content.items():
        path = place / file
        if not path.exists() or path.read_bytes() != data:
            replace_file(root, path, data)
