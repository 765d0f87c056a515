"""A person's desk: a copy of the project, both apps running, and a shell to type the pages' commands."""

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Servers
from tests.docs.markdown import ROOT

LEFT = (".git", ".venv*", ".cache", ".*_cache", ".hypothesis", "node_modules", "__pycache__")
STAMPS = (".run-installed", ".all-installed")
"""What make touches once all is installed: new here, so that it installs nothing."""
PATIENCE = 120


@dataclass(frozen=True)
class Desk:
    """The copy's folder, the addresses of both apps, and what the shell's commands are told beside that."""

    folder: Path
    api: str
    monitor: str

    def typed(self, text: str) -> str:
        """Return a command as it is typed here: with the ports on which the apps really listen."""
        for written, real in {":8000": _port(self.api), ":8001": _port(self.monitor)}.items():
            text = text.replace(written, real)
        text = text.replace("--port 8000", f"--port {_port(self.api)[1:]}")
        return text.replace("/etc/prometheus", str(self.folder / "etc" / "prometheus"))

    def type(self, text: str) -> subprocess.CompletedProcess[str]:
        """Type commands into a shell that stops at the first that fails."""
        env = {**_without_make(os.environ), "PATH": f"{self.folder / '.venv' / 'bin'}:{os.environ['PATH']}"}
        return subprocess.run(
            ["sh", "-eu", "-c", self.typed(text)],
            cwd=self.folder,
            env={**env, "XDG_STATE_HOME": str(self.folder / "state")},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )


@contextmanager
def laid(folder: Path) -> Iterator[Desk]:
    """Give a desk in a folder that is not there yet."""
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*LEFT))
    _lend_venv(folder / ".venv")
    servers = Servers()
    try:
        api = servers.serve(folder / "ml-api", {})
        monitor = servers.serve(folder / "monitoring", {"MAIN_API_URL": api})
        yield Desk(folder, api, monitor)
    finally:
        servers.stop()


def _lend_venv(place: Path) -> None:
    """Make a virtual environment that is that of the tests, but for make's stamps."""
    place.mkdir()
    for found in (ROOT / ".venv").iterdir():
        if found.name not in STAMPS:
            (place / found.name).symlink_to(found)
    for stamp in STAMPS:
        (place / stamp).touch()


def _port(url: str) -> str:
    return ":" + url.rsplit(":", 1)[1]


def _without_make(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment that doesn't tell a make of the make that runs the tests."""
    return {name: value for name, value in env.items() if not name.startswith(("MAKE", "MFLAGS"))}
