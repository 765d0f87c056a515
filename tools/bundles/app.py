"""The three addresses of the metrics server."""

from flask import Flask, Response
from prometheus_client.registry import Collector

from tools.bundles.fresh import Fresh
from tools.bundles.metrics import Exposition
from tools.bundles.status import health, status
from tools.serving import application, as_json, as_metrics

ADDRESSES = {
    "/metrics": "Prometheus text, OpenMetrics by Accept",
    "/status": "every bundle and pipeline as JSON, with reasons",
    "/health": "200 while a bundle is verified, else 503",
}


def app(fresh: Fresh, *others: Collector) -> Flask:
    """Return the app with its three addresses."""
    found = application(ADDRESSES)

    @found.get("/metrics")
    def get_metrics() -> Response:
        return as_metrics(Exposition(fresh(), *others))

    @found.get("/status")
    def get_status() -> Response:
        return as_json(status(fresh()))

    @found.get("/health")
    def get_health() -> Response:
        said = health(fresh())
        return as_json(said, 503 if said["status"] == "unhealthy" else 200)

    return found
