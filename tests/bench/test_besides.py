"""What is measured for the project alone has numbers, or says why it has none."""

import subprocess
import sys
from pathlib import Path

import pytest

from bench.besides import BUILT
from bench.measures import BESIDES
from bench.monitor_pages import monitor_pages

ROOT = Path(__file__).resolve().parents[2]
TOLD = "from bench.besides import built; print(built('ml-api'))"


def built(**env):
    """Build in a process that has these variables alone; return what it says."""
    command = [sys.executable, "-c", TOLD]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_without_the_platform_s_python_nothing_is_built(tmp_path):
    """It is said, and nothing stands for it."""
    said = built(PATH=str(tmp_path), HOME=str(tmp_path))
    assert "Once(values=[], missing='not built here: no Python 3.12 was found" in said


def test_without_node_nothing_is_built(tmp_path):
    """A Python 3.12 alone is not enough."""
    python312 = tmp_path / "python3.12"
    python312.write_text("#!/bin/sh\necho Python 3.12.9\n")
    python312.chmod(0o755)
    said = built(PATH=str(tmp_path), HOME=str(tmp_path))
    assert "Once(values=[], missing='not built here: Node.js 20 or newer is not on PATH')" in said


@pytest.mark.slow
def test_the_monitor_s_pages_are_measured():
    """From a full history, as often as there are rounds."""
    found = monitor_pages(2)
    assert {key: each.missing for key, each in found.items()} == dict.fromkeys(found)
    dashboards, scrapes = found["dashboard_cpu_ms"].values, found["monitor_metrics_ms"].values
    assert len(dashboards) == len(scrapes) == 2
    assert all(value > 0 for value in dashboards)
    assert all(value > 0 for value in scrapes)


def test_every_measure_has_its_source():
    """None of the list is forgotten."""
    assert {each.key for each in BESIDES} == {*BUILT, "dashboard_cpu_ms", "monitor_metrics_ms"}
