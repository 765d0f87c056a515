"""Read and verify bundles: nothing leaves this module that doesn't match its hash."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from mlapi.intervals import is_sound
from mlapi.sealed import SealError, sha256, unseal

FORMAT = 1
NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
VERSION = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9}){0,3}")
MODEL_FILES = ("model.joblib", "model.onnx")
SCALE = ("mean", "deviation")
LONGEST_CLASS = 200
LARGEST = 1e100  # Its square, times any count, is a float.
FORMS = {"onnx": ("columns", "matrix"), "sklearn": ("array", "frame")}


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
        if isinstance(error.__cause__, FileNotFoundError):
            return None
        raise


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
    place = _place(folder, "bundle.json")
    try:
        card: dict[str, Any] = json.loads(data, parse_constant=_refuse)
        if card["format"] != FORMAT:
            raise BundleFault(f"{place} has a format that this API doesn't know")
        if [card["name"], card["version"]] != [folder.parent.name, folder.name]:
            raise BundleFault(f"{place} is the card of another model or version")
        if not _is_whole(card):
            raise BundleFault(f"{place} lacks something, or says something that this API doesn't know")
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError) as error:
        raise BundleFault(f"{place} is not a card") from error
    return card


def _is_whole(card: dict[str, Any]) -> bool:
    """Return whether a card has what serving reads of it before its model is loaded."""
    engine, files = card["engine"], card["files"]
    return (
        engine["form"] in FORMS[engine["name"]]
        and set(files) <= set(MODEL_FILES)
        and all(isinstance(entry["sha256"], str) for entry in files.values())
        and card["task"] in ("regression", "classification")
        and card["explain"]["method"] in ("additive", "shapley", "none")
        and all(isinstance(card[key], str) for key in ("title", "description"))
        and isinstance(card["input"]["properties"], dict)
        and _is_output(card["task"], card["output"])
        and _is_baseline(card)
        and (card["task"] == "classification" or is_sound(card["interval"]))
    )


def _is_baseline(card: dict[str, Any]) -> bool:
    """Return whether the training data's distribution has the bins of every feature."""
    bins = card["baseline"]["features"]
    return set(bins) == {feature["name"] for feature in card["features"]} and all(
        all(isinstance(edge, int | float) for edge in said["edges"])
        if "edges" in said
        else all(isinstance(value, str | int) for value in said["values"])
        for said in bins.values()
    )


def _is_output(task: str, output: dict[str, Any]) -> bool:
    """Return whether classes are listed, or the target's mean and deviation are both sound or both absent."""
    scale = [output[key] for key in SCALE if key in output]
    if task == "classification":
        classes = output["classes"]
        return isinstance(classes, list) and all(map(_is_class, classes)) and not scale
    numbers = all(isinstance(each, int | float) and not isinstance(each, bool) for each in scale)
    sound = numbers and all(abs(each) <= LARGEST for each in scale)
    return not scale or (len(scale) == len(SCALE) and sound and output["deviation"] > 0)


def _is_class(label: Any) -> bool:
    return isinstance(label, str | int) and len(str(label)) <= LONGEST_CLASS


def _refuse(constant: str) -> float:
    raise ValueError(f"{constant} is not JSON")


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
