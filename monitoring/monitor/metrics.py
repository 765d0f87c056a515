"""The one place that names what the monitor exposes to Prometheus; a fresh registry for every scrape."""

from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from monitor import live_metrics, live_status, pipeline_metrics, record, status, summary
from monitor.sample import Model, Sample
from monitor.watch import View

SCORES = {
    "r2": ("ml_model_r2_score", "R2 on rows that the model had not seen, from its card"),
    "rmse": (
        "ml_model_rmse",
        "Root mean squared error on rows that the model had not seen, in the target's unit",
    ),
    "mae": ("ml_model_mae", "Mean absolute error on rows that the model had not seen, in the target's unit"),
    "accuracy": ("ml_model_accuracy", "Share of unseen rows that the model classified right, from its card"),
}
MODEL = ("model", "model_version")


class Exposition(Collector):
    """What one view says, as metric families; what is not known is absent, never zero."""

    def __init__(self, view: View | None, valid_for: float, pipeline_max_age: float | None = None) -> None:
        self._view = view
        self._valid_for = valid_for
        self._pipeline_max_age = pipeline_max_age

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        view = self._view
        says = "1 if MAIN_API_URL tells which API to watch"
        yield _gauge("ml_monitor_configured", says, float(view is not None))
        if view is None:
            return
        yield from _store(view)
        sample = view.sample if view.speaks(self._valid_for) else None
        if sample:
            yield from _probe(sample)
            yield from _goldens(sample)
            yield from _models(sample["models"])
            yield from pipeline_metrics.families(sample["models"], self._pipeline_max_age)
            yield from live_metrics.families(live_status.drifting(view), live_status.outcomes(view))
        if view.kept and view.sample:
            yield from _windows(view, self._valid_for)


def rendered(
    view: View | None, valid_for: float, accept: str, pipeline_max_age: float | None = None
) -> tuple[bytes, str]:
    """Return the body and its Content-Type for an Accept header."""
    encode, content_type = _encoder(accept)
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Exposition(view, valid_for, pipeline_max_age))
    body: bytes = encode(registry)
    return body, content_type


def _encoder(accept: str) -> tuple[Callable[[CollectorRegistry], bytes], str]:
    try:
        return choose_encoder(accept)
    except TypeError:  # It compares versions that are no numbers.
        return choose_encoder("")


def _gauge(name: str, says: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, says, value)


def _store(view: View) -> Iterator[Metric]:
    up = view.kept and view.fault is None
    yield _gauge("ml_store_up", "1 if the store of the history answered", float(up))
    info = InfoMetricFamily("ml_store", "Where the history is kept")
    shared = "true" if view.backend != "memory" else "false"
    info.add_metric([], {"backend": view.backend, "shared": shared})
    yield info
    says = "Damaged files of the history that were put aside and still lie there"
    yield _gauge("ml_store_damaged_files", says, float(len(view.aside)))
    if up:
        says = "Probes that the store did not take"
        yield CounterMetricFamily("ml_store_write_failures", says, record.write_failures(view.tables))


def _probe(sample: Sample) -> Iterator[Metric]:
    success = float(sample["state"] != "down")
    yield _gauge("probe_success", "1 if the last probe got the right answers", success)
    yield _gauge("probe_duration_seconds", "How long the last probe took", sample["seconds"])
    yield _gauge(
        "probe_http_status_code", "Status code of the golden call, 0 if there was none", sample["status"] or 0
    )
    if sample["tls_expires_at"] is not None:
        says = "When the API's certificate ends, in seconds since the epoch"
        yield _gauge("probe_ssl_earliest_cert_expiry", says, sample["tls_expires_at"])


def _goldens(sample: Sample) -> Iterator[Metric]:
    ratio = GaugeMetricFamily(
        "ml_golden_match_ratio", "Share of the known answers that were given right", labels=MODEL
    )
    error = GaugeMetricFamily(
        "ml_golden_max_abs_error",
        "Largest distance from a known answer (or a class's probability)",
        labels=MODEL,
    )
    for goldens in sample["goldens"]:
        labels = [goldens["model"], goldens["version"]]
        # A call that was not answered says nothing of the answers: probe_success tells of it.
        if goldens["fault"] is None:
            ratio.add_metric(labels, status.matched(goldens))
        if goldens["max_abs_error"] is not None:
            error.add_metric(labels, goldens["max_abs_error"])
    yield from (ratio, error)


def _models(models: list[Model]) -> Iterator[Metric]:
    info = InfoMetricFamily("ml_model", "A model that the API serves", labels=MODEL)
    floor = GaugeMetricFamily(
        "ml_model_score_floor", "Below this the model's score alarms", labels=(*MODEL, "severity")
    )
    for model in models:
        labels = [model["name"], model["version"]]
        info.add_metric(labels, {"engine": model["engine"], "sha256": model["sha256"]})
        floor.add_metric([*labels, "warning"], model["floors"]["warning"])
        floor.add_metric([*labels, "critical"], model["floors"]["critical"])
    yield from (info, floor)
    for score, (name, says) in SCORES.items():
        family = GaugeMetricFamily(name, says, labels=MODEL)
        for model in models:
            if score in model["scores"]:
                family.add_metric([model["name"], model["version"]], model["scores"][score]["value"])
        yield family
    yield _accuracy_low(models)


def _accuracy_low(models: list[Model]) -> Metric:
    says = "Lower bound of the 95% interval of ml_model_accuracy"
    family = GaugeMetricFamily("ml_model_accuracy_low", says, labels=MODEL)
    for model in models:
        score = model["scores"].get("accuracy")
        if score and score["low"] is not None:
            family.add_metric([model["name"], model["version"]], score["low"])
    return family


def _windows(view: View, valid_for: float) -> Iterator[Metric]:
    coverage = GaugeMetricFamily(
        "ml_monitor_coverage_ratio", "Share of a window of which the API's state is known", labels=["window"]
    )
    uptime = GaugeMetricFamily(
        "ml_monitor_uptime_ratio",
        "Share of the known time in which the API gave right answers",
        labels=["window"],
    )
    for name in status.UPTIME:
        window = summary.window(view.tables, name, view.now, view.sample, valid_for)
        coverage.add_metric([name], window.coverage)
        if window.uptime is not None:
            uptime.add_metric([name], window.uptime)
    yield from (coverage, uptime)
