"""`make stack`: everything on this machine, and how it starts, stops, and says what is missing."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from pathlib import Path

import pytest
import requests

from tests.observability.whole import LACKING, MISSING, free_ports
from tools import local_server
from tools.settings import SettingsError, StackPorts, port_variable, stack_ports_from_env
from tools.stacking.plan import ROOT, Server
from tools.stacking.programs import how_to_install, installed
from tools.stacking.running import serving
from tools.stopping import StartError

SCRIPT = [sys.executable, "-m", "tools.stack"]
ROW = {
    "gender": "female",
    "race_ethnicity": "group B",
    "parental_level_of_education": "bachelor's degree",
    "lunch": "standard",
    "test_preparation_course": "none",
    "reading_score": 72,
    "writing_score": 74,
}


@dataclass
class Session:
    """One run of the script, in a process group of its own, like a terminal's."""

    process: subprocess.Popen[bytes]
    output: Path
    ports: StackPorts

    def said(self) -> str:
        """Return what it wrote so far."""
        return self.output.read_text()

    def url(self, name: str) -> str:
        """Return a server's address."""
        return f"http://127.0.0.1:{getattr(self.ports, name)}"

    def stop(self) -> None:
        """End it as Ctrl-C in a terminal does."""
        os.killpg(self.process.pid, signal.SIGINT)
        assert self.process.wait(30) == 0, self.said()


