"""Alerts without Prometheus, as people get them: two monitors on one Redis, a real API, a real channel."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
import requests

from tests.monitor.notify.sink import Sink
from tests.observability.spoiled import SHIPPED, spoiled
from tools import local_server

ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 60
EXPECTED = {
    *("ModelAccuracyCritical", "ModelAccuracyDrop", "DataIngestionFailure", "DataValidationFailure"),
    *("PipelineFailure", "PipelineExecutionTime"),
}


class Monitors:
    """Two monitors, each of which may be restarted; somebody visits both all the time."""

    def __init__(self, *told):
        self.told = told
        self.ports = [local_server.free_port() for _ in range(2)]
        self.running = [self.start(port) for port in self.ports]
        self.over = threading.Event()
        self.visitor = threading.Thread(target=self.visit)
        self.visitor.start()

    def start(self, port):
        """Start one."""
        env = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'monitoring'}"}
        command = [sys.executable, "-m", "tests.monitor.notify.monitor_child", str(port), *self.told]
        child = subprocess.Popen(
            command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL, start_new_session=True
        )
        assert local_server.wait_until_answers(child, f"http://127.0.0.1:{port}/livez")
        return child

    def restart(self, number):
        """Stop one, and start it again."""
        local_server.stop(self.running[number])
        self.running[number] = self.start(self.ports[number])

    def visit(self):
        """Look at both until it is over."""
        while not self.over.wait(0.1):
            for port in self.ports:
                with suppress(requests.RequestException):
                    requests.get(f"http://127.0.0.1:{port}/api/status", timeout=10)

    def stop(self):
        """End the visits and both."""
        self.over.set()
        self.visitor.join()
        local_server.stop(*self.running)


@contextmanager
def watching(*told):
    """Run both monitors."""
    monitors = Monitors(*told)
    try:
        yield monitors
    finally:
        monitors.stop()


def until(sink, word, names):
    """Wait until the channel took a message with this word for all of these alerts."""
    deadline = time.monotonic() + PATIENCE
    while lacking := names - {title.split()[1] for title in sink.titles if title.startswith(word)}:
        assert time.monotonic() < deadline, (lacking, sink.titles)
        time.sleep(0.1)


def served(servers, api, artifacts, port):
    """Serve artifacts on a port."""
    shutil.rmtree(api / "artifacts", ignore_errors=True)
    shutil.copytree(artifacts, api / "artifacts")
    servers.serve(api, {}, port)


@pytest.mark.slow
def test_each_alert_is_told_once_when_it_fires_and_once_when_it_is_over(servers, empty_redis, tmp_path):
    """Through a channel that is down for a while, restarts of both monitors, and an API that stops."""
    api, port = tmp_path / "ml-api", local_server.free_port()
    shutil.copytree(ROOT / "ml-api", api, ignore=shutil.ignore_patterns("artifacts", "__pycache__"))
    served(servers, api, spoiled(tmp_path / "spoiled"), port)
    with Sink() as sink:
        sink.status = 503
        with watching(f"http://127.0.0.1:{port}", empty_redis.url(), sink.url) as monitors:
            refused(sink)
            monitors.restart(0)
            sink.status = 200
            until(sink, "Firing:", EXPECTED)
            monitors.restart(1)
            local_server.stop(servers.running[0])
            until(sink, "Firing:", {"EndpointDown"})
            served(servers, api, SHIPPED, port)
            until(sink, "Resolved:", {*EXPECTED, "EndpointDown"})
        assert_once(sink)


def refused(sink):
    """Wait until the channel refused a message."""
    deadline = time.monotonic() + PATIENCE
    while not sink.asked:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def assert_once(sink):
    """Check that nothing was told twice, and no end without its beginning."""
    told = Counter((message["title"], message["message"].splitlines()[0]) for message in sink.taken)
    assert set(told.values()) == {1}, told
    begun = [title.removeprefix("Firing: ") for title in sink.titles if title.startswith("Firing")]
    over = [title.removeprefix("Resolved: ") for title in sink.titles if title.startswith("Resolved")]
    assert sorted(begun) == sorted(over)
    # R2 is .65, below both floors: the critical alert alone tells it.
    low = {title.split()[1]: text.split()[2] for title, text in told if "ModelAccuracy" in title}
    assert low == {"ModelAccuracyCritical": "math-score", "ModelAccuracyDrop": "penguins"}
