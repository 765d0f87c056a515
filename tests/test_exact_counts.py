"""What was acknowledged was counted: many processes of the API, killed at random, over one store."""

import http.client
import json
import os
import random
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path

import pytest

from mlapi.counters import Store
from mlapi.counters.redis import RedisStore
from mlapi.counters.sqlite import SqliteStore
from mlapi.settings import ARTIFACTS
from tests.prometheus_server import PrometheusServer
from tools import local_server

ROOT = Path(__file__).resolve().parent.parent
CALLERS = 4
ENOUGH = 5_000

pytestmark = pytest.mark.slow


class Instances:
    """Processes of the API, each on a port of its own."""

    def __init__(self, count: int, **env: str) -> None:
        path = os.pathsep.join(str(ROOT / part) for part in ("", "ml-api"))
        self._env = {**os.environ, "PYTHONPATH": path, **env}
        self._processes = {local_server.free_port(): None for _ in range(count)}
        for port in self._processes:
            self._processes[port] = self._start(port)

    def wait(self) -> None:
        """Wait until all answer."""
        for port, process in self._processes.items():
            assert local_server.wait_until_answers(process, f"http://127.0.0.1:{port}/livez", seconds=120)

    @property
    def ports(self) -> list[int]:
        """Return the ports, in their order."""
        return list(self._processes)

    def replace(self, port: int) -> None:
        """Kill one with no chance to say goodbye, and start it again."""
        self._processes[port].kill()
        self._processes[port].wait()
        self._processes[port] = self._start(port)

    def stop(self) -> None:
        """End them all."""
        for process in self._processes.values():
            process.kill()
        for process in self._processes.values():
            process.wait()

    def _start(self, port: int) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.api_process", str(port)]
        return subprocess.Popen(command, cwd=ROOT, env=self._env, stdout=subprocess.DEVNULL)


class Caller(threading.Thread):
    """Sends single rows and batches to any instance, and keeps what was answered and what is in doubt."""

    def __init__(self, ports: list[int], seed: int, goes_on: threading.Event) -> None:
        super().__init__()
        self.answered: Counter[str] = Counter()
        self.doubtful: Counter[str] = Counter()
        self._dice = random.Random(seed)
        self._ports = ports
        self._goes_on = goes_on

    def run(self) -> None:
        """Call until told to stop."""
        rows = goldens()
        while self._goes_on.is_set():
            batch = self._dice.choices(rows, k=self._dice.choice((1, 1, 5)))
            told = {"calls": 1, "rows": len(batch)}
            try:
                status = post(self._dice.choice(self._ports), batch)
            except ConnectionRefusedError:
                continue  # It was never sent.
            except (OSError, http.client.HTTPException):
                self.doubtful.update(told)
            else:
                assert status == 200
                self.answered.update(told)


def goldens() -> list[dict]:
    """Return rows of math-score."""
    return [
        one["input"] for one in json.loads((ARTIFACTS / "math-score/1/bundle.json").read_text())["goldens"]
    ]


