"""Bundles that no training would write, for what the page must bear."""

from typing import Any

SPITEFUL = """<b>"it's" & </script><script>alert(1)</script>"""
LONG = "a_feature_whose_name_never_seems_to_come_to_an_end_and_has_nowhere_to_break" * 2


def _number(name: str, **own: Any) -> dict[str, Any]:
    shared = {"name": name, "kind": "number", "unit": "mm", "description": "", "nullable": False}
    return shared | {"typical": 5.0, "low": 0.0, "high": 10.0, "minimum": None, "maximum": None} | own


def _category(name: str, values: list[Any], **own: Any) -> dict[str, Any]:
    shared = {"name": name, "kind": "category", "unit": None, "description": "", "nullable": False}
    return shared | {"typical": values[0], "values": values, "open": False} | own


def _features() -> list[dict[str, Any]]:
    return [
        _number(SPITEFUL, description=SPITEFUL, unit=SPITEFUL),
        _number(LONG),
        _number("never_moves", low=3.0, high=3.0, typical=3.0),
        _number("may_be_missing", nullable=True, minimum=-1.5, maximum=20.5),
        _category("a_hundred", [f"value {n} “{SPITEFUL}”" for n in range(100)]),
        _category("open", [f"value {n}" for n in range(100)], open=True, nullable=True),
        _category("codes", [1, 2, 30]),
        _category("open_codes", [1, 2, 30], open=True),
        _number("yes_or_no", kind="boolean", unit=None, typical=True),
        *(_number(f"{n:02}_größe_mm") for n in range(21)),
    ]


def _bundle(features: list[dict[str, Any]], **own: Any) -> dict[str, Any]:
    example = {feature["name"]: feature["typical"] for feature in features}
    return {
        "name": "spiteful",
        "version": "1.2",
        "title": SPITEFUL,
        "description": SPITEFUL,
        "engine": {"name": "sklearn", "form": "array", "reason": SPITEFUL},
        "files": {"model.joblib": {"bytes": 1234567, "sha256": "0" * 64}},
        "features": features,
        "input": {"examples": [example]},
        "scoring": {"method": SPITEFUL, "rows": 20},
        "candidates": [{"name": SPITEFUL, "scores": {}, "chosen": True}],
        "data": {"source": SPITEFUL, "licence": SPITEFUL, "rows": 123456, "sha256": "1" * 64}
        | {"synthetic": True, "note": SPITEFUL},
        "tolerance": {"absolute": 1e-09},
        "goldens": [],
        "baseline": {"rows": 20, "features": {}},
        "explain": {"method": "none", "scale": "output", "reason": SPITEFUL},
        "libraries": {"numpy": "2.4.6"},
        "limitations": [SPITEFUL],
        "seed": 0,
    } | own


def regression() -> dict[str, Any]:
    """Return a regression bundle with 30 features and hostile words everywhere."""
    return _bundle(
        _features(),
        task="regression",
        output={"name": SPITEFUL, "unit": SPITEFUL, "description": SPITEFUL},
        scores={"r2": {"value": -0.5, "low": None, "high": None, "dummy": -0.01}},
        floors={"score": "r2", "warning": 0.8, "critical": 0.7},
        interval={"level": 0.9, "method": SPITEFUL, "scale": "absolute", "quantile": 2.5}
        | {"coverage": {"value": 0.9, "low": None, "high": None, "rows": 20}},
        plots={
            "predicted": [[1000.0 + n, 1001.0 + n] for n in range(20)],
            "residuals": {"edges": [-1, 0, 1], "counts": [3, 17]},
        },
    )


def classification(classes: int = 40) -> dict[str, Any]:
    """Return a bundle without probabilities, with many classes of hostile names."""
    names = [f"{SPITEFUL} {n}" for n in range(classes)]
    return _bundle(
        _features(),
        task="classification",
        output={"name": "class", "unit": None, "description": "", "classes": names},
        scores={"accuracy": {"value": 0.5, "low": 0.4, "high": 0.6, "dummy": 0.025}},
        floors={"score": "accuracy", "warning": 0.8, "critical": 0.7},
        interval=None,
        plots={"confusion": [[n + m for m in range(classes)] for n in range(classes)]},
    )
