"""The index of the bundles that count; replacing it is what commits a bundle or its removal."""

from pathlib import Path
from typing import Any

from training.disk import put, stage_file
from training.errors import TrainingError
from training.sealed import SealError, seal, unseal

Index = dict[str, dict[str, dict[str, Any]]]

NAME = "index.json"


def read_index(root: Path) -> Index:
    """Return model -> version -> {"bytes", "sha256"} of bundle.json; empty where there is no index."""
    path = root / NAME
    if not path.exists():
        return {}
    try:
        bundles: Index = unseal(path.read_bytes())["bundles"]
    except SealError as error:
        raise SealError(f"{NAME} is damaged: {error}") from error
    return bundles


def check_there(root: Path) -> None:
    """Raise TrainingError where there is no folder of bundles: a name was mistyped."""
    if not root.is_dir():
        raise TrainingError(f"there is no folder {root}")


def stage_index(root: Path, index: Index) -> Path:
    """Return the new index as a file that only needs renaming, so that a full disk shows before that."""
    return stage_file(root, NAME, seal({"bundles": index}))


def put_index(root: Path, staged: Path) -> None:
    """Commit."""
    put(staged, root / NAME)


def listed(index: Index, name: str, version: str, entry: dict[str, Any]) -> Index:
    """Return the index with one more bundle."""
    return index | {name: index.get(name, {}) | {version: entry}}


def unlisted(index: Index, name: str, version: str | None) -> Index:
    """Return the index without a version of a model, or without the model."""
    versions = {each: entry for each, entry in index[name].items() if version not in (None, each)}
    return {each: entry for each, entry in index.items() if each != name} | (
        {name: versions} if versions else {}
    )
