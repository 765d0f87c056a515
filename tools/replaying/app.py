"""The address at which a replay's metrics are read; nothing is played because of it."""

from flask import Flask, Response

from tools.replaying.metrics import Metrics
from tools.serving import application, as_metrics


def app(metrics: Metrics) -> Flask:
    """Return an app with /metrics."""
    found = application({"/metrics": "Prometheus text of this replay, OpenMetrics by Accept"})

    @found.get("/metrics")
    def get_metrics() -> Response:
        return as_metrics(metrics.registry)

    return found
