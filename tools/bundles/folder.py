"""The artifacts folder as it is now: each bundle is what its hashes promise, or a reason why not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from mlapi.bundle import (
    Bundle,
    BundleFault,
    newest_first,
    open_bundle,
    read_failed_run,
    read_index,
)


@dataclass(frozen=True)
class Run:
    """A run of a pipeline: stages are (name, success, seconds), finished_at is in seconds since the epoch."""

    pipeline: str
    success: bool
    seconds: float
    finished_at: float
    stages: tuple[tuple[str, bool, float], ...]


@dataclass(frozen=True)
class Card:
    """What a verified bundle says of its model."""

    engine: str
    sha256: str
    scores: Mapping[str, float]
    floors: Mapping[str, float]
    synthetic: bool
    run: Run


@dataclass(frozen=True)
class Version:
    """A version of a model: its card, or why there is none."""

    name: str
    version: str
    card: Card | None = None
    reason: str | None = None


@dataclass(frozen=True)
class Folder:
    """All of it; reason: why the index can't be trusted, None where it can."""

    versions: tuple[Version, ...] = ()
    failed_runs: Mapping[str, Run] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """What is wrong beside bundles, by file."""

    @property
    def whole(self) -> bool:
        """Tell whether everything is as it was written, and there is something."""
        return bool(self.versions) and not self.reasons and all(each.card for each in self.versions)


def read(artifacts: Path) -> Folder:
    """Return what a folder holds; whatever is wrong with it is a reason."""
    try:
        index = read_index(artifacts)
    except BundleFault as error:
        return Folder(reasons={"index.json": str(error)})
    reasons: dict[str, str] = {}
    failed: dict[str, Run] = {}
    for name in sorted(index):
        try:
            if (said := read_failed_run(artifacts, name)) is not None:
                failed[name] = _run(said)
        except BundleFault as error:
            reasons[f"{name}/failed-run.json"] = str(error)
        except (AttributeError, KeyError, TypeError, ValueError):
            reasons[f"{name}/failed-run.json"] = f"{name}/failed-run.json is no record of a run"
    versions = [
        _version(artifacts, name, version, index[name][version])
        for name in sorted(index)
        for version in newest_first(index[name])
    ]
    return Folder(tuple(versions), failed, reasons)


def _version(artifacts: Path, name: str, version: str, expected: str) -> Version:
    try:
        return Version(name, version, card=_card(open_bundle(artifacts / name / version, expected)))
    except BundleFault as error:
        return Version(name, version, reason=str(error))
    except (AttributeError, KeyError, TypeError, ValueError):
        return Version(name, version, reason=f"{name}/{version} lacks something that a bundle must say")


def _card(bundle: Bundle) -> Card:
    card = bundle.card
    return Card(
        engine=str(card["engine"]["name"]),
        sha256=bundle.sha256,
        scores={str(name): float(score["value"]) for name, score in card["scores"].items()},
        floors={severity: float(card["floors"][severity]) for severity in ("warning", "critical")},
        synthetic=card["data"]["synthetic"] is True,
        run=_run(bundle.run),
    )


def _run(said: Mapping[str, Any]) -> Run:
    stages = [(str(each["name"]), each["success"] is True, float(each["seconds"])) for each in said["stages"]]
    return Run(
        pipeline=str(said["pipeline"]),
        success=said["success"] is True,
        seconds=float(said["seconds"]),
        finished_at=datetime.fromisoformat(said["finished_at"]).timestamp(),
        stages=tuple(stages),
    )
