"""`tools/replay.py` as a person runs it, against the real API."""

import csv
import signal
import socket
import time

import pytest
import requests

from tests.tools.conftest import RECEIPTS, ROOT, sample
from tests.tools.script import Running, run
from tools import local_server
from training.data.students import students_csv

PENGUINS = ROOT / "training" / "data" / "penguins.csv"
MODEL = {"model": "math-score", "model_version": "1"}


@pytest.fixture
def students(tmp_path):
    """Return the training table of the maths model as a file."""
    file = tmp_path / "students.csv"
    file.write_bytes(students_csv())
    return file


def replay(url, file, *arguments):
    """Replay a file as fast as it goes."""
    options = (
        "--csv",
        file,
        "--url",
        url,
        "--port",
        local_server.free_port(),
        "--every",
        "0",
        "--batch",
        200,
    )
    return run("replay", *options, *arguments)


def test_the_apis_live_error_is_that_of_the_replay(feedback_api, students):
    """Every row once, up to the thousandth of a deviation by which the API counts."""
    metrics = f"{feedback_api}/api/metrics"
    before = {name: sample(metrics, name, **MODEL) for name in FEEDBACK}
    said = replay(feedback_api, students, "--model", "math-score")
    assert (said.code, said.err) == (0, "")
    assert "1,000 rows, 0 errors" in said.out
    labels, off = (sample(metrics, name, **MODEL) - before[name] for name in FEEDBACK)
    assert labels == 1_000
    live = float(said.out.split("live MAE ")[1].split()[0])
    assert off / labels == pytest.approx(live, abs=0.0005 * 15)
    assert "1,000 of them sent back" in said.out


FEEDBACK = ("ml_feedback_total", "ml_feedback_absolute_error_sum")


def test_rows_with_faults_are_named_by_reason(feedback_api):
    """The published table has penguins that nobody measured whole: exit code 1."""
    with PENGUINS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    whole = [row for row in rows if not {"", "NA"} & {row[name] for name in row if name != "year"}]
    said = replay(feedback_api, PENGUINS, "--model", "penguins", "--ignore", "year")
    assert said.code == 1
    assert f"344 rows, {344 - len(whole)} errors" in said.out
    assert "rows: sex: " in said.out
    assert f"over {len(whole)} true values, {len(whole)} of them sent back" in said.out
    accuracy = float(said.out.split("live accuracy ")[1].split()[0])
    told = {"model": "penguins", "model_version": "1"}
    metrics = f"{feedback_api}/api/metrics"
    correct = sample(metrics, "ml_feedback_correct_total", **told)
    assert correct / sample(metrics, "ml_feedback_total", **told) == pytest.approx(accuracy, abs=5e-5)


def test_without_receipts_it_goes_on(api_server, students):
    """Said once, and no error."""
    said = replay(api_server, students, "--model", "math-score")
    assert said.code == 0
    assert "0 of them sent back" in said.out
    assert said.out.count("RECEIPT_SECRET") == 1


def test_a_wrong_column_is_refused_before_anything_is_sent(api_server):
    """Its name, and those of the features."""
    metrics = f"{api_server}/api/metrics"
    before = sample(metrics, "ml_requests_total", endpoint="/api/predict", status="200")
    said = replay(api_server, PENGUINS, "--model", "penguins")
    assert said.code == 1
    assert "no feature 'year'" in said.err
    assert len(said.err.splitlines()) == 1
    assert sample(metrics, "ml_requests_total", endpoint="/api/predict", status="200") == before


def test_an_unknown_model_is_named_with_those_that_there_are(api_server, students):
    """One line."""
    said = replay(api_server, students, "--model", "mathscore")
    assert said.code == 1
    assert "no model 'mathscore'" in said.err
    assert "math-score, " in said.err


def test_no_api_says_what_to_do(students):
    """Before the first row nothing is waited for."""
    said = replay(f"http://127.0.0.1:{local_server.free_port()}", students)
    assert said.code == 1
    assert "make run" in said.err
    assert len(said.err.splitlines()) == 1


def test_a_busy_port_names_the_flag(api_server, students):
    """Nothing is sent."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run("replay", "--csv", students, "--url", api_server, "--port", port)
    assert said.code == 1
    assert f"Port {port}" in said.err
    assert "--port" in said.err


def test_scrapes_read_what_was_played_and_play_nothing(feedback_api, students, tmp_path):
    """At its own pace; OpenMetrics on Accept; Ctrl-C ends it with a summary and 0."""
    port = local_server.free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    options = ("--csv", students, "--url", feedback_api, "--port", port, "--every", "600")
    with Running(tmp_path, "replay", *options) as replaying:
        replaying.wait_for("Replaying 1,000 rows to math-score 1")
        deadline = time.monotonic() + 20
        while sample(url, "model_replay_rows_total") < 1:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        for _ in range(20):
            assert sample(url, "model_replay_rows_total") == 1
        assert 0 < sample(url, "model_result", prediction="prediction_value") < 110
        assert sample(url, "http_requests_total", endpoint="/api/predict", status="200") == 1
        assert sample(url, "http_request_duration_seconds_count", endpoint="/api/feedback", status="200") == 1
        opened = requests.get(url, headers={"Accept": "application/openmetrics-text"}, timeout=5).text
        assert opened.endswith("# EOF\n")
        assert "_created" not in opened
        assert replaying.stop(signal.SIGINT) == 0
        said = replaying.said()
    assert "1 row, 0 errors" in said
    assert "stopped before its end" in said
    assert "Traceback" not in said


def test_it_starts_again_and_keeps_its_last_values(feedback_api, tmp_path):
    """--loop has no end, --linger a late one."""
    file = tmp_path / "two.csv"
    file.write_bytes(b"\n".join(students_csv().splitlines()[:3]))
    port = local_server.free_port()
    url = f"http://127.0.0.1:{port}/metrics"
    options = ("--csv", file, "--url", feedback_api, "--port", port, "--every", "0")
    with Running(tmp_path, "replay", *options, "--loop") as replaying:
        replaying.wait_for("Replaying 2 rows")
        deadline = time.monotonic() + 20
        while sample(url, "model_replay_rows_total") < 7:
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert replaying.stop(signal.SIGTERM) == 0
    with Running(tmp_path, "replay", *options, "--linger", 60) as replaying:
        replaying.wait_for("live MAE")
        assert sample(url, "model_replay_rows_total") == 2
        assert replaying.stop() == 0


@pytest.mark.slow
def test_an_api_that_goes_and_comes_back_is_waited_for(servers, students, tmp_path):
    """No row is an error, and every true value counts once."""
    port = local_server.free_port()
    env = RECEIPTS | {"COUNTERS_PATH": str(tmp_path / "api.db")}
    url = servers.serve(ROOT / "ml-api", env, port)
    own = local_server.free_port()
    options = ("--csv", students, "--url", url, "--port", own, "--every", "0.02", "--batch", 5)
    with Running(tmp_path, "replay", *options) as replaying:
        replaying.wait_for("Replaying")
        while sample(f"http://127.0.0.1:{own}/metrics", "model_replay_rows_total") < 100:
            time.sleep(0.02)
        local_server.stop(servers.running[0])
        replaying.wait_for("waiting: ")
        servers.serve(ROOT / "ml-api", env, port)
        replaying.wait_for("answered again after")
        assert replaying.process.wait(60) == 0
        said = replaying.said()
    assert "1,000 rows, 0 errors" in said
    assert sample(f"{url}/api/metrics", "ml_feedback_total", **MODEL) == 1_000
