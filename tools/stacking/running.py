"""Starts the stack's servers, waits until each answers, and ends them all."""

import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tools import local_server
from tools.stacking.plan import Server
from tools.stopping import StartError

PATIENCE = 60.0
"""Seconds for a server to answer."""
LAST_WORDS = 5
"""Lines of its log that are shown of a server that ended."""
Running = list[tuple[Server, subprocess.Popen[bytes]]]


def check_ports(servers: Sequence[Server]) -> None:
    """Raise StartError naming the variable whose port is taken."""
    for server in servers:
        if not local_server.is_free(server.port):
            raise StartError(
                f"Port {server.port} is in use. Choose another one for the {server.title}: "
                f"{server.variable}={server.port + 10} make stack"
            )


def log_of(server: Server, logs: Path) -> Path:
    """Return the file that a server's log goes to."""
    return logs / f"{server.name}.log"


@contextmanager
def serving(
    servers: Sequence[Server], logs: Path, asked_to_stop: Callable[[], bool] = bool
) -> Iterator[Callable[[], None]]:
    """Run servers until the block ends; yields a check that raises StartError when one of them ended."""
    running: Running = []
    try:
        for server in servers:
            running.append((server, _start(server, logs)))
            if server.name == "redis":
                _wait(server, running, logs, asked_to_stop)
        for server, _ in running:
            _wait(server, running, logs, asked_to_stop)
        yield lambda: _check_alive(running, logs)
    finally:
        _stop(running)


def _start(server: Server, logs: Path) -> subprocess.Popen[bytes]:
    logs.mkdir(parents=True, exist_ok=True)
    with log_of(server, logs).open("ab") as out:
        return subprocess.Popen(  # noqa: S603 - our own command, no shell
            server.command,
            cwd=server.folder,
            env=dict(server.env) or None,
            start_new_session=True,  # A Ctrl-C reaches us alone, and we end them in order.
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )


def _wait(server: Server, running: Running, logs: Path, asked_to_stop: Callable[[], bool]) -> None:
    """Wait for one to answer, while none of them may end."""
    deadline = time.monotonic() + PATIENCE
    while not (asked_to_stop() or _answers(server)):
        ended = [other for other, process in running if process.poll() is not None]
        if ended or time.monotonic() > deadline:
            late = ended[0] if ended else server
            raise StartError(f"{late.title} did not start:\n{_last_words(late, logs)}")
        time.sleep(0.05)


def _answers(server: Server) -> bool:
    if server.ready:
        return local_server.answers(f"{server.url}{server.ready}")
    try:
        with socket.create_connection((local_server.HOST, server.port), timeout=2) as redis:
            redis.sendall(b"PING\r\n")
            return redis.recv(16) == b"+PONG\r\n"
    except OSError:
        return False


def _check_alive(running: Running, logs: Path) -> None:
    for server, process in running:
        if process.poll() is not None:
            said = _last_words(server, logs)
            raise StartError(f"{server.title} ended by itself (exit code {process.returncode}):\n{said}")


def _last_words(server: Server, logs: Path) -> str:
    lines = log_of(server, logs).read_text(errors="replace").splitlines()
    return "\n".join(f"  {line[:300]}" for line in lines[-LAST_WORDS:]) or "  It said nothing."


def _stop(running: Running) -> None:
    """End all, and Redis last: what was answered is counted before it goes."""
    local_server.stop(*(process for server, process in running if server.name != "redis"))
    local_server.stop(*(process for server, process in running if server.name == "redis"))
