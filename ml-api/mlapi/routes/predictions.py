"""POST /api/predict: rows in, answers out, and a line in the prediction log."""

from time import monotonic, perf_counter

from flask import Blueprint, Response, g, request

from mlapi import answers, log
from mlapi.explain import MAX_ROWS, NotExplained, explain
from mlapi.faults import Fault, Faults
from mlapi.models import Model
from mlapi.payload import Payload
from mlapi.predict import Answer, Predicted, Unanswerable, predict
from mlapi.problems import Refusal
from mlapi.service import Service, switch

EXPLAIN_SECONDS = 20  # Below the platform's 30 s, so that a person reads a reason and not a timeout.


def blueprint(service: Service) -> Blueprint:
    """Return the prediction route."""
    routes = Blueprint("predictions", __name__)

    @routes.post("/api/predict")
    def post_predict() -> Response:
        model = service.model(request.args)
        g.model = model.bundle.identity
        explained = switch(request.args, "explain")
        charset = request.mimetype_params.get("charset", "utf-8")
        payload = model.read(request.get_data(cache=False), request.mimetype, charset)
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


def _respond(model: Model, payload: Payload, found: list[Answer]) -> Response:
    if request.accept_mimetypes.best_match(["application/json", "text/csv"]) == "text/csv":
        return answers.as_csv(model.bundle.card, found)
    return answers.as_json(g.call_id, model.bundle.identity, found, single=payload.single)


def _answers(model: Model, payload: Payload, *, explained: bool) -> list[Answer]:
    if explained and len(payload.rows) > MAX_ROWS:
        raise Refusal(413, "too-many-rows", f"At most {MAX_ROWS} rows can be explained in one call.")
    try:
        predicted = predict(model.bundle.card, model.engine, payload.rows)
    except Unanswerable as error:
        prefix = "" if payload.single else "/{}"
        faults = [Fault(prefix.format(row), f"{error}") for row in error.rows]
        raise Refusal(
            422, "no-answer", "The model has no finite answer.", Faults(faults[:1000], len(faults))
        ) from error
    return _explained(model, predicted) if explained else predicted.answers


def _explained(model: Model, predicted: Predicted) -> list[Answer]:
    deadline = monotonic() + EXPLAIN_SECONDS
    try:
        explanations = explain(model.bundle.card, model.engine, predicted, lambda: monotonic() < deadline)
    except NotExplained as error:
        raise Refusal(422, "not-explained", str(error)) from error
    return [
        answer | {"explanation": said} for answer, said in zip(predicted.answers, explanations, strict=True)
    ]


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
