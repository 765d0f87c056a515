"""What the page's scripts must know of the model."""

from collections.abc import Mapping
from typing import Any

from mlapi.page.words import Feature, choices, name_for_people, names_for_people

_KEPT = ("name", "kind", "unit", "nullable", "typical", "low", "high", "open")


def client(bundle: Mapping[str, Any]) -> dict[str, Any]:
    """Return the part of the bundle that the browser needs, with names for people."""
    output = bundle["output"]
    labels = names_for_people(bundle["features"])
    return {
        "name": bundle["name"],
        "version": bundle["version"],
        "task": bundle["task"],
        "output": {
            "label": name_for_people(output["name"], output["unit"]),
            "unit": output["unit"] or "",
            "classes": output.get("classes", []),
        },
        "features": [
            _feature(feature, label) for feature, label in zip(bundle["features"], labels, strict=True)
        ],
        "interval": bundle["interval"],
        "explain": bundle["explain"],
    }


def _feature(feature: Feature, label: str) -> dict[str, Any]:
    said = {key: feature[key] for key in _KEPT if key in feature}
    return said | {"label": label, "values": choices(feature)}
