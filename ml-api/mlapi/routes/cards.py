"""What the models are: their cards, the list of them, and the API's description."""

from typing import Any

from flask import Blueprint, Response, request

from mlapi.bundle import Bundle
from mlapi.openapi import document
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.service import Service


def blueprint(service: Service) -> Blueprint:
    """Return the routes that describe."""
    routes = Blueprint("cards", __name__)

    @routes.get("/api/model-info")
    def get_model_info() -> Response:
        bundle = _bundle(service)
        failed = service.models.failed_runs.get(bundle.name)
        return json_response(
            {"bundle": bundle.card, "run": bundle.run, "failed_run": failed, "sha256": bundle.sha256}
        )

    @routes.get("/api/models")
    def get_models() -> Response:
        return json_response({"models": listing(service)})

    @routes.get("/api/openapi.json")
    def get_openapi() -> Response:
        card, models = _bundle(service).card, listing(service)
        settings = service.settings
        door = {"keyed": bool(settings.api_keys), "limited": bool(settings.rate_limit)}
        return json_response(document(card, models, settings.max_rows, _others(service), **door))

    return routes


def _others(service: Service) -> dict[str, Any]:
    if not service.settings.compat:
        return {}
    # Nobody waits for what is switched off.
    from mlapi import compat

    return compat.paths(service)


def _bundle(service: Service) -> Bundle:
    slot = service.slot(request.args)
    if slot.bundle is None:
        raise Refusal(503, "broken-model", f"This model's card can't be trusted: {slot.fault}.")
    return slot.bundle


def listing(service: Service) -> list[dict[str, Any]]:
    """Return every model and version with its state, newest version first."""
    default = service.default()
    return [
        {
            "name": slot.name,
            "version": slot.version,
            "state": slot.state,
            "default": slot is default,
            "title": slot.bundle.card["title"] if slot.bundle else None,
            "task": slot.bundle.card["task"] if slot.bundle else None,
            "engine": slot.bundle.card["engine"]["name"] if slot.bundle else None,
            "sha256": slot.bundle.sha256 if slot.bundle else None,
        }
        | ({"reason": slot.fault} if slot.fault else {})
        for slot in service.models
    ]
