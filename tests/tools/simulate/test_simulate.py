"""`tools/simulate.py` and `make demo` as a person runs them, against the real API."""

import math
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress

import pytest
import requests

from tests.monitor.fake_api import FakeApi, says_json, says_problem
from tests.tools.cards import HOUSE, info
from tests.tools.conftest import RECEIPTS, ROOT, sample
from tests.tools.script import Running, run
from tools import local_server

ROOMS = HOUSE["features"][0]


def endless(key):
    """Return the house with a number of the baseline that has no end."""
    features = HOUSE["baseline"]["features"]
    rooms = features["rooms"] | {key: [*features["rooms"][key][:-1], math.inf]}
    return HOUSE | {"baseline": {"features": features | {"rooms": rooms}}}


def simulate(url, *arguments):
    """Simulate for a second with rows that can be repeated."""
    return run("simulate", "--url", url, "--seconds", 1, "--seed", 1, *arguments)


def test_the_api_counts_it_as_simulated(servers, tmp_path):
    """What the tool says it did is what the API counted."""
    url = servers.serve(ROOT / "ml-api", RECEIPTS | {"COUNTERS_PATH": str(tmp_path / "api.db")})
    said = simulate(url, "--rate", 40, "--batch", "1-30", "--errors", "10%", "--feedback")
    assert (said.code, said.err) == (0, "")
    assert "sent       40 calls" in said.out
    assert "failures   0" in said.out
    rows = int(said.out.split("calls with ")[1].split()[0].replace(",", ""))
    refused = int(said.out.split("refused    ")[1].split()[0])
    metrics = f"{url}/api/metrics"
    assert refused > 0
    assert sample(metrics, "ml_predictions_total", model="math-score") == rows
    assert sample(metrics, "ml_feedback_total", model="math-score") == rows
    assert sample(metrics, "ml_requests_total", endpoint="/api/predict", status="422") == refused
    # Its own calls, the card and the question whether truths are taken.
    assert sample(metrics, "ml_simulated_requests_total") == 40 + (40 - refused) + 2


def test_classes_are_simulated_too(feedback_api):
    """A single row a call."""
    said = simulate(feedback_api, "--model", "penguins", "--feedback", "--drift", "island=Dream:+20%")
    assert said.code == 0
    assert "5 calls with 5 rows" in said.out


def test_without_receipts_no_truth_is_sent(api_server):
    """It says so and goes on."""
    said = simulate(api_server, "--feedback")
    assert said.code == 0
    assert said.out.count("RECEIPT_SECRET") == 1
    assert "truths" not in said.out


def test_an_answer_to_a_fault_is_exit_code_1():
    """An API that takes anything is found out."""
    with FakeApi() as api:
        api.on("/api/model-info", says_json(info(HOUSE)))
        api.on("/api/predict", says_json({"prediction": 1.0}))
        said = simulate(api.url, "--errors", "100%")
    assert said.code == 1
    assert "a row with a fault" in said.out
    assert "failures   5" in said.out


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (says_problem(404, "No.", "unknown-model"), "no model"),
        (says_json({"model": {}}), "not with a model's card"),
        (says_json(info(HOUSE | {"task": "ranking"})), "a task that this tool doesn't know"),
        (says_json(info(HOUSE | {"baseline": {"features": {}}})), "no baseline"),
        (says_problem(503, "This model's card can't be trusted."), "can't be trusted"),
        (says_json(info(HOUSE | {"features": [ROOMS | {"maximum": "x"}]})), "not with a model's card"),
        (says_json(info(HOUSE | {"features": [ROOMS | {"kind": "category"}]})), "not with a model's card"),
        (says_json(info(endless("counts"))), "no baseline"),
        (says_json(info(endless("edges"))), "no baseline"),
    ],
    ids=[
        *("unknown", "no card", "another task", "no baseline", "broken"),
        *("limit of text", "category without values", "endless count", "endless bin"),
    ],
)
def test_a_card_that_can_not_be_used_is_one_line(answer, said):
    """Nothing is sent to such a model."""
    with FakeApi() as api:
        api.on("/api/model-info", answer)
        found = simulate(api.url, "--model", "house")
        assert api.count("/api/predict") == 0
    assert found.code == 1
    assert said in found.err
    assert len(found.err.splitlines()) == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("--rate", "0"),
        ("--batch", "5-2"),
        ("--batch", "3-"),
        ("--drift", "x"),
        ("--errors", "2"),
        ("--workers", "65"),
        ("--batch", "999999999"),
        ("--rate", "1e200", "--seconds", "1e200"),
    ],
    ids=str,
)
def test_wrong_usage_is_2(arguments):
    """argparse says what would do."""
    assert run("simulate", *arguments).code == 2


