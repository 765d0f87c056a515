"""The table of alerts: what fires, when, and when it is over."""

from dataclasses import replace

import pytest

from monitor import alerts
from monitor.accuracy import Live
from monitor.alerts import DAY, HOUR, MINUTE, Context
from monitor.drift import Row
from tests.monitor.samples import NOW, SHA, down, failed_run, goldens, model, run, sample

WRONG = {"matching": 6, "differing": [{"golden": 1, "expected": 1.0, "received": 2.0}]}


PART = '{"name": "EndpointDown", "since": 1}'


MOVED = Row("math-score", "1", "reading_score", 0.42, 0.18, 230, 2, True)
OFF = Live("math-score", "1", 100, 6.6, 8.5)


FIXED = """
EndpointDown critical 120 | TLSCertificateExpiringSoon warning 3600 | HighErrorRate critical 300
HighPredictionErrorRate warning 300 | HighRequestLatency warning 600 | ErrorBudgetBurnFast critical 120
ErrorBudgetBurnSlow warning 900 | GoldenMismatch critical 120 | ModelAccuracyCritical critical 60
ModelAccuracyDrop warning 300 | LiveAccuracyDrop warning 600 | ModelInputDrift warning 0
ModelMetricsMissing warning 900 | HighTrainingLoss warning 300 | LowValidationAccuracy warning 300
DataIngestionFailure critical 60 | DataValidationFailure warning 60 | PipelineFailure critical 60
PipelineExecutionTime warning 0 | PipelineStale warning 600 | HighMemoryUsage warning 60
HighMemoryUsage warning 300 | HighCPUUsage warning 60 | HighCPUUsage warning 300 | HighDiskUsage warning 600
TargetDown warning 300 | PrometheusRuleFailures warning 300 | AlertmanagerNotificationsFailing critical 300
Watchdog none 0
"""


def test_names_severities_and_times_are_fixed():
    """People have routes, silences and habits that name them."""
    rows = [row.split() for row in FIXED.strip().replace("\n", "|").split("|")]
    assert [[rule.name, rule.severity, f"{rule.after:.0f}"] for rule in alerts.RULES] == rows


def judged(*samples, **context):
    """Return the alerts after samples, each alone or with what is known beside it."""
    table = {}
    for given in samples:
        one, beside = given if isinstance(given, tuple) else (given, {})
        changes = alerts.recorded(table, one, Context(one["at"], **{**context, **beside}))
        table = {key: value for key, value in {**table, **changes}.items() if value is not None}
    return alerts.listed(table)


def score(value, name="r2"):
    """Return a model whose card says this score."""
    scores = {name: {"value": value, "low": None, "high": None, "dummy": None}}
    return model(scores=scores, floors={"score": name, "warning": 0.8, "critical": 0.7})


def cards(*models, at=NOW):
    """Return a sample with these cards."""
    return sample(at, models=list(models))


def test_an_api_that_is_well_alarms_nobody():
    """Nothing fires, nothing is pending."""
    assert judged(sample()) == []


JUDGED = [rule for rule in alerts.RULES if rule.check]
CASES = {
    "EndpointDown": down,
    "GoldenMismatch": lambda at: sample(at, goldens=[goldens(**WRONG)]),
    "ModelAccuracyCritical": lambda at: cards(score(0.69), at=at),
    "ModelAccuracyDrop": lambda at: cards(score(0.75, "accuracy"), at=at),
    "LiveAccuracyDrop": lambda at: (sample(at), {"live": [OFF]}),
    "ModelInputDrift": lambda at: (sample(at), {"drift": [MOVED]}),
    "ModelMetricsMissing": lambda at: cards(at=at),
    "DataIngestionFailure": lambda at: cards(model(failed_run=failed_run("data_ingestion")), at=at),
    "DataValidationFailure": lambda at: cards(model(failed_run=failed_run("data_validation")), at=at),
    "PipelineFailure": lambda at: cards(model(failed_run=failed_run("model_training")), at=at),
    "PipelineExecutionTime": lambda at: cards(model(run=run(seconds=301.0)), at=at),
    "PipelineStale": lambda at: cards(model(run=run(finished_at=NOW - 2 * DAY)), at=at),
    "TLSCertificateExpiringSoon": lambda at: sample(at, tls_expires_at=NOW + 13 * DAY),
}


