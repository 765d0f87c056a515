"""What the platform's own command line tool makes of the folders: size, files, headers, answers."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml

from monitor import outbox
from monitor.channels import opened
from monitor.service import store_of
from monitor.settings import from_env
from monitor.watch import LEASE, LEASE_SECONDS
from tests.monitor.notify.sink import Sink
from tests.monitor.notify.test_outbox import alert
from tools import platform_build

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parent.parent.parent
MIB = 1024 * 1024
# Above 225 the platform installs the packages at every cold start instead.
MOST_MIB = {"ml-api": 140, "monitoring": 25}
Build = Callable[[str], Path]


@pytest.fixture(scope="session")
def vercel(require_real: Callable[[object, str], None]) -> Path:
    """Give the platform's tool, installed into .cache."""
    try:
        return platform_build.installed_tool()
    except platform_build.CannotBuild as error:
        require_real(None, str(error))
        raise


@pytest.fixture(scope="session")
def build(vercel: Path, python312: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Build]:
    """Give `build(folder)`: builds a copy of a deployment, or of both as `root`; returns its output."""
    copies: list[Path] = []

    def make(name: str) -> Path:
        copy = tmp_path_factory.mktemp("build") / "copy"
        copies.append(copy)
        if name == "root":
            return platform_build.build_in_place(vercel, python312, _both(copy))
        return platform_build.build(vercel, python312, ROOT / name, copy)

    yield make
    for copy in copies:
        shutil.rmtree(copy)  # Some hundred MiB each.


def _both(copy: Path) -> Path:
    """Copy what the repository's own vercel.json is about."""
    ignored = shutil.ignore_patterns(*platform_build.LEFT_BEHIND)
    for folder in ("ml-api", "monitoring"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=ignored)
    shutil.copy(ROOT / "vercel.json", copy)
    return copy


@pytest.fixture(scope="module", params=["ml-api", "monitoring"])
def built(request: pytest.FixtureRequest, build: Build) -> tuple[str, Path]:
    """Build each deployment's folder."""
    return request.param, build(request.param)


def test_a_folder_becomes_one_small_function_beside_its_public_files(built: tuple[str, Path]) -> None:
    """One function under the size that keeps cold starts short; public/ and nothing else is published."""
    name, output = built
    functions = output / "functions"
    assert [entry.name for entry in functions.iterdir()] == ["flask.func"]
    size = platform_build.function_bytes(output) / MIB
    print(f"{name}: {size:.1f} MiB")
    assert size <= MOST_MIB[name]
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


@pytest.mark.parametrize("built", ["monitoring"], indirect=True)
def test_the_built_monitor_lacks_no_channel(built: tuple[str, Path], python312: str, tmp_path: Path) -> None:
    """What the platform's build leaves out is what no channel needs: put back, it brings none."""
    vendor = built[1] / "functions" / "flask.func" / "_vendor"
    assert not (vendor / "yaml").exists()
    shutil.copytree(Path(yaml.__file__).parent, tmp_path / "yaml")
    found, complete = _known(python312, vendor), _known(python312, vendor, tmp_path)
    assert (found["yaml"], complete["yaml"]) == (False, True)
    assert found["channels"] == complete["channels"]
    assert set(found["channels"]) >= {"json", "mailto", "slack", "x"}


def _known(python: str, *folders: Path) -> dict[str, Any]:
    """Return what addresses Apprise can use, by their schemes, and whether PyYAML is there."""
    ask = (
        "import importlib.util, json; from apprise.manager_plugins import NotificationManager as Known; "
        "yaml = importlib.util.find_spec('yaml') is not None; "
        "print(json.dumps({'channels': sorted(Known().schemas()), 'yaml': yaml}))"
    )
    env = {"PYTHONPATH": ":".join(map(str, folders))}
    done = subprocess.run([python, "-c", ask], env=env, capture_output=True, text=True, check=True)
    said: dict[str, Any] = json.loads(done.stdout)
    return said


