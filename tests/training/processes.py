"""What other processes print, which share nothing with this one or each other."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def printed(code: str, seeds: tuple[str, ...] = ("1", "77")) -> set[str]:
    """Return what some code prints in processes with these hash seeds; one text where all agree."""
    return {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={"PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed in seeds
    }
