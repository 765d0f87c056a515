"""Granian serving one deployment's folder on this machine, as the platform would."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

HOST = "127.0.0.1"
# A worker waits for a request that was begun and does not end, as that of a client that hangs. stop() kills
# it then without a word, before the server would do so with a warning.
GRACE = 3.0
KILLED_BY_SERVER = "6"
# A caller who sends its body slowly holds a thread for as long. How many work at once is the application's to
# say: four of the API do.
THREADS = "128"


def command(folder: Path, port: int, *, python: str = sys.executable) -> list[str]:
    """Return the command that serves a deployment's folder; it must run in that folder.

    python: an interpreter with granian and all that the folder's app needs.
    """
    assets = folder / "public" / "assets"
    mount = ("--static-path-route", "/assets", "--static-path-mount", str(assets)) if assets.is_dir() else ()
    return [
        *(python, "-m", "granian", "--interface", "wsgi", "--host", HOST, "--port", str(port)),
        # HTTP/2 without TLS is spoken by nobody but who looks for a way in.
        *("--http", "1", "--no-ws", "--blocking-threads", THREADS, "--log-level", "warning"),
        *("--workers-kill-timeout", KILLED_BY_SERVER),
        # No Cache-Control at all: a day, its default, would hide an edit.
        *("--static-path-expires", "0", *mount),
        "api.index:app",
    ]


def start(
    folder: Path, port: int, env: Mapping[str, str], *, out: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Start a deployment in a session of its own, so that only stop() ends it, and never a stray Ctrl-C.

    out: where its log goes; stdout unless told.
    """
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        command(folder, port),
        cwd=folder,
        env={**env, "PYTHONUNBUFFERED": "1"},
        start_new_session=True,
        stdin=subprocess.DEVNULL,
        stdout=out,
    )


def answers(url: str) -> bool:
    """Tell whether a GET is answered with 200."""
    try:
        with urllib.request.urlopen(url, timeout=2) as response:  # noqa: S310 - our own http address
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def is_free(port: int) -> bool:
    """Tell whether a server could listen on a loopback port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def free_port() -> int:
    """Return a loopback port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def wait_until_answers(
    process: subprocess.Popen[bytes], url: str, *, seconds: float = 60, unless: Callable[[], bool] = bool
) -> bool:
    """Wait for a first answer; False when the process ended, the time is over, or `unless()` says so."""
    deadline = time.monotonic() + seconds
    while process.poll() is None and time.monotonic() < deadline and not unless():
        if answers(url):
            return True
        time.sleep(0.05)
    return False


def stop(*processes: subprocess.Popen[bytes]) -> None:
    """End servers and their workers: asked first, killed after GRACE seconds."""
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + GRACE
    for process in processes:
        with suppress(subprocess.TimeoutExpired):
            process.wait(max(0.1, deadline - time.monotonic()))
        _kill_session(process)


def _kill_session(process: subprocess.Popen[bytes]) -> None:
    """End what is left: a worker outlives a server that was killed."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
