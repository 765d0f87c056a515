"""The real monitor watching the real API, Chromium, and what npm brings."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tools import local_server

ROOT = Path(__file__).resolve().parents[3]
MONITORING = ROOT / "monitoring"
CHART = MONITORING / "monitor" / "static" / "chart.umd.js"
AXE = ROOT / ".cache" / "axe-core-4.11.0"
PHONE = {"width": 360, "height": 740}
Npm = Callable[..., None]
Tab = Callable[..., Page]


class Deployment:
    """One folder's server on a port of its own; it can go away and come back."""

    def __init__(self, folder: str, **env: str) -> None:
        self.port = local_server.free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._folder = ROOT / folder
        self._env = {**os.environ, "MAIN_API_URL": "", "REDIS_URL": "", **env}
        self.start()

    def start(self) -> None:
        """Serve until stop()."""
        self._process = local_server.start(self._folder, self.port, self._env)
        assert local_server.wait_until_answers(self._process, f"{self.url}/livez", seconds=30)

    def stop(self) -> None:
        """End it."""
        local_server.stop(self._process)


def watching(url: str, history: Path) -> Deployment:
    """Start a monitor that looks at an address at every visit, and whose page refreshes every second."""
    often = {"PROBE_MAX_AGE": "1", "MONITORING_REFRESH_RATE": "1"}
    return Deployment("monitoring", MAIN_API_URL=url, HISTORY_PATH=str(history / "history.db"), **often)


def made_page(tab: Tab, monitor: str, markup: str, **options) -> Page:
    """Open made-up markup at the monitor's address, with its scripts."""
    page = tab(f"{monitor}/livez", **options)
    page.route("**/made", lambda route: route.fulfill(body=markup, content_type="text/html"))
    page.route("**/api/badge/**", lambda route: route.fulfill(body="<svg/>", content_type="image/svg+xml"))
    page.goto(f"{monitor}/made")
    return page


@pytest.fixture(scope="session")
def npm(require_real) -> Npm:
    """Give `npm(*arguments, folder=...)`."""
    program = shutil.which("npm")
    require_real(program, "npm is not on PATH")
    assert program

    def run(*arguments: str, folder: Path) -> None:
        done = subprocess.run([program, *arguments], cwd=folder, stdin=subprocess.DEVNULL, timeout=300)
        require_real(done.returncode == 0, f"npm {' '.join(arguments)} failed")

    return run


@pytest.fixture(scope="session")
def chart_js(npm: Npm) -> None:
    """Put Chart.js where the build puts it, unless it is there."""
    if not CHART.is_file():
        npm("ci", "--no-audit", "--no-fund", folder=MONITORING)
        npm("run", "vendor", folder=MONITORING)


@pytest.fixture(scope="session")
def axe(npm: Npm) -> str:
    """Give the accessibility checker's source."""
    script = AXE / "node_modules" / "axe-core" / "axe.min.js"
    if not script.is_file():
        AXE.mkdir(parents=True, exist_ok=True)
        (AXE / "package.json").write_text(
            json.dumps({"private": True, "dependencies": {"axe-core": "4.11.0"}})
        )
        npm("install", "--no-audit", "--no-fund", folder=AXE)
    return script.read_text()


@pytest.fixture(scope="module")
def monitor(api_server: str, chart_js: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a monitor of the real API."""
    server = watching(api_server, tmp_path_factory.mktemp("monitor"))
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def monitor_of_nothing(chart_js: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Give the address of a monitor whose API is not there."""
    nobody = f"http://127.0.0.1:{local_server.free_port()}"
    server = watching(nobody, tmp_path_factory.mktemp("nothing"))
    yield server.url
    server.stop()


@pytest.fixture(scope="module")
def monitor_unset() -> Iterator[str]:
    """Give the address of a monitor that was told no API."""
    server = Deployment("monitoring")
    yield server.url
    server.stop()


@pytest.fixture
def tab(browser: Browser) -> Iterator[Tab]:
    """Give `tab(address, **options)`: a page that may say nothing on the console and call nobody else."""
    contexts, faults = [], []

    def open_tab(address: str, *, may_lose: bool = False, **options) -> Page:
        contexts.append(browser.new_context(**{"timezone_id": "UTC"} | options))
        page = contexts[-1].new_page()
        ours = "/".join(address.split("/")[:3]) + "/"
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said, may_lose) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("request", lambda asked: None if _is_ours(asked.url, ours) else faults.append(asked.url))
        page.goto(address)
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(said, may_lose: bool) -> bool:
    # Chromium itself tells of a call that found nobody; where a test takes the monitor away, that is meant.
    lost = may_lose and "Failed to load resource" in said.text
    return said.type in ("error", "warning") and not lost


def _is_ours(url: str, server: str) -> bool:
    return url.startswith((server, "data:"))
