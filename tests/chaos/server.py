"""A deployment under granian on a port of its own, which may be killed, frozen, slowed and started again."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Literal

import psutil

from tests.chaos.life import Life
from tools import local_server

State = Literal["well", "ill", "unsure"]
READY_SECONDS = 60.0
SLICE = 0.05
"""Seconds of being frozen, and as many of running, of a server that is slowed."""


class Server:
    """One deployment's server; its states tell what may be expected of it, and since when."""

    def __init__(self, name: str, folder: Path, env: Mapping[str, str]) -> None:
        self.name = name
        self.port = local_server.free_port()
        self.lives: list[Life] = []
        self.states: list[tuple[float, State]] = []
        self._folder, self._env = folder, {**os.environ, **env, "PYTHONUNBUFFERED": "1"}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Return its address."""
        return f"http://{local_server.HOST}:{self.port}"

    @property
    def life(self) -> Life:
        """Return the present life."""
        return self.lives[-1]

    def start(self) -> None:
        """Start it."""
        self.states.append((time.monotonic(), "unsure"))
        life = Life()
        self._process = subprocess.Popen(
            local_server.command(self._folder, self.port),
            cwd=self._folder,
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        assert self._process.stderr
        life.listen(self._process.stderr)
        self.lives.append(life)

    def wait(self) -> None:
        """Wait until it answers."""
        assert self._process
        ready = local_server.wait_until_answers(self._process, f"{self.url}/livez", seconds=READY_SECONDS)
        assert ready, f"{self.name} does not answer: {self.life.log[-5:]}"
        self.well()

    def well(self) -> None:
        """Note that it answers as it should, from now on."""
        self.states.append((time.monotonic(), "well"))

    def doubt(self) -> None:
        """Note that it may answer badly, from now on."""
        self.states.append((time.monotonic(), "unsure"))

    def kill(self) -> None:
        """End it with no chance to say goodbye."""
        self.doubt()
        self.life.whole = False
        self._signal(signal.SIGKILL)
        self._reap()
        self.states.append((time.monotonic(), "ill"))

    def end(self) -> None:
        """Ask it to end, as a platform does."""
        assert self._process
        self.doubt()
        self.life.whole = False  # It may have something left to count.
        local_server.stop(self._process)
        self._reap()

    def freeze(self) -> None:
        """Let it hang: connections are taken and never answered."""
        self.doubt()
        self._signal(signal.SIGSTOP)
        self.states.append((time.monotonic(), "ill"))

    def thaw(self) -> None:
        """Let it go on."""
        self.doubt()
        self._signal(signal.SIGCONT)

    def slow(self, seconds: float) -> None:
        """Give it half of its time."""
        self.doubt()
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            for what in (signal.SIGSTOP, signal.SIGCONT):
                self._signal(what)
                time.sleep(SLICE)

    def during(self, since: float, until: float) -> set[State]:
        """Return the states in which it was meanwhile."""
        ends = [at for at, _ in self.states[1:]] + [float("inf")]
        spans = zip(self.states, ends, strict=True)
        return {state for (begin, state), end in spans if begin <= until and end >= since}

    def worker(self) -> psutil.Process:
        """Return the process that answers."""
        assert self._process
        return psutil.Process(self._process.pid).children()[0]

    def pids(self) -> list[int]:
        """Return its processes."""
        assert self._process
        main = psutil.Process(self._process.pid)
        return [main.pid, *(child.pid for child in main.children(recursive=True))]

    def stop(self) -> None:
        """End it for good."""
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._signal(signal.SIGCONT)
            local_server.stop(self._process)
            self._reap()

    def _signal(self, what: signal.Signals) -> None:
        assert self._process
        os.killpg(self._process.pid, what)

    def _reap(self) -> None:
        assert self._process
        self._process.wait()
        self.life.over()
