"""Read and verify bundles: nothing leaves this module that doesn't match its hash."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlapi import regular, strict_json
from mlapi.card import is_whole
from mlapi.regular import FileFault
from mlapi.sealed import SealError, sha256, unseal

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
MOST_JSON = 5_000_000  # More than the platform would send of a card.
MOST_MODEL = 2_000_000_000  # More than a graph can have.


class BundleFault(Exception):
    """Something in the artifacts folder isn't what was written; the message names the file."""


@dataclass(frozen=True)
class Bundle:
    """A bundle whose files all matched their hashes when it was opened."""

    folder: Path
    card: dict[str, Any]
    sha256: str
    run: dict[str, Any]

    @property
    def name(self) -> str:
        """Return the model's name."""
        return str(self.card["name"])

    @property
    def version(self) -> str:
        """Return the model's version."""
        return str(self.card["version"])

    @cached_property
    def identity(self) -> dict[str, str]:
        """Return what every answer says of the model that gave it."""
        return {"name": self.name, "version": self.version, "sha256": self.sha256}

    def model_file(self, file: str) -> bytes:
        """Return a model file's bytes, verified. Raises BundleFault."""
        size = self._entry(file)["bytes"]
        data = _read(self.folder, file, MOST_MODEL, size)
        self._check(file, sha256(data))
        return data

    def verify(self, file: str) -> None:
        """Hold a model file against its hash, without holding it in memory. Raises BundleFault."""
        root, place = _place(self.folder, file)
        size = self._entry(file)["bytes"]
        try:
            self._check(file, regular.digest(root, place, most=MOST_MODEL, exactly=size))
        except FileFault as error:
            raise BundleFault(str(error)) from error

    def _entry(self, file: str) -> dict[str, Any]:
        if file not in self.card["files"]:
            raise BundleFault(f"{self.name}/{self.version}/{file} is not part of the bundle")
        entry: dict[str, Any] = self.card["files"][file]
        return entry

    def _check(self, file: str, found: str) -> None:
        if found != self._entry(file)["sha256"]:
            raise BundleFault(f"{_place(self.folder, file)[1]} does not match its sha256 in bundle.json")


def newest_first(versions: Iterable[str]) -> list[str]:
    """Return versions by number, the newest first."""
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def read_index(artifacts: Path) -> dict[str, dict[str, str]]:
    """Return {name: {version: sha256 of its bundle.json}}. Raises BundleFault."""
    content = _unsealed(artifacts, "index.json")
    try:
        index = {
            name: {version: str(entry["sha256"]) for version, entry in versions.items()}
            for name, versions in content["bundles"].items()
        }
    except (AttributeError, KeyError, TypeError) as error:
        raise BundleFault("index.json is not an index of bundles") from error
    for name, versions in index.items():
        if not NAME.fullmatch(name) or not all(map(VERSION.fullmatch, versions)):
            raise BundleFault("index.json names a model or version that can't be one")
    return index


def read_failed_run(artifacts: Path, name: str) -> dict[str, Any] | None:
    """Return the record of the last training that failed, if there is one. Raises BundleFault."""
    try:
        return _unsealed(artifacts / name, "failed-run.json")
    except BundleFault as error:
        if isinstance(error.__cause__, FileFault) and isinstance(
            error.__cause__.__cause__, FileNotFoundError
        ):
            return None
        raise


def open_bundle(folder: Path, expected: str) -> Bundle:
    """Verify a bundle's folder against the sha256 of its bundle.json and return it.

    Raises BundleFault naming the first file that is missing or differs.
    """
    data = _read(folder, "bundle.json", MOST_JSON)
    if sha256(data) != expected:
        raise BundleFault(f"{_place(folder, 'bundle.json')[1]} does not match its sha256 in index.json")
    bundle = Bundle(folder, _card(folder, data), expected, _unsealed(folder, "run.json"))
    for file in bundle.card["files"]:
        bundle.verify(file)
    return bundle


def _card(folder: Path, data: bytes) -> dict[str, Any]:
    place = _place(folder, "bundle.json")[1]
    try:
        card = _decoded(data)
        if card["format"] != FORMAT:
            raise BundleFault(f"{place} has a format that this API doesn't know")
        if [card["name"], card["version"]] != [folder.parent.name, folder.name]:
            raise BundleFault(f"{place} is the card of another model or version")
        if not is_whole(card):
            raise BundleFault(f"{place} lacks something, or says something that this API doesn't know")
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
        raise BundleFault(f"{place} is not a card") from error
    return card


def _decoded(data: bytes) -> dict[str, Any]:
    card, improper = strict_json.decode(data)
    if improper:
        raise ValueError("it holds a number that isn't finite, or a key that stands twice")
    decoded: dict[str, Any] = card
    return decoded


def _unsealed(folder: Path, file: str) -> dict[str, Any]:
    try:
        return unseal(_read(folder, file, MOST_JSON))
    except SealError as error:
        raise BundleFault(f"{_place(folder, file)[1]} {error}") from error


def _read(folder: Path, file: str, most: int, exactly: int | None = None) -> bytes:
    root, place = _place(folder, file)
    try:
        return regular.read(root, place, most=most, exactly=exactly)
    except FileFault as error:
        raise BundleFault(str(error)) from error


def _place(folder: Path, file: str) -> tuple[Path, str]:
    """Return the artifacts folder and the file's path below it, which tells no caller where the folder is."""
    if file == "index.json":
        return folder, file
    if file == "failed-run.json":
        return folder.parent, f"{folder.name}/{file}"
    return folder.parent.parent, f"{folder.parent.name}/{folder.name}/{file}"