def test_every_rule_has_a_case_here():
    """A rule that nothing can fire is none."""
    assert CASES.keys() == {rule.name for rule in JUDGED}


@pytest.mark.parametrize("rule", JUDGED, ids=lambda rule: rule.name)
def test_a_rule_is_pending_until_it_was_so_long_enough(rule):
    """Then it fires; and it is over with the first sample that is well."""

    def state(seconds):
        after = judged(*(CASES[rule.name](NOW + at) for at in (0, seconds)), pipeline_max_age=DAY)
        return {one["name"]: one["state"] for one in after}[rule.name]

    assert state(rule.after) == "firing"
    if rule.after:
        assert state(rule.after - 1) == "pending"
    well = sample(NOW + HOUR, tls_expires_at=NOW + 90 * DAY)
    found = judged(CASES[rule.name](NOW), well, pipeline_max_age=DAY)
    assert rule.name not in {one["name"] for one in found}


def test_what_was_well_meanwhile_begins_anew():
    """A flapping API is pending, not firing."""
    found = judged(down(NOW), sample(NOW + 100), down(NOW + 200))
    assert [(one["state"], one["since"]) for one in found if one["name"] == "EndpointDown"] == [
        ("pending", NOW + 200)
    ]


def test_the_critical_floor_silences_the_warning():
    """One alert per model for its score."""
    names = [one["name"] for one in judged(cards(score(0.5)), cards(score(0.5), at=NOW + HOUR))]
    assert names == ["ModelAccuracyCritical"]


@pytest.mark.parametrize(("value", "expected"), [(0.8, []), (0.7, ["ModelAccuracyDrop"])])
def test_a_score_at_its_floor_is_not_below_it(value, expected):
    """The floors are limits that still hold."""
    assert [one["name"] for one in judged(cards(score(value)))] == expected


def test_each_model_alarms_for_itself():
    """The subject tells which."""
    low = score(0.5)
    other = {**low, "name": "penguins", "version": "2"}
    found = judged(cards(low, other))
    assert [one["subject"] for one in found] == ["math-score 1", "penguins 2"]
    assert "below 0.7" in found[0]["summary"]


def test_goldens_that_were_not_answered_are_no_mismatch():
    """EndpointDown tells of those."""
    unanswered = goldens(
        matching=0, fault={"kind": "timeout", "says": "it did not answer"}, received_sha256=SHA
    )
    assert judged(sample(goldens=[unanswered])) == []


def test_a_pipeline_is_never_stale_unless_told_when():
    """PIPELINE_MAX_AGE is unset by default."""
    old = cards(model(run=run(finished_at=0.0)))
    assert judged(old) == []
    assert [one["name"] for one in judged(old, pipeline_max_age=DAY)] == ["PipelineStale"]


def test_a_pipeline_of_which_a_newer_version_succeeded_is_not_stale():
    """It made two versions, one of them long ago."""
    old, new = model(version="1", run=run(finished_at=0.0)), model(version="2")
    assert judged(cards(new, old), pipeline_max_age=DAY) == []


def test_an_api_that_is_down_lacks_no_metrics():
    """EndpointDown says it already."""
    found = judged(down(NOW), down(NOW + HOUR))
    assert [one["name"] for one in found] == ["EndpointDown"]


def test_firing_comes_before_pending():
    """A person reads the worst first."""
    both = [
        cards(score(0.75), at=NOW),
        sample(NOW + 5 * MINUTE, models=[score(0.75)], tls_expires_at=NOW),
    ]
    assert [one["state"] for one in judged(*both)] == ["firing", "pending"]


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "Unknown", "since": 1}', "null", "[" * 9999, PART])
def test_a_state_that_can_not_be_read_is_forgotten(text):
    """Another release may have written it; it goes with the next sample."""
    assert alerts.listed({"X ": text}) == []
    assert alerts.recorded({"X ": text}, sample(), Context(NOW)) == {"X ": None}


