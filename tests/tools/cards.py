"""Made-up cards for the tools' tests, as an API's /api/model-info has them."""

from typing import Any

from tools.card import Card, parse


def _range(low: float, high: float) -> dict[str, float | None]:
    return {"low": low, "high": high, "minimum": None, "maximum": None}


HOUSE: dict[str, Any] = {
    "name": "house",
    "version": "2",
    "task": "regression",
    "features": [
        {"name": "rooms", "kind": "integer", "nullable": False, **_range(1, 9), "minimum": 0, "maximum": 20},
        {"name": "area", "kind": "number", "nullable": False, **_range(20.0, 300.0)},
        {"name": "garden", "kind": "boolean", "nullable": True},
        {"name": "heating", "kind": "category", "nullable": False, "values": ["gas", "oil"], "open": False},
    ],
    "output": {"name": "price", "unit": "EUR", "description": "", "mean": 300_000.0, "deviation": 100_000.0},
    "scores": {"rmse": {"value": 20_000.0}, "r2": {"value": 0.9}},
    "data": {"synthetic": True},
    "baseline": {
        "features": {
            "rooms": {"edges": [2.0, 3.0, 5.0], "counts": [10, 40, 30, 20], "missing": 0},
            "area": {"edges": [50.0, 100.0], "counts": [25, 50, 25], "missing": 0},
            "garden": {"values": [False, True], "counts": [60, 20], "other": 0, "missing": 20},
            "heating": {"values": ["gas", "oil"], "counts": [75, 25], "other": 0, "missing": 0},
        }
    },
}
BIRD: dict[str, Any] = {
    **HOUSE,
    "name": "bird",
    "task": "classification",
    "output": {"name": "species", "unit": None, "description": "", "classes": ["a", "b", "c"]},
    "scores": {"accuracy": {"value": 0.9}},
}


def card(bundle: dict[str, Any] = HOUSE, **changed: Any) -> Card:
    """Return what the tools read of a bundle."""
    return parse({"bundle": bundle | changed}, "http://127.0.0.1:1")


def info(bundle: dict[str, Any] = HOUSE) -> dict[str, Any]:
    """Return an answer of /api/model-info."""
    return {"bundle": bundle, "run": {}, "failed_run": None, "sha256": "0" * 64}
