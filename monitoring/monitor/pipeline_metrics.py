"""How the pipelines that made the served models ran, as metric families."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from monitor import runs
from monitor.sample import Model

STAGES = {
    "data_ingestion": ("ml_data_ingestion_success", "1 if the last run could read its data"),
    "data_validation": ("ml_data_validation_success", "1 if the data of the last run passed their checks"),
}


def families(models: list[Model], max_age: float | None) -> Iterator[Metric]:
    """Yield every family; max_age: seconds that the last success may be old, where somebody said so."""
    last = runs.last(models)
    success = GaugeMetricFamily("ml_pipeline_success", "1 if the last run succeeded", labels=["pipeline"])
    seconds = GaugeMetricFamily(
        "ml_pipeline_duration_seconds", "How long the last run took", labels=["pipeline"]
    )
    for pipeline, run in last.items():
        success.add_metric([pipeline], float(run["success"]))
        seconds.add_metric([pipeline], run["seconds"])
    yield from (success, seconds)
    for stage, (name, says) in STAGES.items():
        family = GaugeMetricFamily(name, says, labels=["pipeline"])
        for pipeline, run in last.items():
            found = [one["success"] for one in run["stages"] if one["name"] == stage]
            if found:
                family.add_metric([pipeline], float(all(found)))
        yield family
    yield _last_success(models)
    yield _max_age(max_age)


def _last_success(models: list[Model]) -> Metric:
    family = GaugeMetricFamily(
        "ml_pipeline_last_success_timestamp_seconds",
        "When the last run that succeeded ended",
        labels=["pipeline"],
    )
    for pipeline, at in runs.succeeded(models).items():
        family.add_metric([pipeline], at)
    return family


def _max_age(seconds: float | None) -> Metric:
    says = "How long ago the last success may be, as PIPELINE_MAX_AGE says"
    family = GaugeMetricFamily("ml_pipeline_max_age_seconds", says)
    if seconds is not None:
        family.add_metric([], seconds)
    return family
