"""Small bundles for the writer's tests, and what must hold of every folder of them."""

import json
from pathlib import Path
from typing import Any

from training.sealed import sha256, unseal
from training.writer import Written, read_index, write

RUN = {"pipeline": "toy", "success": True, "seconds": 1.0, "stages": []}


def card(*, name: str = "toy", version: str | None = None, content: bytes = b"a") -> dict[str, Any]:
    """Return as much of a card as the writer looks at."""
    files = {"model.joblib": {"bytes": len(content), "sha256": sha256(content)}}
    return {"format": 1, "name": name, "version": version, "files": files}


def put(root: Path, *, name: str = "toy", version: str | None = None, content: bytes = b"a") -> Written:
    """Write a bundle whose only file holds content."""
    made = card(name=name, version=version, content=content)
    return write(root, made, {"model.joblib": content}, RUN)


def assert_whole(root: Path) -> None:
    """Check that every listed bundle is there with every byte."""
    for name, versions in read_index(root).items():
        for version, entry in versions.items():
            folder = root / name / version
            bundle = (folder / "bundle.json").read_bytes()
            assert entry == {"bytes": len(bundle), "sha256": sha256(bundle)}
            said = json.loads(bundle)
            assert (said["name"], said["version"]) == (name, version)
            for file, held in said["files"].items():
                assert sha256((folder / file).read_bytes()) == held["sha256"]
            unseal((folder / "run.json").read_bytes())
            assert {path.name for path in folder.iterdir()} == {"bundle.json", "run.json", *said["files"]}
