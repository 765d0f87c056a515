"""The model's card: everything of the bundle that is for reading."""

from collections.abc import Mapping
from typing import Any

from mlapi.intervals import factors
from mlapi.page import plots
from mlapi.page.confusion import confusion
from mlapi.page.numerals import exact, file_size, percent, rounded
from mlapi.page.scores import score_label, score_rows
from mlapi.page.words import Feature, names_for_people, value_for_people
from mlapi.predict import class_name

Bundle = Mapping[str, Any]
TIMES = "\N{MULTIPLICATION SIGN}"
_ENGINES = {"onnx": "ONNX Runtime", "sklearn": "scikit-learn"}


def card(bundle: Bundle, sha256: str) -> dict[str, Any]:
    """Return what the card's templates show."""
    return {
        "scores": score_rows(bundle),
        "scoring": bundle["scoring"],
        "floors": bundle["floors"] | {"label": score_label(bundle["floors"]["score"])},
        "plots": _regression(bundle) if bundle["task"] == "regression" else _classification(bundle),
        "candidates": _candidates(bundle),
        "data": bundle["data"] | {"rows": exact(bundle["data"]["rows"])},
        "limitations": bundle["limitations"],
        "inputs": _inputs(bundle),
        "engine": bundle["engine"] | {"title": _ENGINES[bundle["engine"]["name"]]},
        "libraries": bundle["libraries"],
        "hashes": _hashes(bundle, sha256),
        "tolerance": rounded(bundle["tolerance"]["absolute"]),
        "goldens": len(bundle["goldens"]),
        "seed": bundle["seed"],
        "explain": bundle["explain"],
    }


def coverage(interval: Mapping[str, Any] | None, unit: str | None) -> dict[str, str] | None:
    """Return an interval's promise and what was measured of it, in words."""
    if interval is None:
        return None
    found = interval["coverage"]
    bounds = [percent(found[side]) for side in ("low", "high") if found[side] is not None]
    return {
        "level": f"{interval['level']:.0%}",
        "of_ten": f"{interval['level'] * 10:g} of 10",
        "measured": percent(found["value"]),
        "bounds": " to ".join(bounds) if len(bounds) == 2 else "",
        "rows": exact(found["rows"]),
        "method": interval["method"],
        "reach": _reach(interval, unit),
    }


def _reach(interval: Mapping[str, Any], unit: str | None) -> str:
    """Return in words how far an interval goes from its prediction."""
    by = factors(interval)
    if by is None:
        return f"± {rounded(interval['quantile'])} {unit or ''}".rstrip()
    if interval["scale"] == "log":
        return f"from the prediction ÷ {rounded(by[1])} to the prediction {TIMES} {rounded(by[1])}"
    return f"from the prediction {TIMES} {rounded(by[0])} to the prediction {TIMES} {rounded(by[1])}"


def _regression(bundle: Bundle) -> dict[str, Any]:
    return {
        "scatter": plots.scatter(bundle["plots"], bundle["interval"]),
        "errors": plots.errors(bundle["plots"], bundle["interval"]),
        "shown": len(bundle["plots"]["predicted"]),
    }


def _classification(bundle: Bundle) -> dict[str, Any]:
    classes = [class_name(label) for label in bundle["output"]["classes"]]
    return {
        "confusion": confusion(bundle["plots"], classes),
        "calibration": plots.calibration(bundle["plots"]),
    }


def _candidates(bundle: Bundle) -> dict[str, Any]:
    """Return the compared models as a table; a score may be a number or hold one with its interval."""
    names = list(bundle["scores"])
    return {
        "scores": [score_label(name) for name in names],
        "rows": [
            {
                "name": candidate["name"],
                "chosen": candidate["chosen"],
                "scores": [_score(candidate["scores"].get(name)) for name in names],
            }
            for candidate in bundle["candidates"]
        ],
    }


def _score(score: Any) -> str:
    if isinstance(score, Mapping):
        score = score["value"]
    return "\N{EN DASH}" if score is None else rounded(score)


def _inputs(bundle: Bundle) -> list[dict[str, str]]:
    labels = names_for_people(bundle["features"])
    return [
        {
            "name": feature["name"],
            "label": label,
            "kind": feature["kind"] + (", may be missing" if feature["nullable"] else ""),
            "range": _range(feature),
            "typical": value_for_people(feature["typical"]),
        }
        for feature, label in zip(bundle["features"], labels, strict=True)
    ]


def _range(feature: Feature) -> str:
    if feature["kind"] == "boolean":
        return "yes, no"
    if feature["kind"] == "category":
        shown = ", ".join(str(value) for value in feature["values"][:6])
        more = len(feature["values"]) - 6
        return shown + (f" and {more} more" if more > 0 else "")
    unit = f" {feature['unit']}" if feature["unit"] else ""
    return f"{exact(feature['low'])} to {exact(feature['high'])}{unit}"


def _hashes(bundle: Bundle, sha256: str) -> list[dict[str, str]]:
    files = [
        {"name": name, "size": file_size(file["bytes"]), "sha256": file["sha256"]}
        for name, file in bundle["files"].items()
    ]
    data = {"name": "training data", "size": "", "sha256": bundle["data"]["sha256"]}
    return [{"name": "bundle.json", "size": "", "sha256": sha256}, *files, data]
