"""What the numbers were measured on."""

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path
from typing import Any

import psutil

from bench.contender import Contender

MIB = 1024 * 1024


def machine(wrk: str) -> dict[str, Any]:
    """Return what this machine is and how busy it was just before; wrk: the program that makes the load."""
    return {
        "cpu": _cpu(),
        "cores": psutil.cpu_count() or 1,
        "memory_mib": round(psutil.virtual_memory().total / MIB),
        "os": _system(),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "wrk": _version_of_wrk(wrk),
        "load_before": round(os.getloadavg()[0], 2),
    }


def packages(contender: Contender) -> dict[str, str]:
    """Return name -> version of all that is installed for a contender."""
    if contender.venv is None:
        return {}
    places = [str(folder) for folder in site_packages(contender.venv)]
    found = importlib.metadata.distributions(path=places)
    return dict(sorted((_normal(each.metadata["Name"]), each.version) for each in found))


def requirements(contender: Contender) -> list[str]:
    """Return the names of the packages that a contender's requirements file asks for."""
    if contender.requirements is None:
        return []
    lines = contender.requirements.read_text(encoding="utf-8").splitlines()
    names = [found[0] for line in lines if (found := re.match(r"[A-Za-z0-9._-]+", line))]
    return sorted({_normal(name) for name in names if not name.startswith("-")})


def site_packages(venv: Path) -> list[Path]:
    """Return where a virtual environment keeps its packages."""
    return sorted(venv.glob("lib/python*/site-packages"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _cpu() -> str:
    """Return what the processor is called; Linux tells it in a file alone."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    named = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return (named and named[0]) or platform.processor() or platform.machine()


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return platform.platform(terse=True)


def _version_of_wrk(wrk: str) -> str:
    """Return what wrk says of itself; it does so with exit code 1."""
    said = subprocess.run([wrk, "--version"], capture_output=True, text=True, check=False)  # noqa: S603
    found = re.match(r"wrk \D*(\d+(?:\.\d+)+)", said.stdout)
    return found[1] if found else "unknown"
