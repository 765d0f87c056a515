"""The rules that Prometheus reads: as the tables say, valid, and each alert fires when it should."""

import re
import shutil
import subprocess

import pytest
import yaml

from monitor.alerts import RULES
from tests.observability.rule_tests import MISSING, PROMETHEUS, PROMTOOL, TESTS, passes
from tools.rules.render import Options, files

FILES = sorted(TESTS.glob("*.yml"))


@pytest.mark.parametrize("name", ["alerts.yml", "recording.yml"])
def test_the_rule_files_are_what_the_tables_say(name):
    """After an edit: `make rules`."""
    assert (PROMETHEUS / "rules" / name).read_text() == files(Options())[name]


@pytest.mark.parametrize(
    "what", [("rules", "rules/alerts.yml", "rules/recording.yml"), ("config", "prometheus.yml")]
)
def test_promtool_accepts(what, require_real):
    """Prometheus's own check, with its lint."""
    require_real(PROMTOOL, MISSING)
    command = ["promtool", "check", *what]
    done = subprocess.run(command, cwd=PROMETHEUS, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_tokens_are_read_from_files(require_real, tmp_path):
    """With the # taken away, as the page says."""
    require_real(PROMTOOL, MISSING)
    text = (PROMETHEUS / "prometheus.yml").read_text()
    switched = text.replace("# authorization:", "authorization:")
    files = re.findall(r"\bauthorization: {credentials_file: (\S+)}", switched)
    assert files == ["secrets/api_metrics_token", "secrets/monitoring_metrics_token"]
    for folder in ("rules", "targets"):
        shutil.copytree(PROMETHEUS / folder, tmp_path / folder)
    (tmp_path / "secrets").mkdir()
    for file in files:
        (tmp_path / file).write_text("a token of a test")
    (tmp_path / "prometheus.yml").write_text(switched)
    done = subprocess.run(
        ["promtool", "check", "config", "prometheus.yml"], cwd=tmp_path, capture_output=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_each_alert_has_its_tests():
    """A file by its name."""
    assert {file.stem for file in FILES} == {rule.name for rule in RULES}


def moments(test):
    """Spell a test's moments in their order: silent, or firing."""
    return "".join("f" if case["exp_alerts"] else "s" for case in test["alert_rule_test"])


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_an_alert_is_tested_before_while_and_after(file):
    """Silent, firing, silent again: each file has a case of all three, but that of what fires always."""
    spelled = [moments(test) for test in yaml.safe_load(file.read_text())["tests"]]
    assert all(re.fullmatch("s*f*s*", each) for each in spelled)
    assert any(re.fullmatch("s+f+s+", each) for each in spelled) or file.stem == "Watchdog"


@pytest.mark.slow
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_fires_when_it_should(file, require_real):
    """Not before its time, with what it says to people, and not after."""
    require_real(PROMTOOL, MISSING)
    assert passes(file)
