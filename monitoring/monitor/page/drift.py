"""How far the inputs have moved from those of training: one bar per feature, with its threshold."""

from collections.abc import Mapping, Sequence
from typing import Any

from monitor.page.numerals import counted, rounded


def drift(given: Sequence[Mapping[str, Any]] | None) -> list[dict[str, Any]] | None:
    """Return the features, most drifted first, on one scale that holds all bars and thresholds."""
    if given is None:
        return None
    top = max((max(each["psi"], each["threshold"]) for each in given), default=0) * 1.1 or 1
    return [_feature(each, top) for each in sorted(given, key=lambda each: each["threshold"] - each["psi"])]


def _feature(each: Mapping[str, Any], top: float) -> dict[str, Any]:
    over = each["psi"] > each["threshold"]
    return {
        "name": each["feature"],
        "psi": rounded(each["psi"]),
        "threshold": rounded(each["threshold"]),
        "rows": counted(int(each["rows"]), "row"),
        "over": over,
        "verdict": "over" if over else "within",
        "share": round(max(0.0, 100 * each["psi"] / top), 2),
        "mark": round(100 * each["threshold"] / top, 2),
    }
