"""A tool as a person runs it: a process of its own, with what it said and its exit code."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Said:
    """How a tool ended."""

    code: int
    out: str
    err: str


def command(tool: str, *arguments: object) -> list[str]:
    """Return what starts a tool of tools/."""
    return [sys.executable, str(ROOT / "tools" / f"{tool}.py"), *map(str, arguments)]


def run(
    tool: str,
    *arguments: object,
    cwd: Path | None = None,
    timeout: float = 60,
    env: Mapping[str, str] | None = None,
) -> Said:
    """Run a tool to its end, with variables beside this process's own."""
    done = subprocess.run(
        command(tool, *arguments),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=timeout,
        env={**os.environ, **(env or {})},
    )
    return Said(done.returncode, done.stdout, done.stderr)


class Running:
    """A tool that goes on until it is told to stop."""

    def __init__(self, folder: Path, tool: str, *arguments: object) -> None:
        self._log = folder / f"{tool}.log"
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                command(tool, *arguments),
                stdout=log,
                stderr=log,
                env=dict(os.environ),
                start_new_session=True,
            )

    def __enter__(self) -> "Running":
        """Use it until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """End it, whatever became of it."""
        self.process.kill()
        self.process.wait()

    def said(self) -> str:
        """Return what it wrote so far."""
        return self._log.read_text()

    def wait_for(self, words: str) -> str:
        """Wait until it said something; return all it said."""
        deadline = time.monotonic() + 30
        while words not in self.said():
            assert self.process.poll() is None, self.said()
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.02)
        return self.said()

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Send a signal and return the exit code."""
        self.process.send_signal(number)
        return self.process.wait(15)
