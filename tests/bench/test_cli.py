"""`python -m bench` as a person runs it."""

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from bench import stored
from bench.measures import BY_KEY

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "bench"]


def bench(*arguments, path=None):
    """Run it to its end."""
    env = {**os.environ, "PATH": path or os.environ["PATH"]}
    return subprocess.run(
        [*COMMAND, *map(str, arguments)], cwd=ROOT, env=env, capture_output=True, text=True, timeout=400
    )


WRONG = {
    "an unknown contender": (["--only", "tandem,nobody"], "No contender is called nobody; there are tandem,"),
    "no name": (["--only", ""], "No contender is called"),
    "no round": (["--rounds", "0"], "'0' is no whole number from 1 on"),
    "another word": (["measure"], "invalid choice"),
}


@pytest.mark.parametrize(("arguments", "reason"), WRONG.values(), ids=WRONG)
def test_wrong_usage_is_named(arguments, reason):
    """Exit code 2, and nothing is started."""
    done = bench(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert reason in done.stderr


def test_without_wrk_it_says_what_to_install(tmp_path):
    """In one line, before anything is installed."""
    done = bench("--quick", path=str(tmp_path))
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == (
        "error: wrk is not on PATH, and makes the load; "
        "on Debian: apt-get install --no-install-recommends wrk\n"
    )


@pytest.mark.parametrize("text", ["{}", "none"], ids=["no results", "no JSON"])
def test_pages_are_not_made_of_something_else(tmp_path, text):
    """They stay as they are."""
    readme = (ROOT / "README.md").read_bytes()
    (tmp_path / "latest.json").write_text(text)
    done = bench("readme", "--results", tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith(f"error: {tmp_path}/latest.json ")
    assert (ROOT / "README.md").read_bytes() == readme


@pytest.mark.slow
def test_a_quick_run_measures_stores_and_draws(wrk, tmp_path):
    """The floor and this API, for real; the project's own results and pages stay as they are."""
    before = (ROOT / "README.md").read_bytes()
    done = bench("--quick", "--only", "echo,tandem", "--results", tmp_path, "--strict")
    assert done.returncode == 1, done.stderr  # --strict: of two contenders not all goals can be judged.
    assert done.stderr == ""
    found = stored.read(tmp_path / "latest.json")
    assert list(found.contenders) == ["tandem", "echo"]
    for entry in found.contenders.values():
        assert (entry.left_out, list(entry.faults)) == (None, [])
        assert set(entry.rounds) == set(BY_KEY)
    assert found.besides == {}
    assert found.contenders["tandem"].packages["onnxruntime"]
    assert (tmp_path / "latest.png").read_bytes().startswith(b"\x89PNG")
    assert "cold start beside the bare echo" in done.stdout
    assert "\x1b" not in done.stdout
    assert (ROOT / "README.md").read_bytes() == before


@pytest.mark.slow
def test_ctrl_c_ends_every_server(wrk, tmp_path):
    """Without a traceback, and nothing is stored."""
    command = [*COMMAND, "--quick", "--only", "echo", "--results", str(tmp_path)]
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
    try:
        servers = below_once_there_are(running, "granian")
        running.send_signal(signal.SIGINT)
        assert running.wait(20) == 130, (tmp_path / "log").read_text()
        gone, left = psutil.wait_procs(servers, timeout=5)
        assert [each.name() for each in left if each.status() != psutil.STATUS_ZOMBIE] == []
        assert gone or left
    finally:
        running.kill()
        running.wait()
    assert "Traceback" not in (tmp_path / "log").read_text()
    assert not (tmp_path / "latest.json").exists()


def below_once_there_are(running, name):
    """Return all processes below one, as soon as one of them is called so."""
    deadline = time.monotonic() + 200  # The first time it installs what the contender needs.
    while time.monotonic() < deadline:
        assert running.poll() is None
        with suppress(psutil.NoSuchProcess):
            below = psutil.Process(running.pid).children(recursive=True)
            if any(name in " ".join(each.cmdline()) for each in below):
                return below
        time.sleep(0.02)
    raise AssertionError(f"no {name} was started")


def test_its_schema_is_one():
    """By the meta-schema of its own draft."""
    import jsonschema_rs

    jsonschema_rs.meta.validate(json.loads(stored.SCHEMA.read_text()))