def test_drift_names_the_feature_with_its_numbers():
    """The worst one, once per model."""
    lesser = replace(MOVED, feature="lunch", psi=0.2)
    (found,) = judged((sample(), {"drift": [MOVED, lesser]}))
    assert (found["subject"], found["state"]) == ("math-score 1", "firing")
    assert all(said in found["summary"] for said in ("reading_score", "0.42", "0.18"))


def test_one_window_over_the_threshold_is_no_drift():
    """Chance makes one now and then."""
    assert judged((sample(), {"drift": [replace(MOVED, windows=1, drifted=False)]})) == []


OF_CLASSES = replace(OFF, mae=None, rmse=None, accuracy=0.8)
LIVE = {
    "too few labels": (replace(OFF, labels=99), {"rmse": 5.6}, False),
    "enough labels": (OFF, {"rmse": 5.6}, True),
    "one and a half times": (replace(OFF, rmse=6.0), {"rmse": 4.0}, False),
    "no score to compare": (OFF, {}, False),
    "another version": (replace(OFF, version="2"), {"rmse": 5.6}, False),
    "classes, within": (replace(OF_CLASSES, high=0.86), {"accuracy": 0.9}, False),
    "classes, below": (replace(OF_CLASSES, high=0.84), {"accuracy": 0.9}, True),
}


@pytest.mark.parametrize(("live", "scores", "alarms"), LIVE.values(), ids=LIVE)
def test_live_accuracy_is_held_against_the_card(live, scores, alarms):
    """The card's classes have an interval that begins at 0.85; its errors have none."""
    said = {
        name: {"value": value, "low": 0.85 if name == "accuracy" else None, "high": None, "dummy": None}
        for name, value in scores.items()
    }
    told = judged((cards(model(scores=said)), {"live": [live]}))
    assert ("LiveAccuracyDrop" in {one["name"] for one in told}) == alarms


def test_what_is_about_a_model_stays_while_no_card_can_be_read():
    """An API that is down says nothing of its models: nobody must hear that they are well again."""
    low, gone = cards(score(0.69)), {**down(NOW + 60), "models": []}
    found = {(one["name"], one["state"]) for one in judged(low, gone)}
    assert ("ModelAccuracyCritical", "pending") in found
    assert "ModelAccuracyCritical" not in {
        one["name"] for one in judged(low, gone, cards(score(0.9), at=NOW + 120))
    }


UNANSWERED = {"kind": "timeout", "says": "it did not answer"}
STAYS = {
    "TLSCertificateExpiringSoon": down,
    "ModelMetricsMissing": down,
    "ModelAccuracyDrop": lambda at: cards(score(0.65, "accuracy"), at=at),
    "GoldenMismatch": lambda at: sample(at, goldens=[goldens(matching=0, fault=UNANSWERED)]),
}


@pytest.mark.parametrize("name", STAYS)
def test_what_gets_worse_is_not_over(name):
    """A certificate that can't be trusted is not read, an API that is down shows no scores."""
    begun = [CASES[name](NOW), CASES[name](NOW + HOUR)]
    found = {one["name"]: one for one in judged(*begun, STAYS[name](NOW + 2 * HOUR))}
    assert (found[name]["state"], found[name]["since"]) == ("firing", NOW)
    well = sample(NOW + 3 * HOUR, tls_expires_at=NOW + 90 * DAY)
    assert judged(*begun, STAYS[name](NOW + 2 * HOUR), well) == []


def check(name, status):
    """Return a call that failed."""
    return {"name": name, "seconds": 0.1, "status": status, "fault": UNANSWERED}


CALLS = {
    "its card": (check("model-info penguins 2", None), True),
    "the list of models": (check("models", 503), True),
    "an API without such a list": (check("models", 404), False),
    "another call": (check("metrics", None), False),
}


@pytest.mark.parametrize(("failed", "stays"), CALLS.values(), ids=CALLS)
def test_a_card_that_can_not_be_read_ends_no_alert(failed, stays):
    """While others can be read: one call that timed out is no recovery, a model that is gone is one."""
    low = {**score(0.5), "name": "penguins", "version": "2"}
    found = judged(cards(model(), low), sample(NOW + 60, models=[model()], checks=[failed]))
    assert bool(found) == stays
