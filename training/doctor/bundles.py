"""The bundles in a deployment folder: what serves each of them, what they weigh, which are broken."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training.engines import PACKAGES, Needs, read_card
from training.errors import TrainingError
from training.index import NAME, Index, read_index
from training.sealed import sha256

FOLDER = "artifacts"
PICKLE = "model.joblib"


@dataclass(frozen=True)
class Bundle:
    """A bundle whose files are what was written; pickle: the bytes of model.joblib, if it has one."""

    name: str
    version: str
    engine: str
    form: str
    pickle: int


@dataclass(frozen=True)
class Bundles:
    """The bundles of a folder, the faults of the others, and those that are deployed but never served."""

    sound: tuple[Bundle, ...] = ()
    faults: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    known: bool = False

    @property
    def are_whole(self) -> bool:
        """Return whether there are bundles, and all are known; only then are needs all that is needed."""
        return self.known and not self.faults

    @property
    def needs(self) -> Needs:
        """Return what the sound bundles need, engine (and "frame") to models."""
        found = {
            need: tuple(sorted({each.name for each in self.sound if need in (each.engine, each.form)}))
            for need in PACKAGES
        }
        return Needs({need: models for need, models in found.items() if models})


def read_bundles(folder: Path) -> Bundles:
    """Return the bundles that a deployment folder holds; none where it has no artifacts."""
    root = folder / FOLDER
    if not root.is_dir():
        return Bundles()
    try:
        index = _index(root)
    except TrainingError as error:
        return Bundles(faults=tuple(f"{FOLDER}/{line}" for line in error.lines))
    sound: list[Bundle] = []
    faults: list[str] = []
    for name, versions in index.items():
        for version, entry in versions.items():
            try:
                sound.append(_bundle(root, name, version, entry))
            except TrainingError as error:
                faults += error.lines
    return Bundles(tuple(sound), tuple(faults), tuple(_unlisted(root, index)), known=True)


def asks_for(root: Path, bundles: Bundles, module: str) -> bool:
    """Return whether a pickle that is served may import a module: its name stands somewhere in the bytes."""
    pickled = [each for each in bundles.sound if each.engine == "sklearn" and each.pickle]
    return any(
        module.encode() in (root / FOLDER / each.name / each.version / PICKLE).read_bytes()
        for each in pickled
    )


def _index(root: Path) -> Index:
    if not (root / NAME).exists():
        raise TrainingError(f"{NAME} is missing, so the API serves no bundle")
    try:
        index = read_index(root)
    except OSError as error:
        raise TrainingError(f"{NAME} can't be read: {error.strerror}") from error
    except KeyError as error:
        raise TrainingError(f"{NAME} is no index of bundles") from error
    if not isinstance(index, dict) or not all(isinstance(versions, dict) for versions in index.values()):
        raise TrainingError(f"{NAME} is no index of bundles")
    return index


def _bundle(root: Path, name: str, version: str, entry: Any) -> Bundle:
    place = f"{FOLDER}/{name}/{version}"
    folder = root / name / version
    try:
        card = read_card(folder, entry)
        sizes = {
            file: _checked(folder / file, f"{place}/{file}", said) for file, said in card["files"].items()
        }
        return Bundle(name, version, card["engine"]["name"], card["engine"]["form"], sizes.get(PICKLE, 0))
    except TrainingError as error:
        raise TrainingError(*(line.replace(str(folder), place) for line in error.lines)) from error
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise TrainingError(f"{place}/bundle.json is no card") from error


def _checked(path: Path, place: str, said: dict[str, Any]) -> int:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{place} can't be read: {error.strerror}") from error
    if sha256(data) != said["sha256"]:
        raise TrainingError(f"{place} does not match its sha256 in bundle.json")
    return len(data)


def _unlisted(root: Path, index: Index) -> Iterator[str]:
    """Return the bundles that are deployed though nothing serves them."""
    for card in sorted(root.glob("*/*/bundle.json")):
        name, version = card.parent.parent.name, card.parent.name
        if version not in index.get(name, {}):
            yield f"{FOLDER}/{name}/{version}"
