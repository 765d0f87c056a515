"""`tools/metrics_server.py` as a person runs it, and beside the monitor."""

import shutil
import signal
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.tools.conftest import ROOT, sample
from tests.tools.script import Running, run
from tools import local_server
from tools.bundles.system import System

OWN = {"ml_artifacts_verified", "ml_bundle_verified"}


@pytest.fixture
def server(tmp_path):
    """Give `server(*arguments)`: starts it and returns its address with the running tool."""
    running = []

    def start(*arguments):
        port = local_server.free_port()
        tool = Running(tmp_path, "metrics_server", "--port", port, *arguments)
        running.append(tool)
        tool.wait_for("verified")
        return f"http://127.0.0.1:{port}", tool

    yield start
    for tool in running:
        tool.__exit__()


def test_it_serves_the_shipped_folder_and_ends_when_it_is_asked_to(server):
    """Prometheus text, OpenMetrics, JSON; other addresses and methods are refused as such."""
    url, tool = server()
    assert sample(f"{url}/metrics", "ml_artifacts_verified") == 1
    assert (
        requests.get(f"{url}/metrics", timeout=5).headers["Content-Type"].startswith("text/plain; version=")
    )
    opened = requests.get(
        f"{url}/metrics", headers={"Accept": "application/openmetrics-text; version=1.0.0"}, timeout=5
    )
    assert opened.text.endswith("# EOF\n")
    assert opened.headers["Content-Type"].startswith("application/openmetrics-text")
    assert requests.get(f"{url}/metrics", headers={"Accept": "text/plain;version=x"}, timeout=5).ok
    assert requests.get(f"{url}/health", timeout=5).json()["status"] == "healthy"
    assert "/status" in requests.get(url, timeout=5).json()
    assert requests.get(f"{url}/etc/passwd", timeout=5).status_code == 404
    refused = requests.post(f"{url}/metrics", timeout=5)
    assert refused.status_code == 405
    assert "GET" in refused.headers["Allow"]
    assert "system_" not in requests.get(f"{url}/metrics", timeout=5).text
    assert tool.stop(signal.SIGTERM) == 0
    assert tool.said().endswith("Stopped.\n")
    assert "Traceback" not in tool.said()


def test_a_folder_that_is_a_link_to_itself_is_a_reason(server, tmp_path):
    """Nor is it the end of the server, which sees the folder that takes its place."""
    folder = tmp_path / "artifacts"
    folder.symlink_to(folder)
    url, tool = server("--artifacts", folder)
    assert "index.json can't be read" in tool.said()
    assert requests.get(f"{url}/health", timeout=5).status_code == 503
    folder.unlink()
    folder.symlink_to(ROOT / "ml-api" / "artifacts")
    assert requests.get(f"{url}/health", timeout=5).json()["status"] == "healthy"


def test_promtool_finds_nothing_to_say(server, require_real):
    """Neither of names nor of units nor of help texts."""
    require_real(shutil.which("promtool"), "promtool is not on PATH")
    url, _ = server("--system")
    text = requests.get(f"{url}/metrics", timeout=5).content
    said = subprocess.run(["promtool", "check", "metrics"], input=text, capture_output=True)
    # The names are older than the rule that a ratio is better than a percentage.
    lines = [line for line in (said.stdout + said.stderr).decode().splitlines() if "percent" not in line]
    assert lines == []


def test_it_also_says_how_busy_the_machine_is(server):
    """Measured, from the first scrape on, whichever thread answers it."""
    url, _ = server("--system")
    for name in ("cpu", "memory", "disk"):
        assert 0 <= sample(f"{url}/metrics", f"system_{name}_usage_percent") <= 100
    assert sample(f"{url}/metrics", "system_memory_usage_percent") > 0
    deadline = time.monotonic() + 20
    while sample(f"{url}/metrics", "system_cpu_usage_percent") == 0:
        # A scrape is work: some second must show it.
        assert time.monotonic() < deadline


def test_processors_are_measured_over_a_second_or_more():
    """Two scrapes at once say the same, and no noise."""
    now = [0.0]
    system = System("/", lambda: now[0])

    def used():
        return next(iter(system.collect())).samples[0].value

    first = used()
    with ThreadPoolExecutor(8) as pool:
        assert {found.result() for found in [pool.submit(used) for _ in range(16)]} == {first}
    now[0] = 2.0
    with ThreadPoolExecutor(1) as pool:
        assert 0 <= pool.submit(used).result() <= 100


def test_a_busy_port_names_the_flag():
    """One line."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = run("metrics_server", "--port", port)
    assert said.code == 1
    assert f"Port {port}" in said.err
    assert "--port" in said.err
    assert len(said.err.splitlines()) == 1


def test_callers_who_say_nothing_or_no_http_hold_nobody_up(server):
    """A hundred of them, and the next scrape is answered; nothing is printed of it."""
    url, tool = server()
    port = int(url.rsplit(":", 1)[1])
    silent = [socket.create_connection(("127.0.0.1", port)) for _ in range(100)]
    for peer in silent[:50]:
        peer.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
    silent[0].close()
    assert sample(f"{url}/metrics", "ml_artifacts_verified") == 1
    for peer in silent:
        peer.close()
    assert tool.stop() == 0
    assert "Traceback" not in tool.said()


@pytest.mark.slow
def test_it_says_what_the_monitor_says(server, servers, tmp_path):
    """Same names, help, types, labels and values, for every model that the monitor shows."""
    api = servers.serve(ROOT / "ml-api", {"COUNTERS_PATH": str(tmp_path / "api.db")})
    env = {"MAIN_API_URL": api, "HISTORY_PATH": str(tmp_path / "monitor.db")}
    monitor = servers.serve(ROOT / "monitoring", env)
    requests.get(f"{monitor}/api/status", timeout=20)
    url, _ = server()
    ours = requests.get(f"{url}/metrics", timeout=5).text
    theirs = requests.get(f"{monitor}/api/metrics", timeout=20).text
    families = {line.split()[2] for line in ours.splitlines() if line.startswith("# TYPE")} - OWN
    assert len(families) == 11
    assert {each for each in families if f"# TYPE {each} " not in theirs} == set()
    expected = _lines(theirs, families)
    assert len(expected) > 35
    assert expected <= _lines(ours, families)


def _lines(text, families):
    """Return the lines that describe these families or are their samples."""
    names = {
        line: line.split()[2] if line.startswith("# ") else line.split("{")[0] for line in text.splitlines()
    }
    return {line for line, name in names.items() if name in families}
