"""/api/openapi.json: what the monitor answers."""

from flask import Blueprint, Response, jsonify

from monitor.openapi import document
from monitor.service import Service


def blueprint(service: Service) -> Blueprint:
    """Return the route that describes the others."""
    routes = Blueprint("described", __name__)
    tokens = {"/api/metrics": service.settings.metrics_token, "/api/check": service.settings.cron_secret}
    guarded = {path for path, token in tokens.items() if token}

    @routes.get("/api/openapi.json")
    def get_openapi() -> Response:
        return jsonify(document(guarded))

    return routes
