"""How far the inputs have moved from those of training: one bar per feature, with its threshold."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.page.numerals import counted

MOST = 12
"""Features of a wide model that are shown, the worst ones."""


def drift(
    given: Sequence[Mapping[str, Any]] | None, default: Mapping[str, Any] | None
) -> list[dict[str, Any]] | None:
    """Return the features, most drifted first, on one scale that holds all bars and thresholds."""
    if given is None:
        return None
    top = max((max(each["psi"], each["threshold"]) for each in given), default=0) * 1.1 or 1
    ordered = sorted(given, key=lambda each: (not each["drifted"], each["threshold"] - each["psi"]))
    return [_feature(each, top, default) for each in ordered[:MOST]]


def _feature(each: Mapping[str, Any], top: float, default: Mapping[str, Any] | None) -> dict[str, Any]:
    over = each["psi"] > each["threshold"]
    here = default is not None and (each["model"], each["version"]) == (default["name"], default["version"])
    return {
        "name": each["feature"],
        "of": "" if here else f"{each['model']} {each['version']}",
        "drifted": each["drifted"],
        "psi": _index(each["psi"]),
        "threshold": _index(each["threshold"]),
        "rows": counted(int(each["rows"]), "row"),
        "over": over,
        "verdict": "over" if over else "within",
        "share": round(max(0.0, 100 * each["psi"] / top), 2),
        "mark": round(100 * each["threshold"] / top, 2),
    }


def _index(value: float) -> str:
    """Return a PSI: chance alone moves its third decimal, so no more are shown."""
    return f"{value:.3f}"
