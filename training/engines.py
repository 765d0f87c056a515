"""Which engines a folder of bundles needs in a deployment, and how many bytes they are."""

import json
import re
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from training.errors import TrainingError
from training.index import read_index
from training.sealed import sha256

# Above this, Vercel installs packages at every cold start instead of once.
MOST_MIB = 225
MIB = 2**20
PACKAGES = {"onnx": ("onnxruntime",), "sklearn": ("scikit-learn", "joblib"), "frame": ("pandas",)}
NAME = re.compile(r"[A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Needs:
    """What bundles need of a deployment: engine (and "frame") to the models that need it."""

    models: dict[str, tuple[str, ...]]

    @property
    def engines(self) -> tuple[str, ...]:
        """Return the engines, in the order in which they are always named."""
        return tuple(engine for engine in ("onnx", "sklearn") if engine in self.models)

    def packages(self) -> list[str]:
        """Return the distributions to install."""
        return [package for need, of in PACKAGES.items() if need in self.models for package in of]


def needs(root: Path) -> Needs:
    """Return what the bundles that the index lists need."""
    models: dict[str, set[str]] = {}
    for name, versions in read_index(root).items():
        for version, entry in versions.items():
            engine = read_card(root / name / version, entry)["engine"]
            for need in (engine["name"], engine["form"]):
                models.setdefault(need, set()).add(name)
    return Needs({need: tuple(sorted(models[need])) for need in PACKAGES if need in models})


def read_card(folder: Path, entry: dict[str, Any]) -> dict[str, Any]:
    """Return a bundle's card; TrainingError where it is not what the index lists."""
    path = folder / "bundle.json"
    try:
        data = path.read_bytes()
    except OSError as error:
        raise TrainingError(f"{path} can't be read: {error.strerror}") from error
    if sha256(data) != entry["sha256"]:
        raise TrainingError(f"{path} does not match its sha256 in index.json; run verify")
    card: dict[str, Any] = json.loads(data)
    return card


def installed_mib(names: list[str]) -> float:
    """Return the MiB of installed distributions with all that they depend on, without compiled caches."""
    wanted, seen = list(names), set[str]()
    while wanted:
        name = wanted.pop().lower().replace("_", "-")
        if name not in seen and _is_installed(name):
            seen.add(name)
            wanted += [match[0] for text in metadata.requires(name) or [] if (match := _needed(text))]
    return sum(map(_bytes, seen)) / MIB


def _needed(requirement: str) -> re.Match[str] | None:
    """Return the name of a requirement that is not an extra's."""
    return None if "extra ==" in requirement else NAME.match(requirement)


def _is_installed(name: str) -> bool:
    """Return whether a distribution is here; what is not was meant for another platform."""
    return any(metadata.distributions(name=name))


def _bytes(name: str) -> int:
    paths = [Path(str(file.locate())) for file in metadata.files(name) or []]
    return sum(path.stat().st_size for path in paths if path.suffix != ".pyc" and path.exists())
