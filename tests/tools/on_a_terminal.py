"""A command as it runs on a person's terminal, 80 columns wide."""

import os
import pty
import subprocess
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.tools.script import ROOT

TAKES_PART = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "TTY_COMPATIBLE", "TTY_INTERACTIVE")


def terminal_env(**others: str) -> dict[str, str]:
    """Return this process's environment with a terminal's, and nothing else that has a say in colours."""
    kept = {name: value for name, value in os.environ.items() if name not in TAKES_PART}
    return {**kept, "TERM": "xterm-256color", **others}


def on_a_terminal(words: Sequence[str], env: Mapping[str, str], cwd: Path = ROOT) -> tuple[int, str]:
    """Run a command to its end; return its exit code and all that the terminal got."""
    leader, follower = pty.openpty()
    termios.tcsetwinsize(follower, (24, 80))
    told = {"stdin": subprocess.DEVNULL, "stdout": follower, "stderr": follower}
    with os.fdopen(leader, "rb", 0) as screen:
        with subprocess.Popen(words, cwd=cwd, env=env, **told) as process:
            os.close(follower)
            got = b"".join(iter(lambda: _read(screen.fileno()), b""))
        return process.returncode, got.decode()


def _read(screen: int) -> bytes:
    try:
        return os.read(screen, 65536)
    except OSError:  # Linux says so where the last writer has gone.
        return b""