def test_ctrl_c_ends_it_with_a_summary_though_the_api_hangs(tmp_path):
    """At once: no answer is waited for."""
    with socket.create_server(("127.0.0.1", 0)) as silent, FakeApi() as api:
        api.on("/api/model-info", says_json(info(HOUSE)))
        api.on("/api/predict", lambda exchange: exchange.stopped.wait(30))
        with Running(tmp_path, "simulate", "--url", api.url, "--rate", 50, "--seconds", 600) as simulating:
            simulating.wait_for("Simulated traffic")
            deadline = time.monotonic() + 10
            while api.count("/api/predict") < 3:
                assert time.monotonic() < deadline
                time.sleep(0.02)
            began = time.monotonic()
            assert simulating.stop(signal.SIGINT) == 0
            assert time.monotonic() - began < 5
            said = simulating.said()
        assert silent
    assert "had no answer yet at the end" in said
    assert "Traceback" not in said


@pytest.mark.slow
def test_the_demo_runs_both_apps_with_traffic_of_its_own(tmp_path):
    """Counted as simulated, shown by the monitor; Ctrl-C ends all of it and leaves nothing behind."""
    ports = {"API_PORT": str(local_server.free_port()), "MONITOR_PORT": str(local_server.free_port())}
    screens = ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER")
    env = {name: value for name, value in os.environ.items() if name not in screens}
    kept = {"XDG_STATE_HOME": str(tmp_path / "state"), "TMPDIR": str(tmp_path), "DEMO_SECONDS": "3"}
    browser = tmp_path / "browser"
    browser.write_text("#!/bin/sh\necho A browser opened $1\nexec sleep 60\n")
    browser.chmod(0o755)
    kept["BROWSER"] = str(browser)  # One that returns only once it is closed.
    output = tmp_path / "output"
    with output.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.demo"],
            cwd=ROOT,
            env={**env, **ports, **kept},
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        _wait_for(output, process, "The traffic is over")
        api, monitor = (f"http://127.0.0.1:{port}" for port in ports.values())
        assert sample(f"{api}/api/metrics", "ml_simulated_requests_total") > 15
        assert sample(f"{api}/api/metrics", "ml_feedback_total", model="math-score") > 15
        assert requests.get(f"{monitor}/api/status", timeout=10).json()["state"] == "up"
        os.killpg(process.pid, signal.SIGINT)
        assert process.wait(20) == 0
    finally:
        with suppress(ProcessLookupError):
            process.terminate()
        process.wait(20)
    said = output.read_text()
    assert "Traceback" not in said
    assert "sent       15 calls" in said
    assert "failures   0" in said
    assert said.rstrip().endswith("Stopped.")
    assert not local_server.answers(f"{api}/livez")
    assert not local_server.answers(f"{monitor}/livez")
    assert f"A browser opened {monitor}" in said
    assert {path.name for path in tmp_path.iterdir()} == {"output", "browser"}


def _wait_for(output, process, words):
    deadline = time.monotonic() + 60
    while words not in output.read_text():
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.05)
