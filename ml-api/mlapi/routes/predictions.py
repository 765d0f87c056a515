"""POST /api/predict: rows in, answers out, and a line in the prediction log."""

from collections.abc import Callable
from time import perf_counter

from flask import Blueprint, Response, g, request
from werkzeug.exceptions import RequestEntityTooLarge

from mlapi import answers, log
from mlapi.engine import NoAnswer
from mlapi.explain import MAX_ROWS, NotExplained, explain
from mlapi.faults import Fault, Faults
from mlapi.models import Model
from mlapi.payload import MAX_BYTES, Payload
from mlapi.predict import Answer, Predicted, predict
from mlapi.problems import Refusal
from mlapi.service import Service, switch

MOST_ANSWERED = 4_400_000  # Bytes; the platform takes 4.5 MB, headers included.
EXPLAIN_SECONDS = 20  # Below the platform's 30 s, so that a person reads a reason and not a timeout.


def blueprint(service: Service) -> Blueprint:
    """Return the prediction route."""
    routes = Blueprint("predictions", __name__)

    @routes.post("/api/predict", provide_automatic_options=False)
    def post_predict() -> Response:
        model = service.model(request.args)
        g.model = model.bundle.identity
        explained = switch(request.args, "explain")
        charset = request.mimetype_params.get("charset", "utf-8")
        payload = model.read(_body(), request.mimetype, charset)
        g.rows = payload.rows
        return _respond(model, payload, _answers(model, payload, explained=explained))

    @routes.before_request
    def start_clock() -> None:
        g.started = perf_counter()

    @routes.after_request
    def log_call(response: Response) -> Response:
        log.write(_line(response.status_code, inputs=service.settings.log_inputs))
        return response

    return routes


def _body() -> bytes:
    """Return the whole body; one that comes in chunks has no length to refuse it by beforehand."""
    parts, size = [], 0
    while part := request.stream.read(1 << 16):
        parts.append(part)
        size += len(part)
        if size > MAX_BYTES:
            raise RequestEntityTooLarge
    return b"".join(parts)


def _respond(model: Model, payload: Payload, found: list[Answer]) -> Response:
    card = model.bundle.card
    if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv":
        response = answers.as_csv(card, found)
    else:
        response = answers.as_json(g.call_id, model.bundle.identity, found, single=payload.single)
    if len(response.data) > MOST_ANSWERED:
        detail = f"The answer would have over {MOST_ANSWERED} bytes: send fewer rows, or ask for text/csv."
        raise Refusal(413, "answer-too-large", detail)
    return response


def _answers(model: Model, payload: Payload, *, explained: bool) -> list[Answer]:
    if explained and len(payload.rows) > MAX_ROWS:
        raise Refusal(413, "too-many-rows", f"At most {MAX_ROWS} rows can be explained in one call.")
    try:
        predicted = predict(model.bundle.card, model.engine, payload.rows)
    except NoAnswer as error:
        faults = [Fault("" if payload.single else f"/{row}", str(error)) for row in error.rows]
        raise Refusal(422, "no-answer", "The model has no finite answer.", Faults.of(*faults)) from error
    return _explained(model, predicted) if explained else predicted.answers


def _explained(model: Model, predicted: Predicted) -> list[Answer]:
    in_time = _in_time(g.started, perf_counter())
    try:
        explanations = explain(model.bundle.card, model.engine, predicted, in_time)
    except NotExplained as error:
        raise Refusal(422, "not-explained", str(error)) from error
    return [
        answer | {"explanation": said} for answer, said in zip(predicted.answers, explanations, strict=True)
    ]


def _in_time(called: float, begun: float) -> Callable[[float], bool]:
    """Return a function that tells, from the share that is done, whether the whole will be done in time."""

    def in_time(done: float) -> bool:
        whole = (perf_counter() - begun) / done if done else 0.0
        return begun - called + whole < EXPLAIN_SECONDS

    return in_time


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
        "milliseconds": round((perf_counter() - g.started) * 1000, 3),
    }
    return line | {"inputs": rows} if inputs else line
