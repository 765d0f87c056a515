"""The table of alerts: what fires, when, and when it is over."""

import pytest

from monitor import alerts
from monitor.alerts import DAY, HOUR, MINUTE, Context
from tests.monitor.samples import NOW, SHA, down, failed_run, goldens, model, run, sample

WRONG = {"matching": 6, "differing": [{"golden": 1, "expected": 1.0, "received": 2.0}]}


PART = '{"name": "EndpointDown", "since": 1}'


def judged(*samples, **context):
    """Return the alerts after samples, one after the other."""
    table = {}
    for one in samples:
        changes = alerts.recorded(table, one, Context(one["at"], **context))
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


CASES = {
    "EndpointDown": down,
    "GoldenMismatch": lambda at: sample(at, goldens=[goldens(**WRONG)]),
    "ModelAccuracyCritical": lambda at: cards(score(0.69), at=at),
    "ModelAccuracyDrop": lambda at: cards(score(0.75, "accuracy"), at=at),
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
    assert CASES.keys() == {rule.name for rule in alerts.RULES}


@pytest.mark.parametrize("rule", alerts.RULES, ids=lambda rule: rule.name)
def test_a_rule_is_pending_until_it_was_so_long_enough(rule):
    """Then it fires; and it is over with the first sample that is well."""

    def state(seconds):
        after = judged(*(CASES[rule.name](NOW + at) for at in (0, seconds)), pipeline_max_age=DAY)
        return {one["name"]: one["state"] for one in after}[rule.name]

    assert state(rule.after) == "firing"
    if rule.after:
        assert state(rule.after - 1) == "pending"
    found = judged(CASES[rule.name](NOW), sample(NOW + HOUR), pipeline_max_age=DAY)
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
