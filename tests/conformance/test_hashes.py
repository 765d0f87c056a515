"""What the platform's build installs is what the lock holds, file by file."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import platform_build
from training import locks

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
FOLDERS = ("ml-api", "monitoring")
# Of the platform itself; it comes after the build command.
PLATFORM = {"pip", "vercel-runtime"}


def sync(folder: str) -> str:
    """Return the part of a folder's build command that installs."""
    command: str = json.loads((ROOT / folder / "vercel.json").read_text())["buildCommand"]
    return command.rpartition(" && ")[2]


def made(folder: Path, *, asks: str = "six==1.17.0\n", wrong: bool = False) -> Path:
    """Write a requirements file and a lock of one small package; wrong: with hashes of something else."""
    every = locks.read_lock((ROOT / "requirements.lock").read_text())
    (text,) = [each.text for each in every if each.name == "six"]
    spoiled = re.sub("(?<=sha256:)[0-9a-f]+", lambda found: found[0][::-1], text)
    (folder / "requirements.txt").write_text(asks)
    (folder / "requirements.lock").write_text(spoiled if wrong else text)
    return folder


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the build command's last part as the platform does: in an environment of its own."""
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    env = {**os.environ, "VIRTUAL_ENV": str(venv), "UV_CACHE_DIR": str(folder / "cache")}
    env["PATH"] = f"{Path(sys.executable).parent}:{env['PATH']}"
    command = ["sh", "-c", sync("ml-api")]
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True)


def installed(folder: Path) -> dict[str, str]:
    """Return the distributions below a folder: name to version."""
    found = (re.fullmatch(r"(.+?)-([^-]+)\.dist-info", path.name) for path in folder.rglob("*.dist-info"))
    return {locks.canonical(each[1]): each[2] for each in found if each}


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_deployment_is_built_so(folder: str) -> None:
    """By the same words, in the preview of both as well."""
    preview = json.loads((ROOT / "vercel.json").read_text())["services"]
    (service,) = [each for each in preview.values() if each["root"] == f"{folder}/"]
    assert sync(folder) == service["buildCommand"].rpartition(" && ")[2] == sync("ml-api")
    assert "--require-hashes" in sync(folder)


def test_the_files_of_the_lock_are_installed(tmp_path: Path) -> None:
    """And nothing else."""
    done = build(made(tmp_path))
    assert done.returncode == 0, done.stderr
    assert installed(tmp_path / "venv").keys() - PLATFORM - {"setuptools"} == {"six"}


def test_a_file_with_another_hash_stops_the_build(tmp_path: Path) -> None:
    """Whatever its name and version say."""
    done = build(made(tmp_path, wrong=True))
    assert done.returncode != 0
    assert "Hash mismatch" in done.stderr
    assert "six" not in installed(tmp_path / "venv")


@pytest.mark.parametrize(
    "asks",
    [
        pytest.param("six==1.17.0\ncowsay==6.1\n", id="a-package-more"),
        pytest.param("six==1.16.0\n", id="another-version"),
        pytest.param("six\n", id="no-version"),
    ],
)
def test_a_lock_that_lags_behind_stops_the_build(tmp_path: Path, asks: str) -> None:
    """Instead of leaving out what was asked for."""
    done = build(made(tmp_path, asks=asks))
    assert done.returncode != 0
    assert "`--require-hashes` mode" in done.stderr


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_is_built_is_the_lock(
    folder: str, python312: str, require_real: Callable[[object, str], None], tmp_path: Path
) -> None:
    """In these versions and no other; the platform adds its runtime and pip."""
    try:
        output = platform_build.build(
            platform_build.installed_tool(), python312, ROOT / folder, tmp_path / "copy"
        )
    except platform_build.CannotBuild as error:
        require_real(None, str(error))
        raise
    held = locks.read_lock((ROOT / folder / "requirements.lock").read_text())
    elsewhere = {each.name for each in held if ";" in each.text.partition("--hash")[0]}
    found = installed(output / "functions" / "flask.func")
    expected = {each.name: each.version for each in held}
    assert found.keys() - PLATFORM == expected.keys() - (elsewhere - found.keys())
    assert {name: found[name] for name in found.keys() - PLATFORM - elsewhere} == {
        name: version for name, version in expected.items() if name not in elsewhere
    }
