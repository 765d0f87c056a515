"""A call for predictions that came through Flask, whichever address it came to."""

from collections.abc import Callable
from time import perf_counter

from flask import Response, g, request

from mlapi import log
from mlapi.answering import answered, check_size, line
from mlapi.counting import CANARY_HEADER
from mlapi.models import Model, Slot
from mlapi.payload import Payload
from mlapi.predict import Predicted
from mlapi.service import Service


def open_model(service: Service, slot: Slot) -> Model:
    """Return the model that a call asks; from here on the call counts as the model's. Raises Refusal 503."""
    g.model_key = (slot.name, slot.version)
    model = service.ready(slot)
    g.model = model.bundle.identity
    return model


def answer(model: Model, payload: Payload) -> Predicted:
    """Return the answers to checked rows, and note what they count. Raises Refusal 422 or 503."""
    g.rows = payload.rows
    g.canary = CANARY_HEADER in request.headers and model.knows(payload.rows)
    predicted, g.predicted = answered(model, payload)
    return predicted


def sendable(response: Response, instead: str = "") -> Response:
    """Return an answer that the platform will take. Raises Refusal 413, which names what else can be done."""
    check_size(len(response.data), instead)
    return response


def logger(*, inputs: bool) -> Callable[[Response], Response]:
    """Return what writes the line of each call in the prediction log, once its answer is made."""

    def log_call(response: Response) -> Response:
        known = g.get("canary") and response.status_code < 400  # A monitor asks twice a minute.
        if request.method == "POST" and not known:
            rows, model, seconds = g.get("rows", []), g.get("model", {}), perf_counter() - g.begun
            log.write(line(g.call_id, model, response.status_code, rows, seconds, inputs=inputs))
        return response

    return log_call
