"""How the tables become Prometheus's rule files, also elsewhere and with shorter times."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools.rules.render import Options, alerts, duration, files, recordings

ROOT = Path(__file__).resolve().parents[2]


def of(name, options, scope=None):
    """Return an alert's rule."""
    groups = alerts(options)["groups"]
    found = [rule for group in groups for rule in group["rules"] if rule["alert"] == name]
    return next(rule for rule in found if rule["labels"].get("scope") == scope)


@pytest.mark.parametrize(
    ("milliseconds", "expected"),
    [(86_400_000, "1d"), (5_400_000, "90m"), (60_000, "1m"), (61_000, "61s"), (1500, "1500ms"), (1, "1ms")],
)
def test_a_duration_is_spelled_in_whole_units(milliseconds, expected):
    """Prometheus takes no fractions."""
    assert duration(milliseconds) == expected


def test_times_can_be_shortened():
    """What must hold, and the ranges, but those not below what is asked."""
    options = Options(scale=0.01, shortest=5)
    assert of("ModelAccuracyCritical", options)["for"] == "600ms"
    assert "for" not in of("ModelInputDrift", options)
    assert "[5s]" in of("PrometheusRuleFailures", options)["expr"]
    text = str(recordings(options))
    assert "[36s]" in text
    assert not {"[5m]", "[1m]", "[1h]"} & {text[at : at + 4] for at in range(len(text))}


def test_a_range_that_is_shorter_than_the_least_stays():
    """The least is for ranges that were shortened."""
    assert "[1m]" in str(recordings(Options(scale=1, shortest=100)))


def test_links_lead_where_they_are_told():
    """Each alert's page by its name."""
    said = of("HighCPUUsage", Options("https://w.example", "https://d.example"), scope="host")["annotations"]
    assert said["runbook_url"] == "https://w.example/HighCPUUsage.md"
    assert said["dashboard_url"] == "https://d.example"


def test_what_is_written_reads_back_as_it_was():
    """Expressions of several lines and templates with all kinds of quotes."""
    written = files(Options())
    assert yaml.safe_load(written["alerts.yml"]) == alerts(Options())
    assert yaml.safe_load(written["recording.yml"]) == recordings(Options())


def render(*arguments):
    """Run the tool from another folder."""
    command = [sys.executable, str(ROOT / "tools" / "render_rules.py"), *arguments]
    return subprocess.run(command, cwd="/", capture_output=True, text=True)


def test_the_tool_writes_both_files(tmp_path):
    """And says where."""
    done = render("--out", str(tmp_path / "new" / "rules"), "--dashboard", "https://d.example/")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        str(tmp_path / "new" / "rules" / name) for name in ("alerts.yml", "recording.yml")
    ]
    assert "dashboard_url: https://d.example\n" in (tmp_path / "new" / "rules" / "alerts.yml").read_text()


@pytest.mark.parametrize("scale", ["0", "-1", "x", "inf", "nan"])
def test_a_scale_that_is_none_is_refused(scale, tmp_path):
    """With a word on what would do."""
    done = render("--out", str(tmp_path), "--scale", scale)
    assert done.returncode == 2
    assert "no number above 0" in done.stderr


def test_a_folder_that_can_not_be_written_is_named(tmp_path):
    """In one line."""
    (tmp_path / "file").write_text("")
    done = render("--out", str(tmp_path / "file"))
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {tmp_path / 'file'}")
    assert len(done.stderr.splitlines()) == 1
