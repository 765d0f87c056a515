"""The steps of the images, done here without containers; each app runs as nobody on a read-only copy."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import requests

from tests.observability.images import DOCKER, ROOT, command, context, copied, of_image, steps
from tests.redis_server import RedisServer
from tools import local_server

APPS = {"api": "ml-api", "monitoring": "monitoring"}
NOBODY = 10001
IS_ROOT = os.name == "posix" and os.geteuid() == 0
AS_NOBODY = [
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups", "--no-new-privs"),
    # It may read this machine's Python, wherever that is, and write nothing.
    *("--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"),
]


def image(name: str, folder: Path) -> Path:
    """Return a read-only folder that holds what the image's /app would, without Chart.js."""
    for arguments in of_image(name, "COPY"):
        if not arguments.startswith("--from"):
            copied(name, arguments, folder)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    return folder


@pytest.mark.parametrize("name", APPS)
def test_only_what_serves_goes_in(name: str, tmp_path: Path) -> None:
    """No tests, nothing compiled, nothing that npm left."""
    folder = image(name, tmp_path / "app")
    paths = {str(path.relative_to(folder)) for path in folder.rglob("*")}
    assert {"api/index.py", "public/assets"} <= paths
    assert not [path for path in paths if "__pycache__" in path or "node_modules" in path or "test" in path]
    outside = {path.parts[0] for path in context(name)} - {APPS[name], "observability"}
    assert outside == set()


@pytest.mark.parametrize("name", APPS)
def test_it_is_started_as_on_a_laptop(name: str) -> None:
    """One way to serve, but for the address to listen on and the folder."""
    port = "8000" if name == "api" else "8001"
    local = local_server.command(ROOT / APPS[name], int(port))[2:]
    local[local.index("--host") + 1] = "0.0.0.0"  # noqa: S104 - of the container
    local = [each.replace(str(ROOT / APPS[name]), "/app") for each in local]
    assert sorted(command(name)) == sorted(local)


@pytest.mark.parametrize("name", [*APPS, "mlflow"])
def test_it_is_nobody_and_asks_how_it_is(name: str) -> None:
    """A number, so that an orchestrator can tell it is not root; and a health check on the very port."""
    assert of_image(name, "USER") == [f"{NOBODY}:{NOBODY}"]
    (port,) = of_image(name, "EXPOSE")
    assert command(name)[command(name).index("--port") + 1] == port
    assert f"http://127.0.0.1:{port}/" in of_image(name, "HEALTHCHECK")[0]


@pytest.mark.parametrize("name", [*APPS, "mlflow"])
def test_each_base_is_pinned(name: str) -> None:
    """And Python is the one that the platform runs."""
    bases = [step.rest.split()[0] for step in steps(name) if step.word == "FROM"]
    version = (ROOT / "ml-api" / ".python-version").read_text().strip()
    for base in bases:
        image_name, _, tag = base.partition(":")
        assert tag.count(".") >= 2, base
        if image_name == "python":
            assert tag.startswith(f"{version}.")


def test_the_server_is_the_one_that_is_tested() -> None:
    """Its version stands in two files, for the deployments' own hold no server."""
    (pinned,) = [line for line in _lines(DOCKER / "requirements.txt") if not line.startswith("#")]
    assert pinned in _lines(ROOT / "tools" / "requirements.txt")


def _lines(path: Path) -> list[str]:
    return path.read_text().splitlines()


@pytest.mark.slow
def test_packages_are_there_for_its_python(tmp_path: Path, require_real) -> None:
    """Ready-made, for the slim image has no compiler, and with the hashes that the locks hold."""
    require_real(importlib.util.find_spec("uv"), "uv is not installed")
    uv = [sys.executable, "-m", "uv", "pip", "install", "--dry-run", "--only-binary", ":all:", "--no-deps"]
    held = [ROOT / folder / "requirements.lock" for folder in APPS.values()]
    files = [word for lock in [*held, DOCKER / "requirements.lock"] for word in ("-r", lock)]
    platform = ["--python-version", "3.12", "--python-platform", "x86_64-manylinux_2_36"]
    command = [*uv, "--require-hashes", *platform, "--target", tmp_path, *files]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "granian==" in done.stderr


@pytest.mark.slow
def test_npm_brings_the_chart(tmp_path: Path, require_real) -> None:
    """The first stage's own steps, on what it copies."""
    require_real(shutil.which("npm"), "npm is not on PATH")
    first = [step for step in steps("monitoring") if step.stage == 0]
    (copy,) = [step.rest for step in first if step.word == "COPY"]
    copied("monitoring", copy, tmp_path)
    (run,) = [step.rest for step in first if step.word == "RUN"]
    done = subprocess.run(["sh", "-c", run], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "monitor" / "static" / "chart.umd.js").stat().st_size > 100_000


@pytest.fixture
def for_all() -> Iterator[Path]:
    """Give a folder that any user may enter, which pytest's own are not."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.slow
@pytest.mark.parametrize("name", APPS)
def test_it_runs_as_nobody_on_a_read_only_copy(
    name: str, for_all: Path, empty_redis: RedisServer, require_real
) -> None:
    """It answers, serves its assets, and writes no file anywhere."""
    require_real(IS_ROOT and shutil.which("setpriv"), "to become nobody takes root and setpriv")
    there_before = _files_of_nobody()
    folder, port = image(name, for_all / "app"), local_server.free_port()
    env = {"PATH": os.environ["PATH"], "REDIS_URL": empty_redis.url(), "PYTHONDONTWRITEBYTECODE": "1"}
    granian = [each.replace("/app/", f"{folder}/") for each in command(name)]
    granian[granian.index("--port") + 1] = str(port)
    granian[0:1] = [sys.executable, "-m", "granian"]
    process = subprocess.Popen([*AS_NOBODY, *granian], cwd=folder, env=env, start_new_session=True)
    try:
        base = f"http://127.0.0.1:{port}"
        assert local_server.wait_until_answers(process, f"{base}/livez")
        assert _owner(process.pid) == NOBODY
        stylesheet = "assets/style.css" if name == "api" else "assets/monitor/style.css"
        for path in ("", "api/metrics", stylesheet):
            assert requests.get(f"{base}/{path}", timeout=20).status_code == 200, path
    finally:
        local_server.stop(process)
    assert _files_of_nobody() - there_before == set()


def _files_of_nobody() -> set[str]:
    """Return its files where all may write."""
    command = ["find", "/tmp", "/var/tmp", "/dev/shm", "-xdev", "-user", str(NOBODY)]  # noqa: S108
    # Other tests' files go while it looks, which it calls a failure.
    return set(subprocess.run(command, capture_output=True, text=True).stdout.splitlines())


def _owner(pid: int) -> int:
    (line,) = [each for each in _lines(Path(f"/proc/{pid}/status")) if each.startswith("Uid:")]
    return int(line.split()[2])
