"""Read and verify bundles: nothing leaves this module that doesn't match its hash."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlapi.sealed import SealError, sha256, unseal

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
MODEL_FILES = ("model.joblib", "model.onnx")


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
        if file not in self.card["files"]:
            raise BundleFault(f"{self.name}/{self.version}/{file} is not part of the bundle")
        data = _read(self.folder, file)
        if sha256(data) != self.card["files"][file]["sha256"]:
            raise BundleFault(f"{_place(self.folder, file)} does not match its sha256 in bundle.json")
        return data


def newest_first(versions: Iterable[str]) -> list[str]:
    """Return versions by number, the newest first."""
    return sorted(versions, key=lambda version: [int(part) for part in version.split(".")], reverse=True)


def read_index(artifacts: Path) -> dict[str, dict[str, str]]:
    """Return {name: {version: sha256 of its bundle.json}}. Raises BundleFault."""
    content = _unsealed(artifacts, "index.json")
    index = {
        name: {version: entry["sha256"] for version, entry in versions.items()}
        for name, versions in content["bundles"].items()
    }
    for name, versions in index.items():
        if not NAME.fullmatch(name) or not all(map(VERSION.fullmatch, versions)):
            raise BundleFault("index.json names a model or version that can't be one")
    return index


def read_failed_run(artifacts: Path, name: str) -> dict[str, Any] | None:
    """Return the record of the last training that failed, if there is one. Raises BundleFault."""
    folder = artifacts / name
    return _unsealed(folder, "failed-run.json") if (folder / "failed-run.json").exists() else None


def open_bundle(folder: Path, expected: str) -> Bundle:
    """Verify a bundle's folder against the sha256 of its bundle.json and return it.

    Raises BundleFault naming the first file that is missing or differs.
    """
    data = _read(folder, "bundle.json")
    if sha256(data) != expected:
        raise BundleFault(f"{_place(folder, 'bundle.json')} does not match its sha256 in index.json")
    bundle = Bundle(folder, _card(folder, data), expected, _unsealed(folder, "run.json"))
    for file in bundle.card["files"]:
        bundle.model_file(file)
    return bundle


def _card(folder: Path, data: bytes) -> dict[str, Any]:
    card: dict[str, Any] = json.loads(data)
    if card.get("format") != FORMAT:
        raise BundleFault(f"{_place(folder, 'bundle.json')} has a format that this API doesn't know")
    if [card["name"], card["version"]] != [folder.parent.name, folder.name]:
        raise BundleFault(f"{_place(folder, 'bundle.json')} is the card of another model or version")
    if not set(card["files"]) <= set(MODEL_FILES):
        raise BundleFault(f"{_place(folder, 'bundle.json')} lists a file that no engine reads")
    return card


def _unsealed(folder: Path, file: str) -> dict[str, Any]:
    try:
        return unseal(_read(folder, file))
    except SealError as error:
        raise BundleFault(f"{_place(folder, file)} {error}") from error


def _read(folder: Path, file: str) -> bytes:
    try:
        return (folder / file).read_bytes()
    except OSError as error:
        raise BundleFault(f"{_place(folder, file)} can't be read ({type(error).__name__})") from error


def _place(folder: Path, file: str) -> str:
    """Return the file's path below the artifacts folder, which tells no caller where that is."""
    if file == "index.json":
        return file
    parts = [folder.name] if file == "failed-run.json" else [folder.parent.name, folder.name]
    return "/".join([*parts, file])
