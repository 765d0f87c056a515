"""/api/metrics: what Prometheus reads, and who gets which form of it."""

import shutil
import subprocess
from itertools import zip_longest

import pytest
from flask import Flask
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families

from monitor import metrics, record
from monitor.alerts import Context
from monitor.counted import Counted, Feedback
from monitor.routes.metrics import wants_json
from monitor.store import Tables
from monitor.watch import View
from tests.monitor.samples import NOW, down, failed_run, goldens, model, run, sample

VALID = 600.0


def kept(*samples, now: float | None = None, fault: str | None = None, counted=()) -> View:
    """Return the view of a store after samples, the first of which came with these counters."""
    tables: Tables = {name: {} for name in record.TABLES}
    for one, seen in zip_longest(samples, counted):
        made = record.changes(
            tables,
            one,
            valid_for=VALID,
            context=Context(one["at"]),
            first_seen={},
            failures=0,
            counted=seen,
        )
        for name, fields in made.items():
            table = {**tables[name], **fields}
            tables[name] = {field: text for field, text in table.items() if text is not None}
    at = samples[-1]["at"] if now is None else now
    return View(at, samples[-1], tables, fault is None, "sqlite", fault)


def exposed(view: View | None) -> dict[tuple, float]:
    """Return what was exposed: (name, label values) -> value."""
    body, _ = metrics.rendered(view, VALID, "")
    return {
        (one.name, *one.labels.values()): one.value
        for family in text_string_to_metric_families(body.decode())
        for one in family.samples
    }


def test_it_tells_of_an_api_that_is_up():
    """The probe, the goldens, the card, the run and the windows, each under its fixed name."""
    said = exposed(kept(sample(NOW - 60), sample(NOW)))
    assert said["probe_success",] == 1
    assert said["probe_duration_seconds",] == 0.2
    assert said["probe_http_status_code",] == 200
    assert said["ml_golden_match_ratio", "math-score", "1"] == 1
    assert said["ml_golden_max_abs_error", "math-score", "1"] == 1e-6
    assert said["ml_model_r2_score", "math-score", "1"] == 0.86
    assert said["ml_model_rmse", "math-score", "1"] == 5.6
    assert said["ml_model_score_floor", "math-score", "1", "warning"] == 0.8
    assert said["ml_model_score_floor", "math-score", "1", "critical"] == 0.7
    assert said["ml_pipeline_success", "math-score"] == 1
    assert said["ml_data_validation_success", "math-score"] == 1
    assert said["ml_pipeline_last_success_timestamp_seconds", "math-score"] == NOW - 3600
    assert said["ml_store_up",] == 1
    assert said["ml_store_info", "sqlite", "true"] == 1
    assert said["ml_store_write_failures_total",] == 0
    assert said["ml_monitor_uptime_ratio", "24h"] == 1
    assert 0 < said["ml_monitor_coverage_ratio", "24h"] < 0.01


BASELINE = {"f": {"0": 500, "1": 500}, 'a "lunch"': {"x": 500, "y": 500}}


