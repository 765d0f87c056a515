"""POST /v1/predict and /v2/predict: two versions of one model side by side, as the food drive had them."""

from typing import Any

from flask import Blueprint, Response

from mlapi import calls
from mlapi.compat import bound, described
from mlapi.compat.listed import answered
from mlapi.models import Model, Slot
from mlapi.payload import Payload
from mlapi.problems import Refusal
from mlapi.service import Service

VERSIONS = ("1", "2")


def blueprint(service: Service) -> Blueprint:
    """Return the routes of both versions, and how they are."""
    routes = Blueprint("compat-versioned", __name__)
    name = service.settings.compat_versioned_model

    def post(version: str) -> Response:
        model = calls.open_model(service, bound.slot(service, name, version))
        return answered(model, _read(model))

    @routes.get("/health_status")
    def get_health_status() -> Response:
        return bound.health(service, _slots(service, name))

    for version in VERSIONS:
        routes.add_url_rule(
            f"/v{version}/predict",
            f"v{version}",
            post,
            methods=["POST"],
            defaults={"version": version},
            provide_automatic_options=False,
        )
    routes.after_request(calls.logger(inputs=service.settings.log_inputs))
    return routes


def _read(model: Model) -> Payload:
    """Return the rows of one object or of a list. Raises Refusal."""
    value, suspicious = bound.read_json()
    if isinstance(value, list):
        return model.read.checked(value, lambda position: f"/{position}", suspicious=suspicious)
    return model.read.checked([value], lambda _: "", single=True, suspicious=suspicious)


def _slots(service: Service, name: str) -> list[Slot]:
    """Return those of the two versions that are deployed. Raises Refusal 404 where neither is."""
    found = []
    for version in VERSIONS:
        try:
            found.append(bound.slot(service, name, version))
        except Refusal as refusal:
            missing = refusal
    if not found:
        raise missing
    return found


def paths(service: Service) -> dict[str, Any]:
    """Return the addresses' descriptions, with each version's own schema."""
    said: dict[str, Any] = {}
    for version in VERSIONS:
        card = bound.card(service, service.settings.compat_versioned_model, version)
        body = {"anyOf": list(described.rows(card, service.settings.max_rows))}
        summary = f"Predict one row or many with version {version} of the versioned model"
        said[f"/v{version}/predict"] = {
            "post": described.posted(f"v{version}", summary, body, described.predictions(card))
        }
    said["/health_status"] = {"get": described.health("healthStatus", "How the versioned model is")}
    return said
