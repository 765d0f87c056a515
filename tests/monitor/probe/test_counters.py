"""The API's own counters, once it exposes them."""

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

from monitor.probe import Api
from monitor.probe.counters import read_traffic
from monitor.probe.faults import Failed
from monitor.probe.live import read_traffic as read_live
from monitor.shapes import WrongShape
from tests.monitor.fake_api import FakeApi, drips, hangs_up, never_answers, says
from tests.monitor.probe.seen import fault_of, look

BUCKETS = (0.001, 0.5, 1, 10)
CALLS = (
    *[("/api/predict", "200"), ("/api/predict", "422"), ("/api/predict", "500")],
    *[("/invocations", "200"), ("/v2/models/<name>/infer", "200")],
)
NOT_AVAILABLE = "The API counts nothing: its store does not answer."


def exposed() -> bytes:
    """Return what an API exposes: 5 calls of 12 rows, one of which failed, beside other traffic."""
    registry = CollectorRegistry()
    calls = Counter("ml_requests", "Calls", ["method", "endpoint", "status"], registry=registry)
    took = Histogram(
        "ml_request_duration_seconds", "Times", ["method", "endpoint"], buckets=BUCKETS, registry=registry
    )
    rows = Counter("ml_predictions", "Rows", ["model", "model_version", "species"], registry=registry)
    for endpoint, status in CALLS:
        calls.labels("POST", endpoint, status).inc()
    for method, endpoint in (("GET", "/api/health"), ("POST", "/api/feedback"), ("POST", "other")):
        calls.labels(method, endpoint, "503").inc(100)
        took.labels(method, endpoint).observe(0.2)
    for (endpoint, _), seconds in zip(CALLS, (0.0005, 0.2, 0.2, 0.7, 99), strict=True):
        took.labels("POST", endpoint).observe(seconds)
    Counter("ml_simulated_requests", "Requests", registry=registry).inc(3)
    rows.labels("math-score", "1", "").inc(10)
    rows.labels("penguins", "1", 'Ad"elie\n').inc(2)
    return bytes(generate_latest(registry))


TEXT = exposed().decode()
TRAFFIC = {
    "predictions": 12.0,
    "requests": 5.0,
    "failures": 1.0,
    "seconds": {"0.001": 1.0, "0.5": 3.0, "1.0": 4.0, "10.0": 4.0, "+Inf": 5.0},
    "simulated": 3.0,
}


def metrics(body: bytes, status: int = 200) -> Any:
    """Return an answer of /api/metrics."""
    return says(body, status, "text/plain; version=0.0.4")


def test_the_sums_are_those_of_all_models_and_of_predictions_alone() -> None:
    """Rows, calls, failures, and times by upper bound."""
    assert read_traffic(TEXT) == TRAFFIC


def test_a_probe_reads_them() -> None:
    """And is up."""
    with FakeApi() as api:
        api.on("/api/metrics", metrics(exposed()))
        sample = look(api)
    assert (sample["state"], sample["traffic"], sample["traffic_missing"]) == ("up", TRAFFIC, None)


@pytest.mark.parametrize(
    "family", ["ml_requests_total", "ml_predictions_total", "ml_request_duration_seconds_bucket"]
)
def test_without_a_counter_there_is_no_traffic(family: str) -> None:
    """The API leaves them out while its store is down; it is up all the same."""
    with FakeApi() as api:
        left = "\n".join(line for line in TEXT.split("\n") if not line.startswith(family))
        api.on("/api/metrics", metrics(left.encode() + b"\n"))
        sample = look(api)
    assert (sample["state"], sample["traffic"], sample["traffic_missing"]) == ("up", None, NOT_AVAILABLE)


