"""A server's process, from its start to the end of all that it started."""

import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.asking import Unfit
from bench.memory import tree
from tools import local_server
from tools.terminal import printable

LAST_WORDS = 3
"""Lines of its log that are shown of a server that ended."""


@dataclass(frozen=True)
class Process:
    """A running server; `started` is when it was executed, on the clock of time.perf_counter."""

    popen: "subprocess.Popen[bytes]"
    log: Path
    started: float

    @property
    def pid(self) -> int:
        """Return its number."""
        return self.popen.pid

    def check_alive(self) -> None:
        """Raise Unfit with its last words where it has ended."""
        code = self.popen.poll()
        if code is not None:
            raise Unfit(f"its server ended by itself (exit code {code}){self.last_words()}")

    def last_words(self) -> str:
        """Return the end of its log, to follow a reason; nothing where it said nothing."""
        lines = [line for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return ": " + " | ".join(printable(line, 200) for line in lines[-LAST_WORDS:]) if lines else ""


@contextmanager
def running(command: Sequence[str], folder: Path, env: Mapping[str, str], log: Path) -> Iterator[Process]:
    """Run a server until the block ends. Raises Unfit where it can't be executed."""
    with log.open("wb") as out:
        started = time.perf_counter()
        try:
            popen = subprocess.Popen(  # noqa: S603 - our own commands, no shell
                command,
                cwd=folder,
                env=env,
                start_new_session=True,  # A Ctrl-C reaches us alone, and we end it in order.
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        except OSError as error:
            raise Unfit(f"{command[0]} can't be started: {error.strerror}") from error
    try:
        yield Process(popen, log, started)
    finally:
        _end(popen)


def _end(popen: "subprocess.Popen[bytes]") -> None:
    """End a server and what it started: in sessions of their own too, and when Ctrl-C comes once more."""
    below = tree(popen.pid)
    try:
        local_server.stop(popen)
    finally:
        _kill(below)


def _kill(processes: Sequence[psutil.Process]) -> None:
    """End processes at once, and wait until they have: what follows is timed."""
    for each in processes:
        with suppress(psutil.NoSuchProcess):
            each.kill()
    deadline = time.monotonic() + local_server.GRACE
    while any(map(_runs, processes)) and time.monotonic() < deadline:
        time.sleep(0.005)


def _runs(process: psutil.Process) -> bool:
    """Tell whether a process is there and not only waiting to be forgotten by its parent."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
