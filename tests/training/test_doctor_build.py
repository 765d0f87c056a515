"""What doctor foretells of the shipped deployments is what the platform's own tool builds."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import platform_build
from training.engines import MIB

ROOT = Path(__file__).resolve().parents[2]
EXACTNESS = 0.03


@pytest.mark.slow
@pytest.mark.parametrize("name", ["ml-api", "monitoring"])
def test_a_build_is_as_large_as_foretold(
    name: str, require_real: Callable[..., None], tmp_path: Path
) -> None:
    """Within three percent; each is built here and now."""
    python = platform_build.find_python312()
    require_real(python, "no Python 3.12 was found")
    assert python
    try:
        tool = platform_build.installed_tool()
        output = platform_build.build(tool, python, ROOT / name, tmp_path / "copy")
    except platform_build.CannotBuild as error:
        require_real(None, str(error))
        raise
    words = [sys.executable, "-m", "training", "doctor", name, "--runs", "0"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    foretold = re.match(rf"{name}: ([0-9.]+) MiB", done.stdout)
    assert foretold
    built = platform_build.function_bytes(output) / MIB
    print(f"{name}: foretold {foretold[1]}, built {built:.1f} MiB")
    assert float(foretold[1]) == pytest.approx(built, rel=EXACTNESS)
