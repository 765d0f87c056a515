"""The real build of a folder, by the platform's own tool, in a copy that is thrown away."""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from tools.deploying.cli import INSTALL, Tool
from tools.deploying.finding import Finding, fault, ok, unchecked
from tools.platform_build import CannotBuild, build, find_python312, function_bytes
from tools.terminal import printable
from training.engines import MIB, MOST_MIB

CHART = "monitor/static/chart.umd.js"
CHARTED = "monitoring chart"
MAKES_IT = "`npm run vendor` must be in monitoring/vercel.json's buildCommand"


def build_findings(folder: Path, tool: Tool | None, env: Mapping[str, str]) -> Iterator[Finding]:
    """Build a folder and yield what became of it: its size, and that what the build makes is there."""
    about = f"{folder.name} build"
    python = find_python312()
    if tool is None or python is None or not _uv(env):
        what = "the vercel CLI" if tool is None else "Python 3.12" if python is None else "uv"
        yield unchecked(about, f"{what} is not at hand", INSTALL if tool is None else "")
        return
    with tempfile.TemporaryDirectory(prefix="deploy-check-") as made:
        try:
            output = build(Path(tool.program), python, folder, Path(made) / folder.name)
        except (CannotBuild, OSError, shutil.Error, subprocess.SubprocessError) as error:
            yield fault(about, f"fails: {reason(str(error))}", f"cd {folder.name} && vercel build")
            return
        yield from _judged(about, output)


def _judged(about: str, output: Path) -> Iterator[Finding]:
    functions = [*(output / "functions").glob("*.func")]
    if not functions:
        yield fault(about, "makes no function", "the platform must find `app` in api/index.py")
        return
    yield _size(about, function_bytes(output) / MIB)
    if about.startswith("monitoring"):
        chart = any((each / CHART).is_file() for each in functions)
        lacking = "is not made by the build: the dashboard would show tables alone"
        yield ok(CHARTED, "is made by the build") if chart else fault(CHARTED, lacking, MAKES_IT)


def _size(about: str, mib: float) -> Finding:
    said = f"{mib:.1f} MiB built, of {MOST_MIB}"
    if mib <= MOST_MIB:
        return ok(about, said)
    return fault(about, f"{said}: packages would be installed at every cold start")


def reason(said: str) -> str:
    """Return the first line that names an error, else the last ones."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    errors = [line for line in lines if line.lower().startswith("error")]
    return printable(errors[0] if errors else " ".join(lines[-3:]))


def _uv(env: Mapping[str, str]) -> str | None:
    return shutil.which("uv", path=f"{Path(sys.executable).parent}:{env.get('PATH', '')}")
