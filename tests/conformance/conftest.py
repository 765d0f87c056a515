"""Runs deployments under Vercel's own Python runtime, the one that the platform starts them with."""

import base64
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tools.platform_build import find_python312

ROOT = Path(__file__).resolve().parent.parent.parent
CACHE = ROOT / ".cache"
RUNTIME = Path(__file__).with_name("requirements.lock")
PLATFORM = {"VERCEL": "1", "VERCEL_ENV": "production", "PYTHONDONTWRITEBYTECODE": "1"}


@dataclass
class Running:
    """A deployment that the runtime serves: its address, and what it wrote to its log so far."""

    process: subprocess.Popen[bytes]
    folder: Path
    base: str = ""
    log: list[str] = field(default_factory=list)


@pytest.fixture(scope="session")
def python312(require_real: Callable[[object, str], None]) -> str:
    """Give the Python that the platform runs."""
    found = find_python312()
    require_real(found, "no Python 3.12 was found on PATH or under pyenv; the platform's runtime needs it")
    assert found
    return found


@pytest.fixture(scope="session")
def deployment_python(python312: str) -> Callable[[str], Path]:
    """Give `deployment_python(folder)`: a Python with that folder's locked packages and the runtime alone."""

    def make(folder: str) -> Path:
        packages = ROOT / folder / "requirements.lock"
        wanted = packages.read_text() + RUNTIME.read_text()
        venv = CACHE / f"{folder}-{hashlib.sha256(wanted.encode()).hexdigest()[:12]}"
        CACHE.mkdir(exist_ok=True)
        with (CACHE / f"{folder}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # Two test runs may want it at once.
            if not (venv / "complete").exists():
                _install(python312, venv, packages)
        return venv / "bin/python"

    return make


def _install(python: str, venv: Path, packages: Path) -> None:
    subprocess.run([python, "-m", "venv", "--clear", venv], check=True)
    install = [venv / "bin/python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    hashed = ["--no-deps", "--require-hashes"]
    subprocess.run([*install, *hashed, "-r", packages, "-r", RUNTIME], check=True)
    (venv / "complete").touch()


@pytest.fixture(scope="session")
def start_runtime() -> Iterator[Callable[..., Running]]:
    """Give `start_runtime(command, folder, env)`: serves a folder until the session ends."""
    started: list[Running] = []

    def start(command: list[str], folder: Path, env: Mapping[str, str]) -> Running:
        # A unix socket's path may have about 100 characters; pytest's own folders are longer.
        with tempfile.TemporaryDirectory(prefix="ipc") as short, socket.socket(socket.AF_UNIX) as listener:
            listener.bind(f"{short}/s")
            listener.listen(1)
            listener.settimeout(60)
            running = Running(_run(command, folder, {"VERCEL_IPC_PATH": f"{short}/s", **env}), folder)
            started.append(running)
            connection, _ = listener.accept()
        _follow(connection, running)
        return running

    yield start
    for running in started:
        running.process.kill()
        running.process.wait()


def _run(command: list[str], folder: Path, env: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process that gets nothing of this environment but PATH."""
    return subprocess.Popen(command, cwd=folder, env={"PATH": os.environ["PATH"], **PLATFORM, **env})


def _follow(connection: socket.socket, running: Running) -> None:
    """Read the runtime's messages until it serves, and keep reading, since a full socket would stop it."""
    messages = _messages(connection)
    for message in messages:
        assert message["type"] != "unrecoverable-error", message
        if message["type"] == "server-started":
            running.base = f"http://127.0.0.1:{message['payload']['httpPort']}"
            break
    assert running.base, "the runtime ended before it served"
    threading.Thread(target=_keep_log, args=(messages, running.log), daemon=True).start()


def _messages(connection: socket.socket) -> Iterator[dict[str, Any]]:
    """Yield messages, each of them JSON before a NUL, until the runtime ends."""
    connection.settimeout(None)
    rest = b""
    with connection:
        while received := connection.recv(65536):
            *whole, rest = (rest + received).split(b"\0")
            yield from map(json.loads, whole)


def _keep_log(messages: Iterator[dict[str, Any]], log: list[str]) -> None:
    for message in messages:
        if message["type"] == "log":
            log.append(base64.b64decode(message["payload"]["message"]).decode())


@pytest.fixture(scope="session")
def deployed(
    deployment_python: Callable[[str], Path],
    start_runtime: Callable[..., Running],
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[..., Running]:
    """Give `deployed(folder)`: its files alone, away from the repository, under the runtime."""

    def deploy(name: str, **env: str) -> Running:
        folder = tmp_path_factory.mktemp(name) / "task"
        shutil.copytree(ROOT / name, folder, ignore=shutil.ignore_patterns("__pycache__", "public"))
        handler = {
            "__VC_HANDLER_MODULE_NAME": "api.index",
            "__VC_HANDLER_ENTRYPOINT": "api/index.py",
            "__VC_HANDLER_ENTRYPOINT_ABS": str(folder / "api/index.py"),
            "__VC_HANDLER_VARIABLE_NAME": "app",
            "__VC_HANDLER_VENDOR_DIR": "_vendor",
            "PYTHONPATH": str(folder),
        }
        command = [str(deployment_python(name)), "-c", "import vercel_runtime.vc_init"]
        return start_runtime(command, folder, {**handler, **env})

    return deploy
