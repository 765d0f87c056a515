"""The folder in words: /status and /health."""

from datetime import UTC, datetime
from typing import Any

from tools.bundles.folder import Folder, Run, Version
from tools.bundles.metrics import last_runs


def status(folder: Folder) -> dict[str, Any]:
    """Return every bundle with its state and reason, and the last run of every pipeline with its stages."""
    return {
        **health(folder),
        "bundles": [_bundle(version) for version in folder.versions],
        "pipelines": [_pipeline(run) for run in last_runs(folder).values()],
    }


def health(folder: Folder) -> dict[str, Any]:
    """Return `healthy`, `degraded` where something is broken, `unhealthy` where all is; and why."""
    broken = {f"{each.name}/{each.version}": each.reason for each in folder.versions if each.reason}
    reasons = {**folder.reasons, **broken}
    verified = sum(each.card is not None for each in folder.versions)
    if not folder.versions and not reasons:
        reasons["index.json"] = "index.json lists no bundle"
    said = "unhealthy" if not verified else "degraded" if reasons else "healthy"
    return {"status": said, "verified": verified, "listed": len(folder.versions), "reasons": reasons}


def _bundle(version: Version) -> dict[str, Any]:
    said = {"name": version.name, "version": version.version}
    if version.card is None:
        return said | {"state": "broken", "reason": version.reason}
    card = version.card
    return said | {
        "state": "verified",
        "engine": card.engine,
        "sha256": card.sha256,
        "synthetic_data": card.synthetic,
        "scores": dict(card.scores),
    }


def _pipeline(run: Run) -> dict[str, Any]:
    return {
        "name": run.pipeline,
        "success": run.success,
        "seconds": run.seconds,
        "finished_at": datetime.fromtimestamp(run.finished_at, UTC).isoformat().replace("+00:00", "Z"),
        "stages": [
            {"name": name, "success": success, "seconds": seconds} for name, success, seconds in run.stages
        ],
    }
