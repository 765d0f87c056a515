"""`make run`: both apps on this machine, and how they stop."""

import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tools import local_server
from tools.run_local import App, run
from tools.settings import Ports, SettingsError, ports_from_env
from tools.stopping import StartError

ROOT = Path(__file__).resolve().parent.parent
JSON = {"Content-Type": "application/json"}
SCRIPT = [sys.executable, "-m", "tools.run_local"]


@dataclass
class Session:
    """One run of the script, in a process group of its own, like a terminal's."""

    process: subprocess.Popen[bytes]
    output: Path
    api: str
    monitor: str

    def said(self) -> str:
        """Return what it wrote so far."""
        return self.output.read_text()

    def wait_for(self, words: str) -> None:
        """Wait until it said something."""
        deadline = time.monotonic() + 60
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)


def heed_hangups() -> None:
    """Let the child be as in a terminal, also where the tests themselves were started by nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Session]]:
    """Give `start(command)`: runs it with free ports and waits for its addresses."""
    started: list[Session] = []

    def begin(command: list[str]) -> Session:
        # A person's own history stays out of it.
        kept = {"XDG_STATE_HOME": str(tmp_path)}
        ports = {"API_PORT": str(local_server.free_port()), "MONITOR_PORT": str(local_server.free_port())}
        env = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        output = tmp_path / "output"
        with output.open("wb") as out:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**env, **kept, **ports},
                stdout=out,
                stderr=out,
                start_new_session=True,
                preexec_fn=heed_hangups,
            )
        api, monitor = (f"http://127.0.0.1:{port}" for port in ports.values())
        started.append(Session(process, output, api, monitor))
        started[-1].wait_for("Ctrl-C stops both.")
        return started[-1]

    yield begin
    for session in started:
        session.process.terminate()
        session.process.wait(20)


def test_both_apps_answer_at_the_addresses_it_prints(start: Callable[..., Session]) -> None:
    """A person can predict and look at once, sees each call's line, and sees an edited asset at once."""
    session = start(SCRIPT)
    assert session.api in session.said()
    assert session.monitor in session.said()
    answer = requests.post(f"{session.api}/api/predict", data=_documented_body(), headers=JSON, timeout=10)
    assert answer.status_code == 200, answer.text
    session.wait_for(answer.json()["id"])
    assert requests.get(f"{session.monitor}/api/status", timeout=10).json()["state"] != "unconfigured"
    _check_assets(session.api)


def _documented_body() -> str:
    """Return what the README's first call sends."""
    lines = (ROOT / "README.md").read_text().splitlines()
    words = shlex.split(next(line for line in lines if line.startswith("curl")))
    return words[words.index("-d") + 1]


def _check_assets(base: str) -> None:
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    assets = [file for file in (ROOT / "ml-api/public/assets").iterdir() if file.suffix in kinds]
    assert assets
    for asset in assets:
        answer = requests.get(f"{base}/assets/{asset.name}", timeout=10)
        assert answer.content == asset.read_bytes()
        assert answer.headers["Content-Type"].split(";")[0] == kinds[asset.suffix]
        assert "max-age" not in answer.headers.get("Cache-Control", "")


@pytest.mark.parametrize(
    "number",
    [
        signal.SIGINT,
        pytest.param(signal.SIGTERM, marks=pytest.mark.slow),
        pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
    ],
    ids=["ctrl-c", "kill", "terminal closed"],
)
def test_a_signal_stops_both_at_once(start: Callable[..., Session], number: signal.Signals) -> None:
    """It ends within seconds, says nothing but that, and leaves no server behind."""
    session = start(SCRIPT)
    os.killpg(session.process.pid, number)
    assert session.process.wait(10) == 0
    assert session.said().rstrip().endswith("Stopped.")
    assert "Traceback" not in session.said()
    assert not local_server.answers(f"{session.api}/livez")
    assert not local_server.answers(f"{session.monitor}/livez")