@pytest.mark.parametrize(
    ("told", "says_this"),
    [
        ({}, "it asks for a key (401): set MAIN_API_METRICS_TOKEN"),
        ({"metrics_token": "x"}, "it refuses the key (401): check MAIN_API_METRICS_TOKEN"),
    ],
    ids=["no token", "a wrong token"],
)
def test_a_401_names_the_token_and_is_no_fault_of_the_api(told: Any, says_this: str) -> None:
    """The API is up."""
    with FakeApi() as api:
        api.on("/api/metrics", metrics(b"", 401))
        sample = look(api, **told)
    assert (sample["state"], fault_of(sample, "metrics")) == ("up", ("", ""))
    assert sample["traffic_missing"] == f"The API's metrics can't be read: {says_this}."


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (TEXT.replace(" 10.0", " NaN").encode(), "wrong-shape"),
        (TEXT.replace(" 10.0", " -1").encode(), "wrong-shape"),
        (TEXT.replace(" 10.0", " +Inf").encode(), "wrong-shape"),
        (TEXT.replace(" 10.0", " ten").encode(), "wrong-shape"),
        (TEXT.replace('le="0.5"', 'le="x"').encode(), "wrong-shape"),
        (TEXT.replace('le="0.5"', 'le="NaN"').encode(), "wrong-shape"),
        (TEXT.replace('le="0.5",method="POST"} 3.0', 'le="0.5",method="POST"} 30.0').encode(), "wrong-shape"),
        (b'ml_predictions_total{a="b\n', "wrong-shape"),
        (b"ml_predictions_total\xff 1\n", "wrong-shape"),
        (b"<html>", "wrong-shape"),
        (b"ml_predictions_total{a=" + b'"' * 10_000 + b"} 1\n", "too-large"),
        (b"ml_predictions_total 1\n" * 10_000, "too-large"),
    ],
    ids=[
        "nan",
        "negative",
        "inf",
        "word",
        "le",
        "le-nan",
        "falls",
        "broken",
        "bytes",
        "html",
        "long",
        "many",
    ],
)
def test_counters_that_can_not_be_read_are_degraded(body: bytes, kind: str) -> None:
    """The goldens are right."""
    with FakeApi() as api:
        api.on("/api/metrics", metrics(body))
        sample = look(api)
    assert (sample["state"], fault_of(sample, "metrics")[0]) == ("degraded", kind)
    assert sample["traffic"] is None
    assert str(sample["traffic_missing"]).startswith("The API's metrics can't be read: ")


@given(st.text() | st.lists(st.sampled_from(TEXT.split("\n")) | st.text(max_size=20)).map("\n".join))
@settings(suppress_health_check=[HealthCheck.too_slow])
def test_no_text_makes_reading_raise_anything_else(text: str) -> None:
    """Whatever is exposed."""
    try:
        traffic = read_traffic(text)
    except (Failed, WrongShape):
        return
    assert traffic is None or set(traffic) == set(TRAFFIC)


@given(st.sampled_from(["ml_predictions_total", "ml_requests_total{"]), st.text(max_size=60))
def test_no_line_makes_reading_raise_anything_else(start: str, rest: str) -> None:
    """Also one that begins well."""
    try:
        assert read_traffic(start + rest) is None
    except (Failed, WrongShape):
        return


def test_a_live_reading_is_the_counters_and_the_time() -> None:
    """One call, with the token."""
    with FakeApi() as api:
        api.on("/api/metrics", metrics(exposed()))
        reading = read_live(Api(api.url, metrics_token="t"))  # noqa: S106 - of a fake
        assert [received.headers["authorization"] for received in api.received] == ["Bearer t"]
    assert (reading.traffic, reading.missing) == (TRAFFIC, None)
    assert reading.seconds is not None
    assert 0 < reading.seconds < 2


def test_a_live_reading_without_metrics_is_the_time_of_asking() -> None:
    """And says what is missing."""
    with FakeApi() as api:
        reading = read_live(Api(api.url))
    assert reading.seconds is not None
    assert (reading.traffic, reading.missing) == (None, "The API exposes no metrics yet.")


DRIP = drips(b"x", first=b"HTTP/1.1 200 OK\r\n\r\n")
HANGING = (never_answers, DRIP, hangs_up)


@pytest.mark.parametrize(
    ("answer", "says_this"),
    [
        (never_answers, "it did not answer within 0."),
        (DRIP, "its answer did not end within 0."),
        (hangs_up, "it closed the connection without an answer"),
        (says(b"", 500), "it answers 500"),
        (says(b"<p>"), "it answers HTML where metrics are expected (200)"),
    ],
    ids=["silence", "drip", "hang-up", "500", "html"],
)
def test_a_live_reading_that_fails_says_why(answer: Any, says_this: str) -> None:
    """In time."""
    with FakeApi() as api:
        api.on("/api/metrics", answer)
        reading = read_live(Api(api.url), total=0.3)
    assert (reading.seconds is None) == (answer in HANGING)
    assert reading.traffic is None
    assert str(reading.missing).startswith(f"The API's metrics can't be read: {says_this}")
    assert str(reading.missing).endswith(".")
