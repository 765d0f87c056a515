"""Prometheus' configuration, moved from the names of containers to this machine."""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tools.stacking.plan import PROMETHEUS_YML
from tools.stacking.targets import local_config, moved

HERE = {"api": "127.0.0.1:18000", "prometheus": "127.0.0.1:19090"}
CONFIG = """
global: {scrape_interval: 15s, external_labels: {site: here}}
rule_files: [rules/*.yml]
alerting: {alertmanagers: [{static_configs: [{targets: ["alertmanager:9093"]}]}]}
scrape_configs:
  - job_name: api
    scrape_interval: 5s
    scrape_timeout: 4s
    authorization: {credentials_file: secrets/token}
    static_configs: [{targets: ["api:8000", "other:8000"], labels: {kind: app}}]
  - job_name: gone
    static_configs: [{targets: ["other:9000"]}]
  - job_name: found
    file_sd_configs: [{files: [targets/found.yml]}]
"""


@pytest.fixture
def config() -> dict[str, object]:
    """Give a configuration with one of each."""
    return moved(yaml.safe_load(CONFIG), Path("/etc/prometheus"), HERE)


def test_targets_are_on_this_machine(config) -> None:
    """With their labels; a host that is not here is left out."""
    (group,) = config["scrape_configs"][0]["static_configs"]
    assert group == {"targets": ["127.0.0.1:18000"], "labels": {"kind": "app"}}


def test_a_job_without_targets_is_left_out(config) -> None:
    """It would be down for ever; one that finds its own stays."""
    assert [job["job_name"] for job in config["scrape_configs"]] == ["api", "found"]


def test_relative_paths_go_on_to_mean_the_same(config) -> None:
    """The text is read in another folder."""
    assert config["rule_files"] == ["/etc/prometheus/rules/*.yml"]
    api, found = config["scrape_configs"]
    assert api["authorization"] == {"credentials_file": "/etc/prometheus/secrets/token"}
    assert found["file_sd_configs"] == [{"files": ["/etc/prometheus/targets/found.yml"]}]


def test_an_absolute_path_stays() -> None:
    """A secret lies where it lies."""
    read = moved({"rule_files": ["/rules/a.yml"]}, Path("/etc/prometheus"), HERE)
    assert read["rule_files"] == ["/rules/a.yml"]


def test_a_pace_is_that_of_all(config) -> None:
    """Jobs have none of their own then."""
    fast = moved(yaml.safe_load(CONFIG), Path("/etc"), HERE, interval="1s")
    assert fast["global"]["scrape_interval"] == fast["global"]["evaluation_interval"] == "1s"
    assert fast["global"]["external_labels"] == {"site": "here"}
    assert "scrape_interval" not in fast["scrape_configs"][0]
    assert config["scrape_configs"][0]["scrape_interval"] == "5s"


def test_the_real_one_is_valid_anywhere(tmp_path: Path, require_real) -> None:
    """As Prometheus' own tool has it, rules and all."""
    require_real(shutil.which("promtool"), "promtool is not on PATH")
    text = local_config(PROMETHEUS_YML, HERE | {"alertmanager": "127.0.0.1:19093"}, "1s")
    (tmp_path / "prometheus.yml").write_text(text)
    command = ["promtool", "check", "config", str(tmp_path / "prometheus.yml")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "rule files found" in done.stdout
    assert "127.0.0.1:19090" in text
    assert "alertmanager:" not in text.replace("alertmanagers:", "")
