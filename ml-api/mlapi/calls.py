"""A call for predictions, whichever address it came to: opened, answered, counted and logged alike."""

from collections.abc import Callable
from time import perf_counter

from flask import Response, g, request

from mlapi import log, telemetry
from mlapi.counting import CANARY_HEADER
from mlapi.engine import NoAnswer
from mlapi.faults import Fault, Faults
from mlapi.models import Model, Slot
from mlapi.payload import Payload
from mlapi.predict import Predicted, predict, species
from mlapi.problems import Refusal
from mlapi.service import Service

MOST_ANSWERED = 4_400_000  # Bytes; the platform takes 4.5 MB, headers included.


def open_model(service: Service, slot: Slot) -> Model:
    """Return the model that a call asks; from here on the call counts as the model's. Raises Refusal 503."""
    g.model_key = (slot.name, slot.version)
    model = service.ready(slot)
    g.model = model.bundle.identity
    return model


def answer(model: Model, payload: Payload) -> Predicted:
    """Return the answers to checked rows, and note what they count. Raises Refusal 422."""
    g.rows = payload.rows
    g.canary = CANARY_HEADER in request.headers and model.knows(payload.rows)
    card = model.bundle.card
    try:
        predicted = predict(card, model.engine, payload.rows)
    except NoAnswer as error:
        faults = [Fault(payload.base(row), str(error)) for row in error.rows]
        raise Refusal(422, "no-answer", "The model has no finite answer.", Faults.of(*faults)) from error
    classes = species(card, predicted.answers)
    g.predicted = telemetry.predicted(g.model_key, classes, predicted.seconds) | model.bins(predicted.columns)
    return predicted


def sendable(response: Response, instead: str = "") -> Response:
    """Return an answer that the platform will take. Raises Refusal 413, which names what else can be done."""
    if len(response.data) > MOST_ANSWERED:
        detail = f"The answer would have over {MOST_ANSWERED} bytes: send fewer rows{instead}."
        raise Refusal(413, "answer-too-large", detail)
    return response


def logger(*, inputs: bool) -> Callable[[Response], Response]:
    """Return what writes the line of each call in the prediction log, once its answer is made."""

    def log_call(response: Response) -> Response:
        known = g.get("canary") and response.status_code < 400  # A monitor asks twice a minute.
        if request.method == "POST" and not known:
            log.write(_line(response.status_code, inputs=inputs))
        return response

    return log_call


def _line(status: int, *, inputs: bool) -> dict[str, object]:
    rows = g.get("rows", [])
    model = g.get("model", {})
    line = {
        "id": g.call_id,
        "model": model.get("name"),
        "version": model.get("version"),
        "outcome": log.outcome(status),
        "status": status,
        "rows": len(rows),
        "milliseconds": round((perf_counter() - g.begun) * 1000, 3),
    }
    return line | {"inputs": rows} if inputs else line
