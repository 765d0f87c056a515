"""The rows whose answers are known: expected beside received, wrong ones first."""

import json
from collections.abc import Mapping
from typing import Any

from monitor.page.numerals import rounded
from monitor.page.words import cut, sentence, value

_FROM = {
    "goldens.json": "The expected answers came with the monitor, written when the model was trained.",
    "first seen": "The expected answers are those of the card when the monitor first saw this version.",
    "its own card": "The expected answers are those of its own card: nothing independent is kept.",
}


def goldens(given: list[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return every model's goldens: the default first, then those that are wrong."""
    ordered = sorted(given, key=lambda each: (not each["default"], _right(each)))
    return [_model(each) for each in ordered]


def _right(given: Mapping[str, Any]) -> bool:
    return given["matching"] == given["total"] and given["fault"] is None and not _another(given)


def _mark(given: Mapping[str, Any]) -> str:
    if _right(given):
        return "up" if given["total"] else "unknown"
    return "down" if given["default"] else "degraded"


def _another(given: Mapping[str, Any]) -> bool:
    return given["received_sha256"] not in (None, given["expected_sha256"])


def _model(given: Mapping[str, Any]) -> dict[str, Any]:
    wrong = given["differing"]
    shown = {each["golden"] for each in wrong}
    right = [each for each in given["examples"] if each["golden"] not in shown]
    return {
        "name": given["model"],
        "version": given["version"],
        "default": given["default"],
        "right": _right(given),
        "mark": _mark(given),
        "verdict": _verdict(given),
        "fault": sentence(given["fault"]["says"]) if given["fault"] else None,
        "sha256": (given["expected_sha256"], given["received_sha256"]) if _another(given) else None,
        "from": _FROM.get(given["expected_from"], ""),
        "error": _error(given["max_abs_error"]),
        "rows": [_row(each, False) for each in wrong] + [_row(each, True) for each in right],
    }


def _verdict(given: Mapping[str, Any]) -> str:
    if given["fault"]:
        return (
            f"none of {given['total']} answered"
            if not given["matching"]
            else f"{given['matching']} of {given['total']} right"
        )
    if not given["total"]:
        return "none are known"
    return f"{given['matching']} of {given['total']} right"


def _error(error: float | None) -> str | None:
    if error is None:
        return None
    return f"The largest difference is {rounded(error)}." if error else "They agree to the last digit."


def _in_full(answer: Any) -> str:
    """Return every digit of an answer that looks like another one."""
    return cut(json.dumps(answer, ensure_ascii=False), 600)


def _row(each: Mapping[str, Any], right: bool) -> dict[str, Any]:
    expected, received = value(each["expected"]), value(each["received"])
    if not right and expected == received:
        expected, received = _in_full(each["expected"]), _in_full(each["received"])
    return {"golden": each["golden"], "expected": expected, "received": received, "right": right}
