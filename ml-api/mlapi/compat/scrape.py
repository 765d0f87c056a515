"""GET /metrics: where Prometheus looks unless it is told, and where the older systems answered."""

from typing import Any

from flask import Blueprint

from mlapi import openapi
from mlapi.routes import metrics
from mlapi.service import Service


def blueprint(service: Service) -> Blueprint:
    """Return the route that answers as /api/metrics does."""
    routes = Blueprint("compat-scrape", __name__)
    routes.add_url_rule("/metrics", view_func=metrics.view(service))
    return routes


def paths(service: Service) -> dict[str, Any]:
    """Return the address's description."""
    return {"/metrics": {"get": openapi.scrape("metricsAlias")}}
