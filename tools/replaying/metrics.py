"""What a replay exposes to Prometheus while it runs."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics

BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
CALL = ("method", "endpoint", "status")


class Metrics:
    """The families of one replay, in a registry of their own."""

    def __init__(self) -> None:
        # When a counter began tells nothing of a replay. (The function lacks its annotation.)
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self.registry = found = CollectorRegistry()
        says = "Prediction for the row that was answered last"
        self._result = Gauge("model_result", says, ("prediction",), registry=found)
        says = "Rows that were played, answered or not"
        self.rows = Counter("model_replay_rows_total", says, registry=found)
        says = "Rows that got no answer, or whose true value was refused"
        self.errors = Counter("model_replay_errors_total", says, registry=found)
        self._calls = Counter("http_requests_total", "Calls that the replay made", CALL, registry=found)
        says = "How long the replay's calls took"
        self._seconds = Histogram("http_request_duration_seconds", says, CALL, buckets=BOUNDS, registry=found)

    def result(self, value: float) -> None:
        """Show a prediction; before the first one the family has no sample."""
        self._result.labels("prediction_value").set(value)

    def called(self, method: str, endpoint: str, status: str, seconds: float) -> None:
        """Count a call of the replay's own; status `none` is one without an answer."""
        self._calls.labels(method, endpoint, status).inc()
        self._seconds.labels(method, endpoint, status).observe(seconds)
