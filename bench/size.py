"""How much is installed for a contender, without what Python compiled."""

import os
from pathlib import Path

from bench.contender import Contender
from bench.machine import MIB, site_packages


def installed_mib(contender: Contender) -> float | None:
    """Return what its virtual environment holds; None where it has none of its own."""
    if contender.venv is None:
        return None
    return sum(bytes_below(folder) for folder in site_packages(contender.venv)) / MIB


def bytes_below(folder: Path) -> int:
    """Return the bytes of all files below a folder, no __pycache__ and behind no link."""
    total = 0
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        total += sum(os.lstat(os.path.join(place, name)).st_size for name in files)  # noqa: PTH118 - many files
    return total
