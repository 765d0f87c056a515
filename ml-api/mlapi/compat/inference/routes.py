"""The protocol's addresses. Its clients know one shape of an error: {"error": text}."""

import json

from flask import Blueprint, Response

from mlapi import calls, errors
from mlapi.compat.inference import outputs
from mlapi.compat.inference.infer import infer
from mlapi.compat.words import in_words
from mlapi.counting import uncounted
from mlapi.models import Slot
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.routes.state import why_unready
from mlapi.service import Service

SERVER = {"name": "tandem", "version": "unreleased", "extensions": []}
_MODEL = "/v2/models/<model>"
_VERSION = "/v2/models/<model>/versions/<version>"


def blueprint(service: Service) -> Blueprint:
    """Return the protocol's routes."""
    routes = Blueprint("compat-inference", __name__)

    def slot(model: str, version: str) -> Slot:
        return service.slot({"model": model} | ({"version": version} if version else {}))

    @routes.get("/v2")
    def get_server() -> Response:
        return json_response(SERVER)

    @routes.get("/v2/health/live")
    def get_live() -> Response:
        uncounted()
        return json_response({"live": True})

    @routes.get("/v2/health/ready")
    def get_ready() -> Response:
        uncounted()
        reason = why_unready(service)
        if reason:
            raise Refusal(503, "not-ready", f"The default model can't answer: {reason}.")
        return json_response({"ready": True})

    @routes.get(_MODEL)
    @routes.get(_VERSION)
    def get_model(model: str, version: str = "") -> Response:
        asked = slot(model, version)
        if asked.bundle is None:
            raise Refusal(503, "broken-model", f"This model's card can't be trusted: {asked.fault}.")
        versions = [other.version for other in service.models if other.name == asked.name]
        return json_response(outputs.metadata(asked.bundle.card, versions))

    @routes.get(f"{_MODEL}/ready")
    @routes.get(f"{_VERSION}/ready")
    def get_model_ready(model: str, version: str = "") -> Response:
        uncounted()
        asked = slot(model, version)
        # Loading is what asks it the rows whose answers are known.
        service.ready(asked)
        return json_response({"name": asked.name, "ready": True})

    @routes.post(f"{_MODEL}/infer", provide_automatic_options=False)
    @routes.post(f"{_VERSION}/infer", provide_automatic_options=False)
    def post_infer(model: str, version: str = "") -> Response:
        opened = calls.open_model(service, slot(model, version))
        return calls.sendable(json_response(infer(opened)))

    errors.handle(routes, _error)
    routes.after_request(calls.logger(inputs=service.settings.log_inputs))
    return routes


def _error(refusal: Refusal, _: str) -> Response:
    status = 400 if refusal.status == 422 else refusal.status
    text = json.dumps({"error": in_words(refusal)}, ensure_ascii=False)
    return Response(text, status, refusal.headers, mimetype="application/json")
