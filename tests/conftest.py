"""What every test may use: the real servers in processes of their own, and a word for what is missing."""

import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from tests.prometheus_server import PrometheusServer
from tests.redis_server import FOUND, MISSING, RedisServer
from tools import local_server

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).resolve().parent.parent
CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
Require = Callable[..., None]
ServeArtifacts = Callable[..., str]


def require(found: object, reason: str, env: Mapping[str, str] = os.environ) -> None:
    """Skip the test unless something real was found; under REQUIRE_REAL=1 fail it instead."""
    if found:
        return
    if env.get("REQUIRE_REAL") == "1":
        pytest.fail(f"REQUIRE_REAL=1, but {reason}", pytrace=False)
    pytest.skip(reason)


def pytest_configure() -> None:
    """Hear Ctrl-C, which a shell ignores for what it starts in the background, children too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the comparisons with other servers, whatever else -m says, unless it asks for them."""
    if "peer" in config.option.markexpr:
        return
    peers = [item for item in items if item.get_closest_marker("peer")]
    items[:] = [item for item in items if item not in peers]
    config.hook.pytest_deselected(items=peers)


@pytest.fixture(scope="session")
def require_real() -> Require:
    """Give `require_real(found, "why it is not there")`."""
    return require


class Servers:
    """The servers that one fixture started."""

    def __init__(self) -> None:
        self.running: list[subprocess.Popen[bytes]] = []
        # A person's own counts and history stay out of it.
        self._state = TemporaryDirectory()

    def serve(self, folder: Path, env: Mapping[str, str], port: int | None = None) -> str:
        """Start a deployment's folder, on a free port unless told, and return its address once it answers."""
        port = port or local_server.free_port()
        own = {**os.environ, "XDG_STATE_HOME": self._state.name}
        self.running.append(local_server.start(folder, port, {**own, **env}))
        base = f"http://127.0.0.1:{port}"
        assert local_server.wait_until_answers(self.running[-1], f"{base}/livez"), f"{folder} did not start"
        return base

    def stop(self) -> None:
        """End them all."""
        local_server.stop(*self.running)
        self._state.cleanup()


@pytest.fixture(scope="session")
def api_server() -> Iterator[str]:
    """Serve ml-api as `make run` does; yields its address."""
    servers = Servers()
    try:
        yield servers.serve(ROOT / "ml-api", {})
    finally:
        servers.stop()


@pytest.fixture(scope="session")
def shared_redis(tmp_path_factory: pytest.TempPathFactory, require_real: Require) -> Iterator[RedisServer]:
    """Start one Redis for all tests that leave it as it was."""
    require_real(FOUND, MISSING)
    server = RedisServer(tmp_path_factory.mktemp("redis")).start()
    yield server
    server.stop()


@pytest.fixture
def empty_redis(shared_redis: RedisServer) -> RedisServer:
    """Return that Redis with nothing in it."""
    with closing(shared_redis.client()) as client:
        client.flushall()
    return shared_redis


@pytest.fixture(scope="module")
def browser(require_real: Require) -> "Iterator[Browser]":
    """Give Chromium, started once."""
    require_real(CHROMIUM.exists(), f"there is no Chromium at {CHROMIUM}")
    # Most tests open no page.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def prometheus_of(require_real: Require, tmp_path: Path) -> Iterator[Callable[..., PrometheusServer]]:
    """Give `prometheus_of(address, job, interval)`: a Prometheus that scrapes it, each second unless told."""
    require_real(shutil.which("prometheus"), "prometheus is not on PATH")
    running: list[PrometheusServer] = []

    def start(address: str, job: str = "monitoring", interval: str = "1s") -> PrometheusServer:
        running.append(PrometheusServer(tmp_path, address, job=job, interval=interval))
        running[-1].wait()
        return running[-1]

    yield start
    for server in running:
        server.stop()


@pytest.fixture
def servers() -> Iterator[Servers]:
    """Give servers of the two deployments that end with the test."""
    servers = Servers()
    try:
        yield servers
    finally:
        servers.stop()


@pytest.fixture
def serve_artifacts(tmp_path: Path) -> Iterator[ServeArtifacts]:
    """Give `serve_artifacts(artifacts, env={})`: ml-api with other artifacts; returns its address."""
    servers = Servers()

    def serve(artifacts: Path, env: Mapping[str, str] | None = None) -> str:
        folder = tmp_path / f"ml-api-{len(servers.running)}"
        shutil.copytree(ROOT / "ml-api", folder, ignore=shutil.ignore_patterns("artifacts", "__pycache__"))
        shutil.copytree(artifacts, folder / "artifacts")
        return servers.serve(folder, env or {})

    try:
        yield serve
    finally:
        servers.stop()