def post(port: int, rows: list[dict]) -> int:
    """Return the status code of a call; one row goes alone."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
        body = json.dumps(rows if len(rows) > 1 else rows[0])
        connection.request("POST", "/api/predict", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return answer.status


def families(store: Store) -> dict[str, Counter[tuple[str, ...]]]:
    """Return what is stored: family -> labels -> value."""
    found: dict[str, Counter[tuple[str, ...]]] = {}
    for counter, value in store.read().items():
        name, *labels = json.loads(counter)
        found.setdefault(name, Counter())[tuple(labels)] = value
    return found


@pytest.fixture(params=["redis, 20 processes", "sqlite, 4 processes"])
def counted(request, tmp_path):
    """Give processes that count in one store, and the store."""
    if request.param.startswith("redis"):
        url = request.getfixturevalue("empty_redis").url()
        instances, store = Instances(20, REDIS_URL=url), RedisStore(url)
    else:
        instances = Instances(4, COUNTERS_PATH=str(tmp_path / "api.db"))
        store = SqliteStore(tmp_path / "api.db")
    yield instances, store
    instances.stop()
    store.close()


def test_processes_killed_at_random_lose_nothing_that_was_acknowledged(counted):
    """And invent no more than what was in flight at the kills, in every family; no write is torn."""
    instances, store = counted
    goes_on = threading.Event()
    callers = [Caller(instances.ports, seed, goes_on) for seed in range(CALLERS)]
    dice = random.Random(1)
    kills = 0
    try:
        instances.wait()
        goes_on.set()
        for caller in callers:
            caller.start()
        deadline = time.monotonic() + 240
        while sum(caller.answered["calls"] for caller in callers) < ENOUGH:
            assert time.monotonic() < deadline
            time.sleep(0.4)
            instances.replace(dice.choice(instances.ports))
            kills += 1
    finally:
        goes_on.clear()
        for caller in callers:
            with suppress(RuntimeError):  # It was not started.
                caller.join()
    answered = sum((caller.answered for caller in callers), Counter())
    doubtful = sum((caller.doubtful for caller in callers), Counter())
    said = families(store)
    calls = said["ml_requests_total"]["POST", "/api/predict", "200"]
    rows = said["ml_predictions_total"]["math-score", "1", ""]
    print(f"{kills} kills, {answered['calls']} calls answered, {doubtful['calls']} in doubt, {calls} stored")
    assert answered["calls"] <= calls <= answered["calls"] + doubtful["calls"]
    assert answered["rows"] <= rows <= answered["rows"] + doubtful["rows"]
    check_consistent(said, calls, rows)


def check_consistent(said: dict[str, Counter[tuple[str, ...]]], calls: int, rows: int) -> None:
    """What one request counts was counted together."""
    assert said["model_prediction_requests_total"]["math-score", "1", "success"] == calls
    for family in ("ml_request_duration_seconds", "model_prediction_duration_seconds"):
        counts = [value for labels, value in said[family].items() if labels[-1] != "sum"]
        assert sum(counts) == calls
    features: Counter[str] = Counter()
    for labels, value in said["ml_feature_bin_total"].items():
        features[labels[2]] += value
    assert set(features.values()) == {rows}
    assert len(features) == 7


class RoundRobin(threading.Thread):
    """A proxy that gives each connection to the next of several servers."""

    def __init__(self, ports: list[int]) -> None:
        super().__init__(daemon=True)
        turn = iter(range(10**9))

        class Handler(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                lines = [self.rfile.readline()]
                while lines[-1] not in (b"\r\n", b""):
                    lines.append(self.rfile.readline())
                headers = [line for line in lines[1:-1] if not line.lower().startswith(b"connection:")]
                port = ports[next(turn) % len(ports)]
                with socket.create_connection(("127.0.0.1", port), 10) as server:
                    server.sendall(b"".join([lines[0], *headers, b"Connection: close\r\n\r\n"]))
                    while part := server.recv(65536):
                        self.wfile.write(part)

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"

    def run(self) -> None:
        """Serve until closed."""
        self._server.serve_forever(0.1)

    def close(self) -> None:
        """End it."""
        self._server.shutdown()
        self._server.server_close()


def increase(prometheus: PrometheusServer, seconds: int) -> list[float]:
    """Return by how much the answered calls grew, as Prometheus sees it; it needs two samples."""
    counter = 'ml_requests_total{endpoint="/api/predict", status="200"}'
    return prometheus.query(f"increase({counter}[{seconds}s])")


def test_prometheus_sees_the_truth_through_a_round_robin(empty_redis, prometheus_of):
    """increase() over a run is what was sent, though each scrape reaches another instance."""
    instances = Instances(2, REDIS_URL=empty_redis.url())
    proxy = RoundRobin(instances.ports)
    try:
        instances.wait()
        proxy.start()
        prometheus = prometheus_of(proxy.address, "api", "250ms")
        while not increase(prometheus, 5):
            time.sleep(0.2)
        time.sleep(2)
        began = time.monotonic()
        row = goldens()[:1]
        for at in range(600):
            assert post(instances.ports[at % 2], row) == 200
            time.sleep(0.01)
        time.sleep(3)
        # It begins and ends in silence, so that nothing is cut off.
        (found,) = increase(prometheus, round(time.monotonic() - began) + 2)
    finally:
        proxy.close()
        instances.stop()
    assert found == pytest.approx(600, rel=0.02)
