"""A real Prometheus scrapes the monitor."""

import json
import time
from pathlib import Path

import pytest

from tests.monitor.fake_api import FakeApi
from tests.prometheus_server import PrometheusServer

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def until(prometheus: PrometheusServer, expression: str, expected: list[float]) -> None:
    """Wait until a query gives the expected values."""
    deadline = time.monotonic() + 20
    while prometheus.query(expression) != expected:
        assert time.monotonic() < deadline, (expression, prometheus.query(expression))
        time.sleep(0.3)


def test_each_scrape_is_a_visit_that_prometheus_understands(prometheus_of, servers, api_server, tmp_path):
    """Its values are there under their names, with no help from a person."""
    env = {"MAIN_API_URL": api_server, "HISTORY_PATH": str(tmp_path / "monitor.db"), "PROBE_MAX_AGE": "1"}
    prometheus = prometheus_of(servers.serve(ROOT / "monitoring", env))
    until(prometheus, 'up{job="monitoring"}', [1])
    until(prometheus, "probe_success", [1])
    until(prometheus, 'ml_golden_match_ratio{model="math-score", model_version="1"}', [1])
    assert 0.8 < prometheus.query('ml_model_r2_score{model="math-score"}')[0] < 0.9
    shipped = json.loads((ROOT / "monitoring" / "goldens.json").read_bytes())
    assert prometheus.query('ml_model_info{engine="onnx"}') == [1] * len(shipped)


def test_an_api_that_fails_is_a_sample_and_no_failed_scrape(prometheus_of, servers, tmp_path):
    """The scrape goes on, and alarms can tell the two apart."""
    with FakeApi() as gone:
        url = gone.url
    env = {"MAIN_API_URL": url, "HISTORY_PATH": str(tmp_path / "monitor.db"), "PROBE_MAX_AGE": "1"}
    prometheus = prometheus_of(servers.serve(ROOT / "monitoring", env))
    until(prometheus, "probe_success", [0])
    assert prometheus.query('up{job="monitoring"}') == [1]
    assert prometheus.query("ml_golden_match_ratio") == []


def test_a_monitor_without_an_api_is_scraped_too(prometheus_of, servers):
    """Valid text, and a metric that says why there is no other."""
    prometheus = prometheus_of(servers.serve(ROOT / "monitoring", {"MAIN_API_URL": ""}))
    until(prometheus, "ml_monitor_configured", [0])
