"""Types what stands in a row, with the ports and files of a test in place of a person's."""

import os
import re
import shlex
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.compat.row import Row
from tests.compat.said import Said, faults
from tools.local_server import free_port

ROOT = Path(__file__).resolve().parents[2]
CURL = ["--silent", "--show-error", "--write-out", "\n%{http_code} %{content_type}"]
SECONDS = 120
VARIABLES = {"8000": "API_PORT", "8001": "MONITOR_PORT", "5002": "MLFLOW_PORT"}
_PORT = re.compile(r"(?<=[: ])(8000|8001|8002|8003|8010|9091|5002)\b")


@dataclass
class Desk:
    """Where a person's commands are typed: `ports` says which port stands for which of the page."""

    folder: Path
    ports: dict[str, str]
    env: dict[str, str]

    def faults(self, row: Row) -> list[str]:
        """Type what a row says and return what does not come back as it promises."""
        if row.asked:
            own = {port: str(free_port()) for port in VARIABLES} if row.here.startswith("make ") else {}
            return replace(self, ports=self.ports | own)._watch(row)
        done = self._run(row.here, row)
        return faults(row.answer, self._run(row.then, row) if row.then and not done.code else done)

    def _watch(self, row: Row) -> list[str]:
        output = self.folder / "output"
        with output.open("wb") as out:
            running = subprocess.Popen(self._words(row.here, row), stdout=out, stderr=out, **self._place())
        try:
            said = self._asked(row, running)
        finally:
            _end(running)
        written = output.read_text()
        said += ["it says Traceback"] if "Traceback" in written else []
        return [f"{fault}\n{written}" for fault in said]

    def _asked(self, row: Row, running: "subprocess.Popen[bytes]") -> list[str]:
        """Ask until the answer is as promised, the time is over or the command has ended."""
        deadline = time.monotonic() + SECONDS
        while True:
            alive = running.poll() is None
            said = faults(row.answer, self._run(row.asked, row))
            if not said or not alive or time.monotonic() > deadline:
                return said
            time.sleep(0.2)

    def _run(self, command: str, row: Row) -> Said:
        words = self._words(command, row)
        done = subprocess.run(words, capture_output=True, text=True, timeout=SECONDS, **self._place())
        if words[0] != "curl":
            return Said(done.returncode, done.stdout + done.stderr)
        text, _, tail = done.stdout.rpartition("\n")
        status, _, media = tail.partition(" ")
        return Said(done.returncode, text + done.stderr, int(status), media.split(";")[0])

    def _words(self, command: str, row: Row) -> list[str]:
        command = self._recipe(command) if command.startswith("make ") else command
        for old, new in row.brief:
            command = command.replace(old, new)
        command = command.replace("FOLDER", str(self.folder))
        words = shlex.split(_PORT.sub(lambda found: self.ports[found[1]], command))
        return {"python": [sys.executable], "curl": ["curl", *CURL]}.get(words[0], words[:1]) + words[1:]

    def _recipe(self, command: str) -> str:
        """Return what make would run last; what comes before installs, which is not for a test to do."""
        words = [*command.split(), "--no-print-directory", "--dry-run"]
        return subprocess.run(words, capture_output=True, text=True, **self._place()).stdout.splitlines()[-1]

    def _place(self) -> dict[str, Any]:
        ports = {variable: self.ports[port] for port, variable in VARIABLES.items()}
        made = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
        return {"cwd": ROOT, "env": {**made, **self.env, **ports}}


def _end(running: "subprocess.Popen[bytes]") -> None:
    """Ask a command to end, and fail where it does not."""
    running.terminate()
    try:
        running.wait(30)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()
        raise
