"""Alerts that the older systems named are provoked for real; people hear of each, and of its end."""

import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from tests.observability.rehearsal import EASY, MISSING, ROOT, rehearsing
from tests.observability.spoiled import SHIPPED, spoiled
from tools import local_server
from training.stages import Epoch
from training.watch.board import Board
from training.watch.server import serving

pytestmark = pytest.mark.slow
PROVOKED = {
    *("ModelAccuracyCritical", "ModelAccuracyDrop", "HighTrainingLoss", "LowValidationAccuracy"),
    *("DataIngestionFailure", "DataValidationFailure", "PipelineFailure", "PipelineExecutionTime"),
    *("HighErrorRate", "HighPredictionErrorRate", "HighMemoryUsage", "HighCPUUsage", "HighDiskUsage"),
}
BROKEN = "/api/predict?model=penguins&version=1"


class Api:
    """An API on one port, whose artifacts a test may change between two starts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "ml-api"
        ignored = shutil.ignore_patterns("artifacts", "__pycache__")
        shutil.copytree(ROOT / "ml-api", self.folder, ignore=ignored)
        self.port = local_server.free_port()
        self.url = f"http://127.0.0.1:{self.port}"


@contextmanager
def calling(url: str) -> Iterator[None]:
    """Call an address again and again, whatever it answers."""
    over = threading.Event()

    def call() -> None:
        with requests.Session() as session:
            while not over.wait(0.1):
                with suppress(requests.ConnectionError):
                    session.post(url, json={}, timeout=5)

    thread = threading.Thread(target=call)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def until_told(sinks, names, state):
    """Wait until each channel told of all alerts."""
    expected = {(name, state) for name in names}
    deadline = time.monotonic() + 60
    while sinks.lack(expected):
        assert time.monotonic() < deadline, sinks.lack(expected)
        time.sleep(0.2)


def served(servers, api, artifacts):
    """Serve artifacts on the API's port."""
    shutil.rmtree(api.folder / "artifacts", ignore_errors=True)
    shutil.copytree(artifacts, api.folder / "artifacts")
    servers.serve(api.folder, {"COUNTERS_PATH": str(api.folder / "api.db")}, api.port)


def test_people_hear_of_what_is_wrong_and_that_it_is_over(servers, require_real, tmp_path):
    """By webhook, Slack and e-mail: bundles, runs, a training, errors, the machine, an API that stops."""
    require_real(not MISSING, f"not installed: {MISSING}")
    api, board = Api(tmp_path), Board("penguins-mlp")
    board.epoch(Epoch(1, 9, 0.9, 0.5))
    served(servers, api, spoiled(tmp_path / "spoiled"))
    kept = {"HISTORY_PATH": str(tmp_path / "monitor.db"), "PROBE_MAX_AGE": "1", "MAIN_API_URL": api.url}
    monitor = servers.serve(ROOT / "monitoring", kept)
    with rehearsing(tmp_path) as (others, sinks), serving(board.registry(), 0) as training:
        others.write_rules(EASY)
        targets = {"api": f"127.0.0.1:{api.port}", "monitoring": monitor.removeprefix("http://")}
        others.start(targets, training.split("/")[2], sinks)
        with calling(api.url + BROKEN):
            until_told(sinks, PROVOKED, "firing")
        assert_one_is_silenced(sinks)
        local_server.stop(servers.running[0])
        until_told(sinks, {"EndpointDown"}, "firing")
        board.epoch(Epoch(9, 9, 0.1, 0.99))
        others.reload_rules({})
        served(servers, api, SHIPPED)
        until_told(sinks, PROVOKED | {"EndpointDown"}, "resolved")
        pages = {each["annotations"]["runbook_url"] for each in sinks.webhook.alerts}
        assert {requests.get(page, timeout=10).status_code for page in pages} == {200}


def assert_one_is_silenced(sinks):
    """Check that one alert a model tells of its score, and how that reads."""
    low = {
        (each["labels"]["alertname"], each["labels"]["model"])
        for each in sinks.webhook.alerts
        if each["labels"]["alertname"].startswith("ModelAccuracy")
    }
    # R2 is .65, below both floors: the critical alert silences the other.
    assert low == {("ModelAccuracyCritical", "math-score"), ("ModelAccuracyDrop", "penguins")}
    for texts in (sinks.slack.texts, sinks.mail.texts):
        (first,) = {text.splitlines()[0] for text in texts if "[critical] The score" in text}
        assert first == "[critical] The score of math-score 9 is 0.65, below 0.7"
        assert all("/user/" in text for text in texts)
