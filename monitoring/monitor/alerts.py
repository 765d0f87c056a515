"""The one table of alerts: what each is called, how bad it is, when it fires and how it is judged here.

A rule judges a sample and gives what is wrong, by subject: a model's "name version", or "" for the API.
It fires once it was so over its whole `after`, sample after sample; until then it is pending.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict

from monitor import live_rules
from monitor.accuracy import Live
from monitor.drift import Row
from monitor.sample import Model, Run, Sample

MINUTE = 60.0
HOUR = 60 * MINUTE
DAY = 24 * HOUR
TABLE = "alerts"
Wrongs = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Context:
    """What a rule may know beside the sample."""

    now: float
    pipeline_max_age: float | None = None
    drift: Sequence[Row] = ()
    live: Sequence[Live] = ()


@dataclass(frozen=True)
class Rule:
    """A row of the table."""

    name: str
    severity: Literal["critical", "warning"]
    after: float
    check: Callable[[Sample, Context], Wrongs]


class Alert(TypedDict):
    """An alert that is pending or firing; `since` is when it began to be so."""

    name: str
    subject: str
    severity: str
    state: Literal["pending", "firing"]
    since: float
    summary: str


def _endpoint_down(sample: Sample, context: Context) -> Wrongs:
    if sample["state"] == "down":
        yield "", sample["reason"]


def _golden_mismatch(sample: Sample, context: Context) -> Wrongs:
    for goldens in sample["goldens"]:
        wrong = goldens["total"] - goldens["matching"]
        if wrong and goldens["fault"] is None:
            subject = _named(goldens["model"], goldens["version"])
            yield subject, f"{wrong} of {goldens['total']} goldens of {subject} were answered wrong"


def _scores(sample: Sample) -> Iterator[tuple[Model, float]]:
    for model in sample["models"]:
        score = model["scores"].get(model["floors"]["score"])
        if score:
            yield model, score["value"]


def _accuracy_critical(sample: Sample, context: Context) -> Wrongs:
    for model, value in _scores(sample):
        if value < model["floors"]["critical"]:
            yield _low(model, value, model["floors"]["critical"])


def _accuracy_drop(sample: Sample, context: Context) -> Wrongs:
    # The critical alert says it already.
    for model, value in _scores(sample):
        if model["floors"]["critical"] <= value < model["floors"]["warning"]:
            yield _low(model, value, model["floors"]["warning"])


def _low(model: Model, value: float, floor: float) -> tuple[str, str]:
    subject = _named(model["name"], model["version"])
    return subject, f"{model['floors']['score']} of {subject} is {value:.3g}, below {floor:.3g}"


def _live_drop(sample: Sample, context: Context) -> Wrongs:
    return live_rules.accuracy_drop(sample["models"], context.live)


def _input_drift(sample: Sample, context: Context) -> Wrongs:
    return live_rules.input_drift(context.drift)


def _metrics_missing(sample: Sample, context: Context) -> Wrongs:
    if not any(True for _ in _scores(sample)):
        yield "", "no model's score could be read"


def _runs(sample: Sample) -> Iterator[tuple[str, Run]]:
    for model in sample["models"]:
        run = model["failed_run"] or model["run"]
        if run:
            yield run["pipeline"], run


def _stage_failed(name: str) -> Callable[[Sample, Context], Wrongs]:
    def check(sample: Sample, context: Context) -> Wrongs:
        for pipeline, run in _runs(sample):
            if any(stage["name"] == name and not stage["success"] for stage in run["stages"]):
                yield pipeline, f"{name} failed in the last run of {pipeline}"

    return check


def _pipeline_failed(sample: Sample, context: Context) -> Wrongs:
    for pipeline, run in _runs(sample):
        if not run["success"]:
            yield pipeline, f"the last run of {pipeline} failed"


def _pipeline_slow(sample: Sample, context: Context) -> Wrongs:
    for pipeline, run in _runs(sample):
        if run["seconds"] > 300:
            yield pipeline, f"the last run of {pipeline} took {run['seconds']:.0f} s, more than 300 s"


def _pipeline_stale(sample: Sample, context: Context) -> Wrongs:
    if context.pipeline_max_age is None:
        return
    for model in sample["models"]:
        run = model["run"]
        if run and context.now - run["finished_at"] > context.pipeline_max_age:
            days = (context.now - run["finished_at"]) / DAY
            yield run["pipeline"], f"{run['pipeline']} last succeeded {days:.1f} days ago"


def _certificate(sample: Sample, context: Context) -> Wrongs:
    ends = sample["tls_expires_at"]
    if ends is not None and ends - context.now < 14 * DAY:
        yield "", f"the certificate ends in {max(0.0, ends - context.now) / DAY:.1f} days"


RULES = (
    Rule("EndpointDown", "critical", 2 * MINUTE, _endpoint_down),
    Rule("GoldenMismatch", "critical", 2 * MINUTE, _golden_mismatch),
    Rule("ModelAccuracyCritical", "critical", MINUTE, _accuracy_critical),
    Rule("ModelAccuracyDrop", "warning", 5 * MINUTE, _accuracy_drop),
    Rule("LiveAccuracyDrop", "warning", 10 * MINUTE, _live_drop),
    Rule("ModelInputDrift", "warning", 0, _input_drift),
    Rule("ModelMetricsMissing", "warning", 15 * MINUTE, _metrics_missing),
    Rule("DataIngestionFailure", "critical", MINUTE, _stage_failed("data_ingestion")),
    Rule("DataValidationFailure", "warning", MINUTE, _stage_failed("data_validation")),
    Rule("PipelineFailure", "critical", MINUTE, _pipeline_failed),
    Rule("PipelineExecutionTime", "warning", 0, _pipeline_slow),
    Rule("PipelineStale", "warning", 10 * MINUTE, _pipeline_stale),
    Rule("TLSCertificateExpiringSoon", "warning", HOUR, _certificate),
)
_ORDER = {rule.name: number for number, rule in enumerate(RULES)}


def _named(name: str, version: str) -> str:
    return f"{name} {version}"


def recorded(table: Mapping[str, str], sample: Sample, context: Context) -> dict[str, str | None]:
    """Return the changes of the table that a sample brings: what began, what goes on, what is over."""
    kept = {key: value for key, value in ((key, _read(text)) for key, text in table.items()) if value}
    changes: dict[str, str | None] = dict.fromkeys(table)
    for rule in RULES:
        for subject, summary in rule.check(sample, context):
            key = f"{rule.name} {subject}"
            since = min(kept[key]["since"], sample["at"]) if key in kept else sample["at"]
            firing = sample["at"] - since >= rule.after
            alert = Alert(
                name=rule.name,
                subject=subject,
                severity=rule.severity,
                state="firing" if firing else "pending",
                since=since,
                summary=summary,
            )
            changes[key] = json.dumps(alert)
    return changes


def listed(table: Mapping[str, str]) -> list[Alert]:
    """Return the alerts as of the last sample: firing before pending, in the table's order."""
    alerts = [alert for alert in map(_read, table.values()) if alert]
    return sorted(alerts, key=lambda one: (one["state"] != "firing", _ORDER[one["name"]], one["subject"]))


def _read(text: str) -> Alert | None:
    try:
        alert: Alert = json.loads(text)
        whole = alert.keys() == Alert.__annotations__.keys()
        return alert if whole and alert["name"] in _ORDER and alert["since"] >= 0 else None
    except (ValueError, AttributeError, TypeError, RecursionError):
        return None
