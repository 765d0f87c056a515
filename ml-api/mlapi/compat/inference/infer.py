"""An inference request: read, predicted, and answered as tensors."""

from typing import Any

from flask import g, request

from mlapi import calls
from mlapi.bodies import body
from mlapi.compat.inference import binary, outputs
from mlapi.compat.inference.request import Asked, read
from mlapi.models import Model
from mlapi.payload import decode_json


def infer(model: Model) -> dict[str, Any]:
    """Return what answers the present request. Raises Refusal naming every fault."""
    asked = _read(model)
    predicted = calls.answer(model, asked.payload)
    card = model.bundle.card
    return {
        "model_name": model.bundle.name,
        "model_version": model.bundle.version,
        "id": g.call_id if asked.id is None else asked.id,
        "outputs": [outputs.tensor(card, name, predicted) for name in asked.outputs],
    }


def _read(model: Model) -> Asked:
    """Return what the request asks. Its media type says nothing: Triton's client sends none."""
    said, raw = binary.split(body("application/json"), request.headers.get(binary.HEADER))
    value, suspicious = decode_json(said)
    return read(model.read, value, raw, outputs.names(model.bundle.card), suspicious=suspicious)
