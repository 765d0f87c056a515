"""What a model says of itself in the protocol, and its answers as tensors."""

import json
from collections.abc import Sequence
from typing import Any

from mlapi.compat.inference.datatypes import of_feature, of_values
from mlapi.predict import Card, Predicted

PLATFORMS = {"onnx": "onnx_onnxv1", "sklearn": "sklearn_joblib"}


def names(card: Card) -> list[str]:
    """Return the outputs of a model; one without probabilities has none of these."""
    if card["task"] == "regression":
        return ["prediction", "interval_low", "interval_high"]
    # Its known answers tell what the model gives.
    sure = card["goldens"][0].get("probabilities") is not None
    return ["prediction", *(["confidence", "probabilities"] if sure else [])]


def metadata(card: Card, versions: Sequence[str]) -> dict[str, Any]:
    """Return a model's metadata."""
    return {
        "name": card["name"],
        "versions": list(versions),
        "platform": PLATFORMS[card["engine"]["name"]],
        "inputs": [
            {"name": feature["name"], "datatype": of_feature(feature), "shape": [-1]}
            for feature in card["features"]
        ],
        "outputs": [
            {"name": name, "datatype": _datatype(card, name), "shape": _shape(card, name, -1)}
            for name in names(card)
        ],
        "properties": _properties(card),
    }


def tensor(card: Card, name: str, predicted: Predicted) -> dict[str, Any]:
    """Return an output with its values."""
    return {
        "name": name,
        "datatype": _datatype(card, name),
        "shape": _shape(card, name, len(predicted.answers)),
        "data": _values(name, predicted),
    }


def _values(name: str, predicted: Predicted) -> list[Any]:
    if name == "probabilities":
        assert predicted.outputs.probabilities is not None
        shares: list[float] = predicted.outputs.probabilities.reshape(-1).tolist()
        return shares
    if name in ("prediction", "confidence"):
        return [answer[name] for answer in predicted.answers]
    return [answer["interval"][name.removeprefix("interval_")] for answer in predicted.answers]


def _datatype(card: Card, name: str) -> str:
    if name == "prediction" and card["task"] == "classification":
        return of_values(card["output"]["classes"])
    return "FP64"


def _shape(card: Card, name: str, rows: int) -> list[int]:
    return [rows, len(card["output"]["classes"])] if name == "probabilities" else [rows]


def _properties(card: Card) -> dict[str, str]:
    """Return what tensors can't tell; the protocol has room for texts alone."""
    if card["task"] == "classification":
        return {"classes": json.dumps(card["output"]["classes"], ensure_ascii=False)}
    unit = {"unit": card["output"]["unit"]} if card["output"]["unit"] else {}
    return {"interval_level": str(card["interval"]["level"])} | unit
