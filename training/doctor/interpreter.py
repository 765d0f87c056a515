"""Finds a Python to start a deployment with: the platform's version if it is here, else the one that runs."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from platform import machine

MOST_SECONDS = 30


@dataclass(frozen=True)
class Interpreter:
    """A Python to start the deployment with; site: the packages it gets, None for those installed here."""

    program: str
    version: str
    site: Path | None


def find_python(version: str, site: Path) -> Interpreter:
    """Return the platform's Python over its packages where this machine can run them, else this Python."""
    if (sys.platform, machine()) == ("linux", "x86_64"):
        for program in _candidates(version):
            if said := _version(program, version):
                return Interpreter(program, said, site)
    return here()


def here() -> Interpreter:
    """Return the Python that runs, with what is installed for it."""
    return Interpreter(sys.executable, sys.version.split()[0], None)


def _candidates(version: str) -> Iterator[str]:
    if sys.version_info[:2] == tuple(map(int, version.split("."))):
        yield sys.executable
    yield f"python{version}"
    for pattern in (".pyenv/versions/{0}.*/bin/python{0}", ".local/share/uv/python/*-{0}.*/bin/python{0}"):
        yield from map(str, sorted(Path.home().glob(pattern.format(version))))


def _version(program: str, version: str) -> str | None:
    """Return a program's version if it starts (a shim on PATH may not) and is the one that is wanted."""
    try:
        done = subprocess.run(  # noqa: S603 - programs called python
            [program, "--version"], capture_output=True, text=True, timeout=MOST_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    said = done.stdout.removeprefix("Python ").strip()
    return said if done.returncode == 0 and said.startswith(f"{version}.") else None
