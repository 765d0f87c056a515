"""What is served: the default model in full, the others in a line each."""

from collections.abc import Mapping
from typing import Any

from monitor.page.numerals import counted, exact, rounded
from monitor.page.scores import label, score_rows
from monitor.page.times import moment
from monitor.page.words import sentence

Model = Mapping[str, Any]


def model(given: Model | None) -> dict[str, Any] | None:
    """Return the default model's card for reading."""
    if given is None:
        return None
    floors = given["floors"]
    score, warning, critical = label(floors["score"]), exact(floors["warning"]), exact(floors["critical"])
    return _line(given) | {
        "task": given["task"],
        "target": given["target"],
        "unit": given["unit"] or "",
        "features": counted(len(given["features"]), "input"),
        "scores": score_rows(given),
        "scoring": sentence(given["scoring"]),
        "floors": f"{score} below {warning} warns, below {critical} is critical",
        "data": given["data"] | {"note": sentence(given["data"]["note"])},
        "engine": {"onnx": "ONNX Runtime", "sklearn": "scikit-learn"}.get(given["engine"], given["engine"]),
    }


def others(models: list[Model], default: Model | None) -> list[dict[str, Any]]:
    """Return every other model and version as a line."""
    here = (default["name"], default["version"]) if default else None
    return [_line(each) for each in models if (each["name"], each["version"]) != here]


def _line(given: Model) -> dict[str, Any]:
    named = given["floors"]["score"]
    score = given["scores"].get(named)
    run = given["run"]
    return {
        "name": given["name"],
        "version": given["version"],
        "title": given["title"] or given["name"],
        "score": f"{label(named)} {rounded(score['value'])}" if score else "none told",
        "rows": counted(given["data"]["rows"], "row"),
        "synthetic": given["data"]["synthetic"],
        "trained": moment(run["finished_at"]) if run else None,
        "sha256": given["sha256"],
    }