def _elsewhere() -> dict[str, str]:
    """Return an environment with free ports."""
    told = {port_variable(name): str(port) for name, port in vars(free_ports()).items()}
    return {**os.environ, **told}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Give `start(*arguments, **env)`: runs the script on free ports and waits for its addresses."""
    started: list[Session] = []

    def begin(*arguments: str, **env: str) -> Session:
        ports = free_ports()
        told = {port_variable(each.name): str(getattr(ports, each.name)) for each in fields(ports)}
        output = tmp_path / f"output-{len(started)}"
        with output.open("wb") as out:
            process = subprocess.Popen(
                [*SCRIPT, *arguments],
                cwd=ROOT,
                env={**os.environ, **told, **env},
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        started.append(Session(process, output, ports))
        deadline = time.monotonic() + 90
        while "Ctrl-C stops all." not in started[-1].said():
            assert process.poll() is None, started[-1].said()
            assert time.monotonic() < deadline, started[-1].said()
            time.sleep(0.05)
        return started[-1]

    yield begin
    for session in started:
        session.process.terminate()
        session.process.wait(30)


def until(seen: Callable[[], bool]) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + 40
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.3)


@pytest.mark.slow
def test_everything_runs_and_all_of_it_stops(start, require_real) -> None:
    """Each printed address answers, every target is scraped, alerts reach Alertmanager; nothing is left."""
    require_real(not LACKING, MISSING)
    session = start()
    for port in vars(session.ports).values():
        assert f"127.0.0.1:{port}" in session.said()
    asked = {"query": "up"}
    query = f"{session.url('prometheus')}/api/v1/query"

    def up() -> dict[str, str]:
        result = requests.get(query, params=asked, timeout=10).json()["data"]["result"]
        return {one["metric"]["job"]: one["value"][1] for one in result}

    until(lambda: len(up()) == 6)
    until(lambda: set(up().values()) == {"1"})
    assert set(up()) == {"api", "monitoring", "node", "pushgateway", "prometheus", "alertmanager"}
    runbook = requests.get(f"{session.url('prometheus')}/user/EndpointDown.md", timeout=10)
    assert (runbook.status_code, "EndpointDown" in runbook.text) == (200, True)
    alerts = f"{session.url('alertmanager')}/api/v2/alerts"
    until(lambda: "Watchdog" in requests.get(alerts, timeout=10).text)
    session.stop()
    assert session.said().rstrip().endswith("Stopped.")
    assert "Traceback" not in session.said()
    assert all(local_server.is_free(port) for port in vars(session.ports).values())


@pytest.mark.slow
def test_what_it_keeps_outlives_it(start, tmp_path: Path, require_real) -> None:
    """With a folder for its state, counts go on where they were; the history of the monitor does too."""
    require_real("redis" not in LACKING, MISSING)
    counted = 'ml_predictions_total{model="math-score",model_version="1",species=""} 1.0'
    first = start("--state", str(tmp_path / "kept"))
    answer = requests.post(f"{first.url('api')}/api/predict", json=ROW, timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.json()["receipt"]
    assert requests.get(f"{first.url('monitor')}/api/status", timeout=20).json()["state"] == "up"
    first.stop()
    second = start("--state", str(tmp_path / "kept"))
    assert counted in requests.get(f"{second.url('api')}/api/metrics", timeout=10).text
    third = subprocess.run(
        [*SCRIPT, "--state", str(tmp_path / "kept")],
        cwd=ROOT,
        env=_elsewhere(),
        capture_output=True,
        text=True,
    )
    said = f"error: Another stack keeps its state in {tmp_path / 'kept'}.\n"
    assert (third.returncode, third.stderr) == (1, said)


@pytest.mark.slow
def test_what_is_not_installed_is_named_and_the_rest_runs(start, tmp_path: Path) -> None:
    """With how to get it; counts and history are in files then."""
    programs = tmp_path / "bin"
    programs.mkdir()
    session = start(PATH=str(programs))
    said = session.said()
    assert (
        "Not installed, so not started: Redis, node_exporter, Pushgateway, Alertmanager, Prometheus." in said
    )
    assert "apt-get install --no-install-recommends redis-server prometheus-node-exporter" in said
    metrics = requests.get(f"{session.url('api')}/api/metrics", timeout=10).text
    assert 'ml_store_info{backend="sqlite",shared="true"}' in metrics
    assert requests.get(f"{session.url('monitor')}/api/status", timeout=20).json()["state"] == "up"


@pytest.mark.parametrize("name", ["api", "redis", "prometheus"])
def test_a_busy_port_names_the_variable_to_change(name: str, require_real) -> None:
    """Nothing is started, and the message says what to do."""
    require_real(not LACKING, MISSING)
    ports = free_ports()
    told = {port_variable(each.name): str(getattr(ports, each.name)) for each in fields(ports)}
    with socket.create_server(("127.0.0.1", getattr(ports, name))):
        done = subprocess.run(SCRIPT, cwd=ROOT, env={**os.environ, **told}, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"{port_variable(name)}=" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def _server(name: str, source: str, folder: Path) -> Server:
    port = local_server.free_port()
    command = (sys.executable, "-c", source, "--bind", "127.0.0.1", str(port))
    return Server(name, name.title(), command, folder, port, "/")


SERVES = "import runpy; runpy.run_module('http.server', run_name='__main__')"
FAILS = "import sys; sys.exit('the disk is full')"
DIES = f"import os, threading; threading.Timer(2, os._exit, [3]).start(); {SERVES}"


def test_one_that_does_not_start_says_why(tmp_path: Path) -> None:
    """The last lines of its log are in the message, and the others are stopped."""
    well, ill = _server("well", SERVES, tmp_path), _server("ill", FAILS, tmp_path)
    with (
        pytest.raises(StartError, match="Ill did not start:\n  the disk is full"),
        serving([well, ill], tmp_path),
    ):
        pass
    assert local_server.is_free(well.port)


def test_one_that_ends_takes_the_others_down(tmp_path: Path) -> None:
    """A stack without one of its parts would look like a working one."""
    well, ill = _server("well", SERVES, tmp_path), _server("ill", DIES, tmp_path)

    def watch() -> None:
        with serving([well, ill], tmp_path) as check_alive:
            until(lambda: bool(check_alive()))

    with pytest.raises(StartError, match="Ill ended by itself"):
        watch()
    assert local_server.is_free(well.port)


def test_a_wish_to_stop_is_heard_while_it_waits(tmp_path: Path) -> None:
    """Ctrl-C does not wait for a server that never answers."""
    began = time.monotonic()
    with serving([_server("slow", "import time; time.sleep(60)", tmp_path)], tmp_path, lambda: True):
        pass
    assert time.monotonic() - began < 30


def test_programs_are_found_by_either_name() -> None:
    """Debian calls some of them otherwise than their makers."""
    at = {"prometheus": "/usr/bin/prometheus", "node_exporter": "/opt/node_exporter"}
    assert installed(at.get) == {"node_exporter": "/opt/node_exporter", "prometheus": "/usr/bin/prometheus"}
    assert how_to_install(["alertmanager"]).endswith(" prometheus-alertmanager")


def test_ports_have_defaults() -> None:
    """An empty variable counts as unset."""
    assert stack_ports_from_env({"API_PORT": ""}) == StackPorts()
    assert stack_ports_from_env({"REDIS_PORT": "6400"}).redis == 6400


@pytest.mark.parametrize(
    ("env", "named"),
    [
        ({"PROMETHEUS_PORT": "http"}, "PROMETHEUS_PORT=http"),
        ({"ALERTMANAGER_PORT": "65536"}, "ALERTMANAGER_PORT=65536"),
        ({"REDIS_PORT": "9090"}, "PROMETHEUS_PORT and REDIS_PORT are both 9090"),
    ],
    ids=["word", "too high", "taken by another"],
)
def test_a_port_that_can_not_be_used_is_named(env: dict[str, str], named: str) -> None:
    """The message holds the variable's name."""
    with pytest.raises(SettingsError, match=named):
        stack_ports_from_env(env)


def test_every_program_comes_with_the_tests_servers() -> None:
    """`make servers` on Debian installs what `make stack` runs."""
    script = (ROOT / "tools" / "install_servers.sh").read_text()
    packages = how_to_install(["redis", "node_exporter", "pushgateway", "alertmanager", "prometheus"])
    wanted = packages.splitlines()[1].split("recommends ")[1].split()
    assert [package for package in wanted if f":{package}" not in script] == []


def test_make_knows_it(require_real) -> None:
    """And hands the folder on, blanks and all."""
    require_real(shutil.which("make"), "make is not on PATH")
    done = subprocess.run(["make", "-n", "stack", "STATE=a b"], cwd=ROOT, capture_output=True, text=True)
    assert '-m tools.stack --state "a b"' in done.stdout, done.stderr
