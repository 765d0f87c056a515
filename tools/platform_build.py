"""Builds a deployment as the platform does, by the platform's own command line tool and without a login."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

from tools.settings import process_environment

ROOT = Path(__file__).resolve().parent.parent
CLI = ROOT / ".cache" / "vercel-cli-64.0.2"
# It asks for a version of this package that was withdrawn.
PACKAGE = {"private": True, "dependencies": {"vercel": "64.0.2"}, "overrides": {"sandbox": "4.5.0"}}
SETTINGS = {"projectId": "prj_local", "orgId": "team_local", "settings": {}}
OLDEST_NODE = 20
LEFT_BEHIND = ("__pycache__", ".vercel", "node_modules", "static")


class CannotBuild(RuntimeError):
    """Says what is missing, or what the platform's tool said."""


def find_python312() -> str | None:
    """Return a Python 3.12 that really starts: the shim on PATH may name one that is not active."""
    pyenv = Path(process_environment().get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in ["python3.12", *map(str, pyenv.glob("versions/3.12.*/bin/python3.12"))]:
        try:
            said = _said(candidate, "--version")
        except (OSError, subprocess.CalledProcessError):
            continue
        if said.startswith("Python 3.12."):
            return candidate
    return None


def installed_tool() -> Path:
    """Return the platform's tool, installed into .cache. Raises CannotBuild."""
    node = shutil.which("node")
    if not (node and int(_said(node, "--version")[1:].split(".")[0]) >= OLDEST_NODE):
        raise CannotBuild(f"Node.js {OLDEST_NODE} or newer is not on PATH")
    program = CLI / "node_modules" / ".bin" / "vercel"
    if not program.exists():
        _install()
    return program


def _install() -> None:
    CLI.mkdir(parents=True, exist_ok=True)
    (CLI / "package.json").write_text(json.dumps(PACKAGE))
    command = ["npm", "install", "--no-audit", "--no-fund"]
    try:
        subprocess.run(command, cwd=CLI, stdin=subprocess.DEVNULL, capture_output=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise CannotBuild(f"npm could not install the platform's tool: {error}") from error


def build(tool: Path, python312: str, source: Path, copy: Path) -> Path:
    """Build a copy of a folder, since the tool writes into what it builds; return its output.

    copy: a folder that is not there yet. Raises CannotBuild with what the tool said.
    """
    shutil.copytree(source, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return build_in_place(tool, python312, copy)


LONGEST = 900.0
"""Seconds for a build; one on a quiet machine takes 10."""


def build_in_place(tool: Path, python312: str, folder: Path) -> Path:
    """Build a folder that may be written into. Raises CannotBuild with what the tool said."""
    settings = folder / ".vercel"
    settings.mkdir()
    (settings / "project.json").write_text(json.dumps(SETTINGS))
    options = ("--yes", "--prod", "--standalone", "--global-config", str(settings))
    try:
        done = subprocess.run(  # noqa: S603 - our own command, no shell
            [str(tool), "build", *options],
            cwd=folder,
            env=_environment(python312),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
    except subprocess.TimeoutExpired as error:
        raise CannotBuild(f"vercel build did not end within {LONGEST:g} s") from error
    if done.returncode:
        raise CannotBuild(done.stdout + done.stderr)
    return settings / "output"


def function_bytes(output: Path) -> int:
    """Return the size of a build's functions, which is what an instance loads."""
    files = (file for file in (output / "functions").rglob("*") if file.is_file())
    return sum(file.stat().st_size for file in files)


def _environment(python312: str) -> dict[str, str]:
    """Return this process's environment with uv and a Python 3.12 first on PATH."""
    prefix = _said(python312, "-c", "import sys; print(sys.prefix)")
    path = f"{Path(sys.executable).parent}:{prefix}/bin:{process_environment()['PATH']}"
    return process_environment(PATH=path, VERCEL_TELEMETRY_DISABLED="1")


def _said(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
