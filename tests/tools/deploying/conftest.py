"""What the tests of a deployment share: a copy of what is deployed, and tools to deploy it with."""

import os
import pty
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tools.deploying import stand_in
from tests.tools.script import Said
from tools import platform_build
from tools.deploying.cli import Tool, find
from tools.deploying.environment import Given

IGNORED = shutil.ignore_patterns("__pycache__", ".vercel", "node_modules", "static")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a folder with copies of both deployments and the preview's vercel.json."""
    root = tmp_path / "tree"
    for name in ("ml-api", "monitoring"):
        shutil.copytree(ROOT / name, root / name, ignore=IGNORED)
    shutil.copy(ROOT / "vercel.json", root)
    return root


@pytest.fixture
def vercel(tmp_path: Path) -> stand_in.StandIn:
    """Give a stand-in for the platform's tool."""
    return stand_in.made(tmp_path / "bin")


@pytest.fixture(scope="session")
def real_tool(require_real: Callable[[object, str], None]) -> Tool:
    """Give the platform's own tool, as it is on PATH or in .cache."""
    try:
        platform_build.installed_tool()
    except platform_build.CannotBuild as error:
        require_real(None, str(error))
    tool = find(os.environ)
    assert tool
    return tool


@pytest.fixture
def in_terminal() -> Callable[..., Said]:
    """Give `in_terminal(arguments, env, typed)`: runs Python at a terminal; out is all that it showed."""

    def run(arguments: list[str], env: Mapping[str, str], typed: str = "", cwd: Path = ROOT) -> Said:
        ours, its = pty.openpty()
        with subprocess.Popen(
            [sys.executable, *arguments], cwd=cwd, env=env, stdin=its, stdout=its, stderr=its
        ) as process:
            os.close(its)
            os.write(ours, typed.encode())
            shown = b"".join(iter(lambda: _read(ours), b""))
            os.close(ours)
        return Said(process.returncode, shown.decode().replace("\r\n", "\n"), "")

    return run


def _read(terminal: int) -> bytes:
    """Return what a terminal shows next; nothing once its last user has gone."""
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux's way to say so.
        return b""


@pytest.fixture
def nothing_set() -> Given:
    """Give an environment without a variable."""
    return Given({}, frozenset(), "a file")
