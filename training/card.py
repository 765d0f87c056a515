"""The card, bundle.json: everything about a model that can be said without loading it."""

from collections.abc import Sequence
from dataclasses import asdict
from importlib import metadata
from typing import Any

from training.baseline import baseline
from training.features import input_schema
from training.fitted import Fitted
from training.goldens import choose, example
from training.measured import Measured
from training.metrics import FLOORS, MAIN
from training.plots import plots
from training.sealed import sha256
from training.spelling import render

__all__ = ["assemble", "libraries", "render", "scores", "short"]

LIBRARIES = ("scikit-learn", "numpy", "joblib", "onnx", "skl2onnx", "onnxruntime")
DIGITS = 6


def assemble(
    *,
    fitted: Fitted,
    measured: Measured,
    name: str,
    version: str | None,
    title: str,
    description: str,
    engine: dict[str, str],
    files: dict[str, bytes],
    tolerance: float,
    explain: dict[str, Any],
    data: dict[str, Any],
    candidates: Sequence[dict[str, Any]],
    limitations: Sequence[str],
    seed: int,
    floors: tuple[float, float] = FLOORS,
) -> dict[str, Any]:
    """Return bundle.json's object, its keys in the contract's order; version None leaves it to the writer."""
    return {
        "format": 1,
        "name": name,
        "version": version,
        "task": fitted.task,
        "title": title,
        "description": description,
        "engine": engine,
        "files": {file: {"bytes": len(held), "sha256": sha256(held)} for file, held in files.items()},
        "features": [feature.as_json() for feature in fitted.features],
        "input": input_schema(fitted.features, example(fitted)),
        "output": fitted.output.as_json(),
        "scores": scores(measured),
        "scoring": measured.scoring,
        "floors": {"score": MAIN[fitted.task], "warning": floors[0], "critical": floors[1]},
        "candidates": list(candidates),
        "data": data,
        "interval": _interval(measured),
        "tolerance": {"absolute": tolerance},
        "goldens": choose(fitted, seed),
        "baseline": baseline(fitted.features, fitted.table),
        "explain": explain,
        "plots": short(plots(measured, fitted.output, fitted.task, seed)),
        "libraries": libraries(),
        "limitations": list(limitations),
        "seed": seed,
    }


def scores(measured: Measured) -> dict[str, Any]:
    """Return the scores as they stand in bundle.json."""
    return {name: short(asdict(score)) for name, score in measured.scores.items()}


def short(value: Any) -> Any:
    """Return a value with each float in it rounded to 6 significant digits; more were not measured."""
    if isinstance(value, dict):
        return {key: short(each) for key, each in value.items()}
    if isinstance(value, list):
        return [short(each) for each in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def libraries() -> dict[str, str]:
    """Return the versions of the libraries at work, as far as they are installed."""
    return {each: dist.version for each in LIBRARIES for dist in metadata.distributions(name=each)}


def _interval(measured: Measured) -> dict[str, Any] | None:
    """Return the interval with its coverage rounded; the quantile is served as it was found."""
    if measured.interval is None:
        return None
    return measured.interval | {"coverage": short(measured.interval["coverage"])}
