"""The folder as metric families, under the names, labels and meanings that the monitor gives them."""

from collections.abc import Iterator

from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily, Metric
from prometheus_client.registry import Collector

from monitor.metrics import MODEL, SCORES
from monitor.pipeline_metrics import STAGES
from tools.bundles.folder import Folder, Run, Version


class Exposition(Collector):
    """One reading of the folder; what can't be trusted has no values but a 0 in a family of its own."""

    def __init__(self, folder: Folder, *others: Collector) -> None:
        self._folder = folder
        self._others = others

    def collect(self) -> Iterator[Metric]:
        """Yield every family."""
        yield from _verified(self._folder)
        yield from _models(self._folder)
        yield from _pipelines(self._folder)
        for other in self._others:
            yield from other.collect()


def _verified(folder: Folder) -> Iterator[Metric]:
    whole = float(folder.whole)
    yield GaugeMetricFamily(
        "ml_artifacts_verified", "1 if every file matches its hash, and there is one", whole
    )
    bundles = GaugeMetricFamily(
        "ml_bundle_verified",
        "1 if the bundle's files match their hashes, 0 if one is missing or differs",
        labels=MODEL,
    )
    for version in folder.versions:
        bundles.add_metric([version.name, version.version], float(version.card is not None))
    yield bundles


def _models(folder: Folder) -> Iterator[Metric]:
    info = InfoMetricFamily("ml_model", "A model that the API serves", labels=MODEL)
    floor = GaugeMetricFamily(
        "ml_model_score_floor", "Below this the model's score alarms", labels=(*MODEL, "severity")
    )
    for version in folder.versions:
        if version.card:
            labels = [version.name, version.version]
            info.add_metric(labels, {"engine": version.card.engine, "sha256": version.card.sha256})
            for severity, value in version.card.floors.items():
                floor.add_metric([*labels, severity], value)
    yield from (info, floor)
    for score, (name, says) in SCORES.items():
        family = GaugeMetricFamily(name, says, labels=MODEL)
        for version in folder.versions:
            if version.card and score in version.card.scores:
                family.add_metric([version.name, version.version], version.card.scores[score])
        yield family


def _pipelines(folder: Folder) -> Iterator[Metric]:
    runs = last_runs(folder)
    success = GaugeMetricFamily("ml_pipeline_success", "1 if the last run succeeded", labels=["pipeline"])
    seconds = GaugeMetricFamily(
        "ml_pipeline_duration_seconds", "How long the last run took", labels=["pipeline"]
    )
    for pipeline, run in runs.items():
        success.add_metric([pipeline], float(run.success))
        seconds.add_metric([pipeline], run.seconds)
    yield from (success, seconds)
    for stage, (name, says) in STAGES.items():
        family = GaugeMetricFamily(name, says, labels=["pipeline"])
        for pipeline, run in runs.items():
            found = [well for at, well, _ in run.stages if at == stage]
            if found:
                family.add_metric([pipeline], float(all(found)))
        yield family
    yield _last_success(folder)


def last_runs(folder: Folder) -> dict[str, Run]:
    """Return the last run of each pipeline: one that failed, else that of the newest version.

    Where that version is broken nothing is known: an older version's success is not the last one's.
    """
    found: dict[str, Run] = {}
    newest: dict[str, Version] = {}
    for version in folder.versions:
        newest.setdefault(version.name, version)
    for name, version in newest.items():
        run = folder.failed_runs.get(name) or (version.card.run if version.card else None)
        if run and f"{name}/failed-run.json" not in folder.reasons:
            found.setdefault(run.pipeline, run)
    return found


def _last_success(folder: Folder) -> Metric:
    family = GaugeMetricFamily(
        "ml_pipeline_last_success_timestamp_seconds",
        "When the last run that succeeded ended",
        labels=["pipeline"],
    )
    ended: dict[str, float] = {}
    for version in folder.versions:
        if version.card and version.card.run.success:
            run = version.card.run
            ended[run.pipeline] = max(run.finished_at, ended.get(run.pipeline, 0.0))
    for pipeline, at in ended.items():
        family.add_metric([pipeline], at)
    return family
