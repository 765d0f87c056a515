"""/api/metrics: Prometheus text, OpenMetrics, or five numbers as JSON."""

from flask import Blueprint, Response, jsonify, request

from monitor.routes.history import one_of
from monitor.service import Service, require_token

FIVE = ("data_processed", "throughput", "accuracy", "latency", "pipelines")
LONGEST = 1_000
"""Characters of an Accept that is weighed; browsers send 200."""
TEXTS = ("text/plain", "text/*", "application/openmetrics-text")


def blueprint(service: Service) -> Blueprint:
    """Return the route for Prometheus and for the older clients that read JSON."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/api/metrics")
    def get_metrics() -> Response:
        require_token(request, service.settings.metrics_token)
        json = wants_json()
        view = service.view()
        if json:
            traffic = service.status(view)["traffic"] or {}
            return _varied(jsonify({name: traffic.get(name) for name in FIVE}))
        # Prometheus's library is for those who scrape.
        from monitor.metrics import rendered

        accept = request.headers.get("Accept", "")
        settings = service.settings
        body, content_type = rendered(view, settings.sample_valid_for, accept, settings.pipeline_max_age)
        return _varied(Response(body, content_type=content_type))

    return routes


def wants_json() -> bool:
    """Tell whether JSON was asked for by ?format=, or is named in Accept and outranks text."""
    if "format" in request.args:
        return one_of("format", ("json", "prometheus"), "prometheus") == "json"
    if len(request.headers.get("Accept", "")) > LONGEST:
        return False
    # By name alone: `application/json; charset=utf-8` names JSON too. The best is first, so it goes in last.
    accepted = reversed(list(request.accept_mimetypes))
    named = {name.partition(";")[0].strip().lower(): quality for name, quality in accepted}
    json = named.get("application/json", 0)
    text = max(named.get(name, 0) for name in TEXTS)
    return bool(json > text and json >= named.get("*/*", 0))


def _varied(answer: Response) -> Response:
    answer.headers["Vary"] = "Accept"
    return answer
