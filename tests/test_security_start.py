"""Who follows the README has nothing open by accident: predictions are, and the start says so."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest
import requests

import mlapi.settings
import monitor.settings
from tests.test_security_doors import documented
from tools import local_server

ROOT = Path(__file__).resolve().parent.parent
VARIABLES = {name for module in (mlapi.settings, monitor.settings) for name, _ in module.variables()}


@dataclass
class Session:
    """What `make run` started, and what it wrote."""

    process: subprocess.Popen[bytes]
    output: Path
    api: str
    monitor: str

    def said(self) -> str:
        """Return what it wrote so far."""
        return self.output.read_text()


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """Start both applications as `make run` does, with none of the settings."""
    folder = tmp_path_factory.mktemp("run")
    ports = {name: str(local_server.free_port()) for name in ("API_PORT", "MONITOR_PORT")}
    env = {name: value for name, value in os.environ.items() if name not in VARIABLES | {"VERCEL", "KV_URL"}}
    with (folder / "output").open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tools.run_local"],
            cwd=ROOT,
            env={**env, **ports, "XDG_STATE_HOME": str(folder)},
            stdout=out,
            stderr=out,
        )
    api, watcher = (f"http://127.0.0.1:{port}" for port in ports.values())
    begun = Session(process, folder / "output", api, watcher)
    try:
        deadline = time.monotonic() + 60
        while "Ctrl-C stops both." not in begun.said():
            assert process.poll() is None, begun.said()
            assert time.monotonic() < deadline, begun.said()
            time.sleep(0.05)
        yield begun
    finally:
        process.terminate()
        process.wait(20)


def test_it_listens_on_this_machine_alone(session: Session) -> None:
    """Nobody else reaches it, whatever is open."""
    children = psutil.Process(session.process.pid).children(recursive=True)
    listening = [each for child in children for each in child.net_connections() if each.status == "LISTEN"]
    assert {each.laddr.ip for each in listening} == {"127.0.0.1"}
    ports = {int(address.rpartition(":")[2]) for address in (session.api, session.monitor)}
    assert ports == {each.laddr.port for each in listening}


@pytest.mark.parametrize("address", documented())
def test_a_stranger_can_ask_for_predictions_and_tell_nothing(session: Session, address: str) -> None:
    """Over HTTP, at every address that takes something."""
    path = address.replace("<model>", "math-score").replace("<version>", "1")
    answer = requests.post(session.api + path, json={}, timeout=10)
    if address == "/api/feedback":
        assert (answer.status_code, answer.json()["type"].rpartition(":")[2]) == (503, "no-receipts")
    else:
        assert answer.status_code in (200, 400, 415, 422), answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/api/status", "/api/check", "/api/history", "/api/metrics", "/none"])
def test_nobody_can_tell_the_monitor_anything(session: Session, method: str, path: str) -> None:
    """It answers questions."""
    answer = requests.request(method, session.monitor + path, json={}, timeout=10)
    assert answer.status_code == (404 if path == "/none" else 405)


def test_it_says_that_predictions_are_open_and_what_would_close_them(session: Session) -> None:
    """At each start, and in the README where it says how to go online."""
    assert "API_KEYS" in session.said()
    online = (ROOT / "README.md").read_text().partition("## Online\n")[2].partition("\n## ")[0]
    assert "API_KEYS" in online
    assert "SECURITY.md" in online
