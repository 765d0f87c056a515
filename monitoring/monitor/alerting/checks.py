"""How a sample is judged without Prometheus: each check gives what is wrong, by subject."""

from collections.abc import Iterator

from monitor import live_rules, runs
from monitor.alerting.rule import DAY, Check, Context, Wrongs
from monitor.sample import Model, Sample

SLOWEST = 300
"""Seconds that a run of a pipeline may take."""


def endpoint_down(sample: Sample, context: Context) -> Wrongs:
    """Give the reason, when the last probe did not get the right answers."""
    if sample["state"] == "down":
        yield "", sample["reason"]


def golden_mismatch(sample: Sample, context: Context) -> Wrongs:
    """Give the models that answered goldens wrong; who did not answer at all is down."""
    for goldens in sample["goldens"]:
        wrong = goldens["total"] - goldens["matching"]
        if wrong and goldens["fault"] is None:
            subject = _named(goldens["model"], goldens["version"])
            yield subject, f"{wrong} of {goldens['total']} goldens of {subject} were answered wrong"


def not_shown(sample: Sample, subject: str) -> bool:
    """Tell that a subject is on no card, while some cards, or the list of models, could not be read."""
    shown = {_named(model["name"], model["version"]) for model in sample["models"]}
    if subject in shown | runs.last(sample["models"]).keys():
        return False
    lists = [each for each in sample["checks"] if each["name"].partition(" ")[0] in ("models", "model-info")]
    # An API that has no such address never will; it is not asked to name what is gone.
    failed = any(each["fault"] is not None and each["status"] != 404 for each in lists)
    return failed or not sample["models"]


def not_answered(sample: Sample, subject: str) -> bool:
    """Tell that a model answered no goldens, neither right nor wrong."""
    asked = [each for each in sample["goldens"] if _named(each["model"], each["version"]) == subject]
    return any(each["fault"] is not None for each in asked)


def accuracy_critical(sample: Sample, context: Context) -> Wrongs:
    """Give the models whose score is below their critical floor."""
    for model, value in _scores(sample):
        if value < model["floors"]["critical"]:
            yield _low(model, value, model["floors"]["critical"])


def accuracy_drop(sample: Sample, context: Context) -> Wrongs:
    """Give the models whose score is below their warning floor, unless the critical alert says it already."""
    for model, value in _scores(sample):
        if model["floors"]["critical"] <= value < model["floors"]["warning"]:
            yield _low(model, value, model["floors"]["warning"])


def below_critical(sample: Sample, subject: str) -> bool:
    """Tell that a model's score is worse than what accuracy_drop gives: that is no end of a drop."""
    low = (model for model, value in _scores(sample) if value < model["floors"]["critical"])
    return any(_named(model["name"], model["version"]) == subject for model in low)


def live_drop(sample: Sample, context: Context) -> Wrongs:
    """Give the models whose true outcomes contradict their cards."""
    return live_rules.accuracy_drop(sample["models"], context.live)


def input_drift(sample: Sample, context: Context) -> Wrongs:
    """Give the models of which an input drifted."""
    return live_rules.input_drift(context.drift)


def metrics_missing(sample: Sample, context: Context) -> Wrongs:
    """Tell when no model's score could be read, though the API is not down: else EndpointDown says it."""
    if sample["state"] != "down" and not any(True for _ in _scores(sample)):
        yield "", "no model's score could be read"


def is_down(sample: Sample, subject: str) -> bool:
    """Tell that the API is down."""
    return sample["state"] == "down"


def stage_failed(name: str) -> Check:
    """Return the check that gives the pipelines of which a stage failed in the last run."""

    def check(sample: Sample, context: Context) -> Wrongs:
        for pipeline, run in runs.last(sample["models"]).items():
            if any(stage["name"] == name and not stage["success"] for stage in run["stages"]):
                yield pipeline, f"{name} failed in the last run of {pipeline}"

    return check


def pipeline_failed(sample: Sample, context: Context) -> Wrongs:
    """Give the pipelines whose last run failed."""
    for pipeline, run in runs.last(sample["models"]).items():
        if not run["success"]:
            yield pipeline, f"the last run of {pipeline} failed"


def pipeline_slow(sample: Sample, context: Context) -> Wrongs:
    """Give the pipelines whose last run took too long."""
    for pipeline, run in runs.last(sample["models"]).items():
        if run["seconds"] > SLOWEST:
            took = f"took {run['seconds']:.0f} s, more than {SLOWEST} s"
            yield pipeline, f"the last run of {pipeline} {took}"


def pipeline_stale(sample: Sample, context: Context) -> Wrongs:
    """Give the pipelines that have not succeeded for too long, where somebody said how long that is."""
    for pipeline, ended in runs.succeeded(sample["models"]).items():
        age = context.now - ended
        if context.pipeline_max_age is not None and age > context.pipeline_max_age:
            yield pipeline, f"{pipeline} last succeeded {age / DAY:.1f} days ago"


def certificate(sample: Sample, context: Context) -> Wrongs:
    """Tell when the API's certificate ends within 14 days."""
    ends = sample["tls_expires_at"]
    if ends is not None and ends - context.now < 14 * DAY:
        yield "", f"the certificate ends in {max(0.0, ends - context.now) / DAY:.1f} days"


def no_certificate(sample: Sample, subject: str) -> bool:
    """Tell that no certificate was read: one that ended or can't be trusted ends the call, too."""
    return sample["tls_expires_at"] is None


def _scores(sample: Sample) -> Iterator[tuple[Model, float]]:
    for model in sample["models"]:
        score = model["scores"].get(model["floors"]["score"])
        if score:
            yield model, score["value"]


def _low(model: Model, value: float, floor: float) -> tuple[str, str]:
    subject = _named(model["name"], model["version"])
    return subject, f"{model['floors']['score']} of {subject} is {value:.3g}, below {floor:.3g}"


def _named(name: str, version: str) -> str:
    return f"{name} {version}"
