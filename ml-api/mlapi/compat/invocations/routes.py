"""The protocol's addresses. Its clients know one shape of an error: {"error_code", "message"}."""

import json

from flask import Blueprint, Response, request

from mlapi import calls, errors
from mlapi.bodies import body
from mlapi.compat import bound
from mlapi.compat.invocations import forms
from mlapi.compat.words import in_words
from mlapi.counting import uncounted
from mlapi.models import Model
from mlapi.payload import Payload, unsupported
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.routes.state import why_unready
from mlapi.service import Service

PROTOCOL = "3.17.2"
"""The release of MLflow whose protocol this is."""
_CODES = {
    400: "BAD_REQUEST",
    401: "UNAUTHENTICATED",
    404: "RESOURCE_DOES_NOT_EXIST",
    413: "BAD_REQUEST",
    415: "BAD_REQUEST",
    422: "INVALID_PARAMETER_VALUE",
    429: "REQUEST_LIMIT_EXCEEDED",
    503: "TEMPORARILY_UNAVAILABLE",
}


def blueprint(service: Service) -> Blueprint:
    """Return the protocol's routes."""
    routes = Blueprint("compat-invocations", __name__)

    @routes.post("/invocations", provide_automatic_options=False)
    def post_invocations() -> Response:
        model = calls.open_model(service, service.slot(request.args))
        answers = calls.answer(model, _read(model)).answers
        return calls.sendable(json_response({"predictions": [answer["prediction"] for answer in answers]}))

    @routes.get("/ping")
    def get_ping() -> Response:
        uncounted()
        reason = why_unready(service)
        if reason:
            raise Refusal(503, "not-ready", f"The default model can't answer: {reason}.")
        return Response("\n", mimetype="text/plain")

    @routes.get("/version")
    def get_version() -> Response:
        return Response(PROTOCOL, mimetype="text/plain")

    errors.handle(routes, _error)
    routes.after_request(calls.logger(inputs=service.settings.log_inputs))
    return routes


def _read(model: Model) -> Payload:
    if request.mimetype == "text/csv":
        charset = request.mimetype_params.get("charset", "utf-8")
        return model.read(body(), request.mimetype, charset)
    if request.mimetype != bound.JSON:
        raise unsupported("The content type must be application/json or text/csv.")
    value, suspicious = bound.read_json()
    return forms.read(model.read, value, suspicious=suspicious)


def _error(refusal: Refusal, _: str) -> Response:
    said = {"error_code": _CODES.get(refusal.status, "INTERNAL_ERROR"), "message": in_words(refusal)}
    status = 400 if refusal.status == 422 else refusal.status
    text = json.dumps(said, ensure_ascii=False)
    return Response(text, status, refusal.headers, mimetype="application/json")
