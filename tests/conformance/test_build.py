"""What the platform's own command line tool makes of the folders: size, files, headers, answers."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
CLI = ROOT / ".cache" / "vercel-cli-64.0.2"
# It asks for a version of this package that was withdrawn.
PACKAGE = {"private": True, "dependencies": {"vercel": "64.0.2"}, "overrides": {"sandbox": "4.5.0"}}
MIB = 1024 * 1024
# Above 225 the platform installs the packages at every cold start instead.
MOST_MIB = {"ml-api": 140, "monitoring": 30}
Build = Callable[[str], Path]


@pytest.fixture(scope="session")
def vercel(require_real: Callable[[object, str], None]) -> Path:
    """Give the platform's tool, installed into .cache."""
    node = shutil.which("node") and subprocess.check_output(["node", "--version"], text=True)
    require_real(node and int(node[1:].split(".")[0]) >= 20, "Node.js 20 or newer is not on PATH")
    program = CLI / "node_modules" / ".bin" / "vercel"
    if not program.exists():
        CLI.mkdir(parents=True, exist_ok=True)
        (CLI / "package.json").write_text(json.dumps(PACKAGE))
        done = subprocess.run(
            ["npm", "install", "--no-audit", "--no-fund"], cwd=CLI, stdin=subprocess.DEVNULL
        )
        require_real(done.returncode == 0, "npm could not install the platform's tool")
    return program


@pytest.fixture(scope="session")
def build(vercel: Path, python312: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Give `build(folder)`: builds a copy, since the tool writes into what it builds; returns its output."""
    bin312 = (
        subprocess.check_output([python312, "-c", "import sys; print(sys.prefix)"], text=True).strip()
        + "/bin"
    )
    copies: list[Path] = []
    settings = {"projectId": "prj_local", "orgId": "team_local", "settings": {}}

    def make(name: str) -> Path:
        copy = tmp_path_factory.mktemp("build") / "copy"
        copies.append(copy)
        _copy(name, copy)
        (copy / ".vercel").mkdir()
        (copy / ".vercel" / "project.json").write_text(json.dumps(settings))
        _run(vercel, copy, f"{Path(sys.executable).parent}:{bin312}")
        return copy / ".vercel" / "output"

    yield make
    for copy in copies:
        shutil.rmtree(copy)  # Some hundred MiB each.


def _copy(name: str, copy: Path) -> None:
    ignored = shutil.ignore_patterns("__pycache__", ".vercel", "node_modules", "static")
    if name != "root":
        shutil.copytree(ROOT / name, copy, ignore=ignored)
        return
    for folder in ("ml-api", "monitoring"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    shutil.copy(ROOT / "vercel.json", copy)


def _run(vercel: Path, copy: Path, path: str) -> None:
    env = {**os.environ, "PATH": f"{path}:{os.environ['PATH']}", "VERCEL_TELEMETRY_DISABLED": "1"}
    command = [vercel, "build", "--yes", "--prod", "--standalone", "--global-config", copy / ".vercel"]
    done = subprocess.run(
        command, cwd=copy, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module", params=["ml-api", "monitoring"])
def built(request: pytest.FixtureRequest, build: Build) -> tuple[str, Path]:
    """Build each deployment's folder."""
    return request.param, build(request.param)


def test_a_folder_becomes_one_small_function_beside_its_public_files(built: tuple[str, Path]) -> None:
    """One function under the size that keeps cold starts short; public/ and nothing else is published."""
    name, output = built
    functions = output / "functions"
    assert [entry.name for entry in functions.iterdir()] == ["flask.func"]
    size = sum(file.stat().st_size for file in functions.rglob("*") if file.is_file()) / MIB
    print(f"{name}: {size:.1f} MiB")
    assert size < MOST_MIB[name]
    assert _files(output / "static") == _files(ROOT / name / "public")


def test_the_monitor_gets_its_chart_library_and_nothing_else_of_npm(built: tuple[str, Path]) -> None:
    """The build puts it into the package; what the browser doesn't need stays out of the function."""
    name, output = built
    function = output / "functions" / "flask.func"
    found = {str(file.relative_to(function)) for file in function.rglob("*") if file.is_file()}
    assert ("monitor/static/chart.umd.js" in found) == (name == "monitoring")
    assert [file for file in found if "node_modules" in file] == []


def test_the_settings_reach_the_build(built: tuple[str, Path]) -> None:
    """The time limit, the Python version and the headers are what vercel.json says."""
    _, output = built
    config = _read(output / "functions" / "flask.func" / ".vc-config.json")
    assert (config["maxDuration"], config["runtime"]) == (30, "python3.12")
    routes = [route for route in _read(output / "config.json")["routes"] if "headers" in route]
    applied: dict[str, str] = {}
    for route in routes:
        applied |= route["headers"] if re.match(route["src"], "/assets/style.css") else {}
    assert applied["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert applied["X-Content-Type-Options"] == "nosniff"
    assert "Strict-Transport-Security" in applied


def test_the_built_function_answers(
    built: tuple[str, Path], python312: str, start_runtime: Callable[..., Any]
) -> None:
    """The platform's own handler starts with nothing but what was built."""
    name, output = built
    command = [python312, "-c", "import vc__handler__python"]
    base = start_runtime(command, output / "functions" / "flask.func", {}).base
    if name == "monitoring":
        assert requests.get(f"{base}/api/status", timeout=10).status_code == 200
        return
    card = requests.get(f"{base}/api/model-info", timeout=10).json()["bundle"]
    golden = card["goldens"][0]
    answer = requests.post(f"{base}/api/predict", json=golden["input"], timeout=10).json()
    assert answer["prediction"] == pytest.approx(golden["prediction"], abs=card["tolerance"]["absolute"])


def test_the_whole_repository_builds_as_one_preview(build: Build) -> None:
    """Both apps and the API's public files become services, and every request goes to one of them."""
    output = build("root")
    services = output / "services"
    for name in ("api", "monitor"):
        assert _read(services / name / "functions" / "flask.func" / ".vc-config.json")["maxDuration"] == 30
    assert _files(services / "assets" / "static") == _files(ROOT / "ml-api" / "public")
    assert _files(services / "monitor-assets" / "static") == _files(ROOT / "monitoring" / "public")
    monitor = services / "monitor" / "functions" / "flask.func" / "monitor"
    assert (monitor / "static" / "chart.umd.js").is_file()
    routes = [route for route in _read(output / "config.json")["routes"] if "destination" in route]

    def service(path: str) -> str:
        return str(next(route for route in routes if re.match(route["src"], path))["destination"]["service"])

    assert service("/api/status") == "monitor"
    assert service("/assets/style.css") == "assets"
    assert service("/assets/monitor/style.css") == "monitor-assets"
    assert {service(path) for path in ("/api/dashboard", "/api/live", "/static/chart.umd.js")} == {"monitor"}
    assert {service(path) for path in ("/", "/api/predict", "/api/model-info")} == {"api"}


def _files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def _read(file: Path) -> Any:
    return json.loads(file.read_text())