def seen(rows: int, feedback: Feedback | None = None) -> dict:
    """Return counters of rows that all fall into the first bin of one feature, and evenly of the other."""
    even = {"x": rows // 2, "y": rows - rows // 2}
    bins = {"f": {"0": rows, "1": 0}, 'a "lunch"': even}
    return {("math-score", "1"): Counted(rows, bins, BASELINE, feedback)}


MOVED = (seen(0), seen(210), seen(420, Feedback(120.0, 240.0, 720.0)))


def test_it_tells_of_live_traffic():
    """Drift by feature in the last window, and the errors that outcomes tell."""
    said = exposed(kept(sample(NOW - 60), sample(NOW - 30), sample(NOW), counted=MOVED))
    model = ("math-score", "1")
    assert said["ml_live_mae", *model] == 2
    assert said["ml_live_rmse", *model] == 6**0.5
    # Prometheus's text has its labels in the order of the alphabet.
    assert said["ml_feature_drift_psi", "f", *model] > said["ml_feature_drift_threshold", "f", *model]
    assert (said["ml_drift_rows", "f", *model], said["ml_feature_drifted", "f", *model]) == (210, 1)
    assert said["ml_feature_drifted", 'a "lunch"', *model] == 0
    assert not any(key[0] == "ml_live_accuracy" for key in said)


def test_what_is_not_known_of_live_traffic_is_absent():
    """Few outcomes, no window closed; and nothing of a model that is served no more."""
    told = seen(100, Feedback(19.0, correct=19.0))
    names = {key[0] for key in exposed(kept(sample(NOW - 60), sample(NOW), counted=(seen(0), told)))}
    assert not {name for name in names if "_live_" in name or "drift" in name}
    gone = sample(NOW, models=[model(version="2")])
    names = {key[0] for key in exposed(kept(sample(NOW - 60), sample(NOW - 30), gone, counted=MOVED))}
    assert not {name for name in names if "_live_" in name or "drift" in name}


def test_it_tells_of_an_api_that_is_down():
    """What is not known is absent: a zero would be a lie."""
    said = exposed(kept(down()))
    assert said["probe_success",] == 0
    assert said["probe_http_status_code",] == 0
    names = {key[0] for key in said}
    assert not names & {"ml_golden_match_ratio", "ml_model_r2_score", "ml_pipeline_success"}


def test_degraded_is_a_success():
    """The answers are right."""
    assert exposed(kept(sample(state="degraded")))["probe_success",] == 1


def test_goldens_answered_wrong_show_as_a_share():
    """Six of eight."""
    said = exposed(kept(sample(goldens=[goldens(matching=6, max_abs_error=3.5)])))
    assert said["ml_golden_match_ratio", "math-score", "1"] == 0.75
    assert said["ml_golden_max_abs_error", "math-score", "1"] == 3.5


def test_a_failed_run_shows_which_stage():
    """The last success stays."""
    said = exposed(kept(sample(models=[model(failed_run=failed_run("data_ingestion"))])))
    assert said["ml_pipeline_success", "math-score"] == 0
    assert said["ml_data_ingestion_success", "math-score"] == 0
    assert said["ml_pipeline_last_success_timestamp_seconds", "math-score"] == NOW - 3600


def test_a_sample_that_does_not_speak_any_more_is_not_exposed():
    """Its windows are."""
    said = exposed(kept(sample(), now=NOW + 601))
    assert ("probe_success",) not in said
    assert said["ml_monitor_uptime_ratio", "24h"] == 1


def test_without_the_store_its_families_are_absent():
    """The live probe is there."""
    said = exposed(kept(sample(), fault="Redis does not answer"))
    assert said["ml_store_up",] == 0
    assert said["probe_success",] == 1
    assert not {key[0] for key in said} & {"ml_monitor_uptime_ratio", "ml_store_write_failures_total"}


def test_without_an_api_the_text_is_valid():
    """And says so."""
    assert exposed(None) == {("ml_monitor_configured",): 0}


VIEWS = {
    "up": kept(sample()),
    "traffic": kept(sample(NOW - 60), sample(NOW - 30), sample(NOW), counted=MOVED),
    "down": kept(down()),
    "unconfigured": None,
}


@pytest.mark.parametrize("view", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("accept", ["", "*/*", "text/plain"])
def test_promtool_accepts_it(view, accept, require_real):
    """Prometheus's own check of names, types and help."""
    require_real(shutil.which("promtool"), "promtool is not on PATH")
    body, _ = metrics.rendered(view, VALID, accept)
    done = subprocess.run(["promtool", "check", "metrics"], input=body, capture_output=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_openmetrics_is_complete():
    """It parses, and ends as it must."""
    body, content_type = metrics.rendered(kept(sample()), VALID, "application/openmetrics-text")
    assert content_type.startswith("application/openmetrics-text")
    assert body.endswith(b"# EOF\n")
    assert list(parse_openmetrics(body.decode()))


@pytest.mark.parametrize("name", ["application/openmetrics-text", "text/plain"])
def test_a_version_that_is_no_number_gets_plain_text(name):
    """The library that chooses can't compare it."""
    _, content_type = metrics.rendered(kept(sample()), VALID, f"{name}; version=abc")
    assert content_type.startswith("text/plain; version=0.0.4")


def test_a_stage_that_ran_twice_is_one_series():
    """It succeeded if it did so each time."""
    stages = [{"name": "data_ingestion", "success": ok, "seconds": 0.1, "errors": []} for ok in (True, False)]
    body, _ = metrics.rendered(kept(sample(models=[model(run=run(stages=stages))])), VALID, "")
    series = [line for line in body.decode().splitlines() if line.startswith("ml_data_ingestion_success{")]
    assert series == ['ml_data_ingestion_success{pipeline="math-score"} 0.0']


PROMETHEUS = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("", False),
        ("*/*", False),
        ("text/plain", False),
        (PROMETHEUS, False),
        (BROWSER, False),
        ("application/json", True),
        ("application/json, */*;q=0.1", True),
        ("application/json, */*", True),
        ("application/json;q=0.9, text/plain;q=0.5", True),
        ("application/json;q=0.5, text/plain;q=0.9", False),
        ("application/json;q=0.5, */*", False),
        ("application/json, text/plain, */*", False),
        ("application/json, application/openmetrics-text", False),
        ("application/json;q=0", False),
        (";;;,,,q=x", False),
        ("application/json; charset=utf-8", True),
        ("APPLICATION/JSON", True),
        ("application/json, text/plain; version=0.0.4", False),
    ],
)
def test_json_goes_to_who_names_it_above_text(accept, expected):
    """Everybody else gets Prometheus text."""
    with Flask("test").test_request_context(headers={"Accept": accept}):
        assert wants_json() is expected


@pytest.mark.parametrize(("query", "expected"), [("?format=json", True), ("?format=prometheus", False)])
def test_the_query_outranks_the_header(query, expected):
    """It is what a person types."""
    with Flask("test").test_request_context(f"/{query}", headers={"Accept": "application/json"}):
        assert wants_json() is expected


def test_names_that_a_stranger_chose_stay_inside_their_quotes():
    """A label's value can't begin a line."""
    hostile = 'x"} 1\nprobe_success 0\n'
    said = exposed(kept(sample(models=[model(engine=hostile)])))
    assert [key[0] for key in said if hostile in key] == ["ml_model_info"]
    assert said["probe_success",] == 1