@pytest.mark.parametrize("built", ["monitoring"], indirect=True)
def test_the_built_monitor_tells_people(
    built: tuple[str, Path], python312: str, start_runtime: Callable[..., Any], empty_redis: Any
) -> None:
    """A message that waits goes out at the next visit, with nothing but what was built."""
    with Sink() as sink:
        told = {"MAIN_API_URL": "http://127.0.0.1:9", "REDIS_URL": empty_redis.url(), "ALERT_URLS": sink.url}
        _put_message(told)
        command = [python312, "-c", "import vc__handler__python"]
        base = start_runtime(command, built[1] / "functions" / "flask.func", told).base
        said = requests.get(f"{base}/api/status", timeout=20).json()
        assert said["notifications"]["channels"] == 1
        deadline = time.monotonic() + 30
        while not sink.titles and time.monotonic() < deadline:
            time.sleep(0.1)
        assert sink.titles == ["Firing: EndpointDown (critical)"]


def _put_message(told: dict[str, str]) -> None:
    """Let a message wait in a monitor's store, as a probe leaves it that finds the API down."""
    settings = from_env(told)
    store = store_of(settings, told["MAIN_API_URL"])
    lease = store.acquire(LEASE, LEASE_SECONDS)
    assert lease
    channels = [channel.id for channel in opened(settings.alert_urls)]
    assert store.commit(lease, {outbox.TABLE: outbox.recorded({}, [], [alert()], channels, 1000.0)})


@pytest.fixture(scope="module")
def preview(build: Build) -> Path:
    """Build the whole repository as one preview."""
    return build("root")


def test_the_whole_repository_builds_as_one_preview(preview: Path) -> None:
    """Both apps and the API's public files become services, and every request goes to one of them."""
    services = preview / "services"
    for name in ("api", "monitor"):
        assert _read(services / name / "functions" / "flask.func" / ".vc-config.json")["maxDuration"] == 30
    assert _files(services / "assets" / "static") == _files(ROOT / "ml-api" / "public")
    assert _files(services / "monitor-assets" / "static") == _files(ROOT / "monitoring" / "public")
    monitor = services / "monitor" / "functions" / "flask.func" / "monitor"
    assert (monitor / "static" / "chart.umd.js").is_file()
    routes = [route for route in _read(preview / "config.json")["routes"] if "destination" in route]

    def service(path: str) -> str:
        return str(next(route for route in routes if re.match(route["src"], path))["destination"]["service"])

    assert service("/api/status") == "monitor"
    assert service("/assets/style.css") == "assets"
    assert service("/assets/monitor/style.css") == "monitor-assets"
    assert {service(path) for path in ("/api/dashboard", "/api/live", "/static/chart.umd.js")} == {"monitor"}
    assert {service(path) for path in ("/", "/api/predict", "/api/model-info")} == {"api"}


def test_both_apps_of_the_preview_answer(
    preview: Path, python312: str, start_runtime: Callable[..., Any]
) -> None:
    """Under their own addresses, since no prefix is taken away; the monitor finds the API up."""
    command = [python312, "-c", "import vc__handler__python"]
    functions = {
        name: preview / "services" / name / "functions" / "flask.func" for name in ("api", "monitor")
    }
    api = start_runtime(command, functions["api"], {}).base
    monitor = start_runtime(command, functions["monitor"], {"MAIN_API_URL": api}).base
    assert requests.get(f"{api}/readyz", timeout=10).status_code == 200
    status = requests.get(f"{monitor}/api/status", timeout=20).json()
    assert status["state"] == "up", status["reason"]
    assert "chart.umd.js" in requests.get(f"{monitor}/api/dashboard", timeout=20).text
    assert requests.get(f"{monitor}/static/chart.umd.js", timeout=10).status_code == 200


def _files(folder: Path) -> set[str]:
    return {str(file.relative_to(folder)) for file in folder.rglob("*") if file.is_file()}


def _read(file: Path) -> Any:
    return json.loads(file.read_text())
