"""POST /api/predict: rows in, answers out, and a line in the prediction log."""

from collections.abc import Callable
from time import perf_counter, time
from typing import Any

from flask import Blueprint, Response, g, request

from mlapi import answers, calls, responses
from mlapi.accepted import accepted
from mlapi.bodies import body
from mlapi.explain import MAX_ROWS, NotExplained, explain
from mlapi.lane import FAILED, PATH
from mlapi.models import Model
from mlapi.payload import Payload
from mlapi.predict import Answer, Predicted
from mlapi.problems import Refusal
from mlapi.service import NO_RECEIPTS, Service, switch
from mlapi.turns import let_others

EXPLAIN_SECONDS = 20  # Below the platform's 30 s, so that a person reads a reason and not a timeout.


def blueprint(service: Service) -> Blueprint:
    """Return the prediction route."""
    routes = Blueprint("predictions", __name__)

    @routes.post(PATH, provide_automatic_options=False)
    def post_predict() -> Response:
        model = calls.open_model(service, service.slot(request.args))
        if FAILED in request.environ:
            raise request.environ.pop(FAILED)  # Its traceback holds the environ.
        explained, receipted = switch(request.args, "explain"), switch(request.args, "receipts")
        if receipted and not service.settings.receipt_secret:
            raise Refusal(503, "no-receipts", NO_RECEIPTS)
        charset = request.mimetype_params.get("charset", "utf-8")
        payload = model.read(body(), request.mimetype, charset)
        found = _answers(model, payload, explained=explained)
        if receipted or payload.single:
            found = answers.receipted(found, model.key, service.settings.receipt_secret, time())
        return _respond(model, payload, found)

    routes.after_request(calls.logger(inputs=service.settings.log_inputs))
    return routes


def _respond(model: Model, payload: Payload, found: list[Answer]) -> Response:
    card = model.bundle.card
    wished = accepted(request.headers.get("Accept", ""))
    if wished.best_match(["application/json", "text/csv"]) == "text/csv":
        response = responses.as_csv(card, found)
    else:
        response = responses.as_json(g.call_id, model.bundle.identity, found, single=payload.single)
    return calls.sendable(response, ", or ask for text/csv")


def _answers(model: Model, payload: Payload, *, explained: bool) -> list[Answer]:
    if explained and len(payload.rows) > MAX_ROWS:
        raise Refusal(413, "too-many-rows", f"At most {MAX_ROWS} rows can be explained in one call.")
    predicted = calls.answer(model, payload)
    return _explained(model, predicted) if explained else predicted.answers


def _explained(model: Model, predicted: Predicted) -> list[Answer]:
    in_time = _in_time(g.begun, perf_counter(), request.environ)
    try:
        explanations = explain(model.bundle.card, model.engine, predicted, in_time)
    except NotExplained as error:
        raise Refusal(422, "not-explained", str(error)) from error
    return [
        answer | {"explanation": said} for answer, said in zip(predicted.answers, explanations, strict=True)
    ]


def _in_time(called: float, begun: float, environ: dict[str, Any]) -> Callable[[float], bool]:
    """Return a function that tells, from the share that is done, whether the whole will be done in time."""

    def in_time(done: float) -> bool:
        let_others(environ)
        whole = (perf_counter() - begun) / done if done else 0.0
        return begun - called + whole < EXPLAIN_SECONDS

    return in_time
