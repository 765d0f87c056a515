"""Bundles as no training should leave them: too low scores, failed runs, a broken file."""

import json
import shutil
from pathlib import Path
from typing import Any

from training.writer import record_failure, write

SHIPPED = Path(__file__).resolve().parents[2] / "ml-api" / "artifacts"


def spoiled(root: Path) -> Path:
    """Write the shipped bundles and worse ones, and return their folder."""
    shutil.copytree(SHIPPED, root)
    newer(root, "math-score", score=("r2", 0.65))
    newer(root, "penguins", score=("accuracy", 0.75))
    newer(root, "house-price", seconds=301.0)
    record_failure(root, "food-drive", failed("food-drive", "data_ingestion"))
    record_failure(root, "penguins", failed("penguins", "data_validation"))
    (root / "penguins" / "1" / "model.onnx").write_bytes(b"")
    return root


def newer(
    root: Path, name: str, *, score: tuple[str, float] | None = None, seconds: float | None = None
) -> None:
    """Write a model's version again as version 9, with another score or another time that it took."""
    folder = root / name / "1"
    card: dict[str, Any] = json.loads((folder / "bundle.json").read_text())
    run: dict[str, Any] = json.loads((folder / "run.json").read_text())
    del run["sha256"]
    if score:
        card["scores"][score[0]]["value"] = score[1]
    if seconds:
        run["seconds"] = seconds
    files = {file: (folder / file).read_bytes() for file in card["files"]}
    write(root, card | {"version": "9"}, files, run)


def failed(pipeline: str, stage: str) -> dict[str, Any]:
    """Return a run that failed in a stage."""
    stages = [{"name": stage, "success": False, "seconds": 0.1, "errors": ["made up by a test"]}]
    times = {"started_at": "2026-01-31T12:00:00Z", "finished_at": "2026-01-31T12:00:02Z", "seconds": 2.0}
    return {"pipeline": pipeline, "success": False, "stages": stages, **times}
