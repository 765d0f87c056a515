"""Names of metrics that the older systems' dashboards and alerts ask for."""

from tests.compat.row import Metrics, Row

_SCRAPE = "curl localhost:8000/api/metrics"


def _name(name: str, labels: str, kind: str) -> Row:
    return Row(f"`{name}`", _SCRAPE, Metrics((f"{name}{{{labels}}} {kind}",)))


_REQUEST, _MODEL = "method, endpoint, status", "model, model_version"

NAMES = (
    _name("ml_requests_total", _REQUEST, "counter"),
    _name("http_requests_total", _REQUEST, "counter"),
    _name("flask_http_request_total", _REQUEST, "counter"),
    _name("flask_http_requests_total", _REQUEST, "counter"),
    _name("ml_request_duration_seconds", "method, endpoint", "histogram"),
    _name("flask_http_request_duration_seconds", "method, endpoint", "histogram"),
    _name("model_prediction_requests_total", f"{_MODEL}, status", "counter"),
    _name("model_prediction_duration_seconds", _MODEL, "histogram"),
    _name("ml_predictions_total", f"{_MODEL}, species", "counter"),
)