@pytest.mark.slow
def test_make_run_stops_on_ctrl_c(start: Callable[..., Session], require_real: Callable[..., None]) -> None:
    """A terminal sends Ctrl-C to make and to the script alike."""
    require_real(shutil.which("make"), "make is not on PATH")
    session = start(["make", "-s", "run"])
    os.killpg(session.process.pid, signal.SIGINT)
    session.process.wait(10)
    deadline = time.monotonic() + 10
    while "Stopped." not in session.said() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert "Traceback" not in session.said()
    assert not local_server.answers(f"{session.api}/livez")
    assert not local_server.answers(f"{session.monitor}/livez")


@pytest.mark.parametrize("variable", ["API_PORT", "MONITOR_PORT"])
def test_a_busy_port_names_the_variable_to_change(variable: str) -> None:
    """Nothing is started, and the message says what to do."""
    ports = {"API_PORT": str(local_server.free_port()), "MONITOR_PORT": str(local_server.free_port())}
    with socket.create_server(("127.0.0.1", int(ports[variable]))):
        done = subprocess.run(SCRIPT, cwd=ROOT, env={**os.environ, **ports}, capture_output=True, text=True)
    assert done.returncode == 1
    assert f"Port {ports[variable]} is in use" in done.stderr
    assert f"{variable}=" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def _app(folder: Path, title: str, source: str) -> App:
    (folder / "api").mkdir(parents=True)
    (folder / "api" / "index.py").write_text(source)
    return App(title, folder, f"{title}_PORT", local_server.free_port(), dict(os.environ))


ANSWERS = """
def app(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"ok"]
"""
FAILS = "raise RuntimeError('MAX_ROWS can not be used')"
DIES = "import os, threading\nthreading.Timer(2, os._exit, [3]).start()\n" + ANSWERS


@pytest.mark.parametrize(("source", "said"), [(FAILS, "did not start"), (DIES, "ended by itself")])
def test_an_app_that_ends_takes_the_other_down(tmp_path: Path, source: str, said: str) -> None:
    """One app without the other would look like a working system."""
    well, ill = _app(tmp_path / "a", "well", ANSWERS), _app(tmp_path / "b", "ill", source)
    with pytest.raises(StartError, match=f"ill {said}"):
        run((well, ill), lambda: False)
    assert not local_server.answers(f"{well.url}/")


@pytest.mark.parametrize(
    ("env", "ports"),
    [({}, Ports(8000, 8001)), ({"API_PORT": "", "MONITOR_PORT": "9001"}, Ports(8000, 9001))],
    ids=["unset", "one set, one empty"],
)
def test_ports_have_defaults(env: dict[str, str], ports: Ports) -> None:
    """An empty variable counts as unset."""
    assert ports_from_env(env) == ports


@pytest.mark.parametrize(
    "env",
    [{"API_PORT": "http"}, {"API_PORT": "0"}, {"API_PORT": "65536"}, {"API_PORT": "8001"}, {"API_PORT": "²"}],
    ids=["word", "zero", "too high", "taken by the other", "not a digit"],
)
def test_a_port_that_can_not_be_used_is_named(env: dict[str, str]) -> None:
    """The message holds the variable's name."""
    with pytest.raises(SettingsError, match="API_PORT"):
        ports_from_env(env)


@pytest.mark.slow
def test_a_client_that_hangs_is_cut_off_without_a_warning(tmp_path: Path) -> None:
    """A worker waits for what it sent by half; that is no fault of the server's to tell a person."""
    app = _app(tmp_path, "hung", ANSWERS)
    log = (tmp_path / "log").open("w+b")
    server = local_server.start(app.folder, app.port, app.env, out=log)
    with log:
        try:
            assert local_server.wait_until_answers(server, f"{app.url}/livez")
            with socket.create_connection((local_server.HOST, app.port)) as client:
                client.sendall(b"GET /livez HT")
                time.sleep(0.3)
                local_server.stop(server)
        finally:
            local_server.stop(server)
        log.seek(0)
        assert b"Killing" not in log.read()
    assert float(local_server.KILLED_BY_SERVER) > local_server.GRACE
