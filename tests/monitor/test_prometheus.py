"""A real Prometheus scrapes the monitor."""

import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.monitor.fake_api import FakeApi
from tools import local_server

ROOT = Path(__file__).resolve().parents[2]
CONFIG = """
global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
  - job_name: monitoring
    metrics_path: /api/metrics
    static_configs: [{{targets: ["{target}"]}}]
"""

pytestmark = pytest.mark.slow


@pytest.fixture
def prometheus_of(require_real, tmp_path) -> Iterator:
    """Give `prometheus_of(address)`: a Prometheus that scrapes it each second."""
    require_real(shutil.which("prometheus"), "prometheus is not on PATH")
    running: list[subprocess.Popen] = []

    def start(address: str) -> str:
        (tmp_path / "prometheus.yml").write_text(CONFIG.format(target=address.removeprefix("http://")))
        listens = f"127.0.0.1:{local_server.free_port()}"
        command = [
            *("prometheus", f"--config.file={tmp_path}/prometheus.yml", f"--web.listen-address={listens}"),
            *(f"--storage.tsdb.path={tmp_path}/data", "--log.level=error"),
        ]
        running.append(subprocess.Popen(command, cwd=tmp_path, start_new_session=True))
        assert local_server.wait_until_answers(running[-1], f"http://{listens}/-/ready")
        return f"http://{listens}"

    yield start
    local_server.stop(*running)


def query(prometheus: str, expression: str) -> list[float]:
    """Return the values of an instant query."""
    answer = requests.get(f"{prometheus}/api/v1/query", params={"query": expression}, timeout=10).json()
    return [float(one["value"][1]) for one in answer["data"]["result"]]


def until(prometheus: str, expression: str, expected: list[float]) -> None:
    """Wait until a query gives the expected values."""
    deadline = time.monotonic() + 20
    while query(prometheus, expression) != expected:
        assert time.monotonic() < deadline, (expression, query(prometheus, expression))
        time.sleep(0.3)


def test_each_scrape_is_a_visit_that_prometheus_understands(prometheus_of, servers, api_server, tmp_path):
    """Its values are there under their names, with no help from a person."""
    env = {"MAIN_API_URL": api_server, "HISTORY_PATH": str(tmp_path / "monitor.db"), "PROBE_MAX_AGE": "1"}
    prometheus = prometheus_of(servers.serve(ROOT / "monitoring", env))
    until(prometheus, 'up{job="monitoring"}', [1])
    until(prometheus, "probe_success", [1])
    until(prometheus, 'ml_golden_match_ratio{model="math-score", model_version="1"}', [1])
    assert 0.8 < query(prometheus, 'ml_model_r2_score{model="math-score"}')[0] < 0.9
    assert query(prometheus, 'ml_model_info{engine="onnx"}') == [1, 1]


def test_an_api_that_fails_is_a_sample_and_no_failed_scrape(prometheus_of, servers, tmp_path):
    """The scrape goes on, and alarms can tell the two apart."""
    with FakeApi() as gone:
        url = gone.url
    env = {"MAIN_API_URL": url, "HISTORY_PATH": str(tmp_path / "monitor.db"), "PROBE_MAX_AGE": "1"}
    prometheus = prometheus_of(servers.serve(ROOT / "monitoring", env))
    until(prometheus, "probe_success", [0])
    assert query(prometheus, 'up{job="monitoring"}') == [1]
    assert query(prometheus, "ml_golden_match_ratio") == []


def test_a_monitor_without_an_api_is_scraped_too(prometheus_of, servers):
    """Valid text, and a metric that says why there is no other."""
    prometheus = prometheus_of(servers.serve(ROOT / "monitoring", {"MAIN_API_URL": ""}))
    until(prometheus, "ml_monitor_configured", [0])
