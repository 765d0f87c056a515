"""What the monitor's pages cost, from a history of 90 full days."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.request import urlopen

from bench.asking import Unfit
from bench.memory import tree
from bench.process import Process, running
from bench.reason import reason
from bench.results import Once
from bench.server import fresh_folder, necessary
from tools import local_server
from tools.settings import process_environment

ROOT = Path(__file__).resolve().parent.parent
VISITS = 20
FRESH = "600"
"""Seconds for which a probe is fresh: none comes in between, and pages answer from the store."""
Served = tuple[Process, str]
"""A server's process and its address."""


def monitor_pages(rounds: int) -> dict[str, Once]:
    """Return the processor's time of a dashboard and the time of a scrape, in milliseconds."""
    try:
        with fresh_folder() as state, _monitor(state) as (process, base):
            for path in ("/api/dashboard", "/api/metrics"):
                _visits(f"{base}{path}")  # What a first visit imports is not part of it.
            dashboards = [_cpu_ms(process, f"{base}/api/dashboard") for _ in range(rounds)]
            scrapes = [round(median(_visits(f"{base}/api/metrics")), 3) for _ in range(rounds)]
    except (Unfit, OSError) as error:
        nothing = Once(missing=reason(f"not measured: {error}"))
        return {"dashboard_cpu_ms": nothing, "monitor_metrics_ms": nothing}
    return {"dashboard_cpu_ms": Once(values=dashboards), "monitor_metrics_ms": Once(values=scrapes)}


@contextmanager
def _monitor(state: Path) -> Iterator[Served]:
    """Serve the API, and a monitor of it with a full history."""
    history = state / "monitor.db"
    with _serving("ml-api", state, COUNTERS_PATH=str(state / "counters.db")) as (_, api):
        _fill(api, history)
        told = {"MAIN_API_URL": api, "HISTORY_PATH": str(history), "PROBE_MAX_AGE": FRESH}
        with _serving("monitoring", state, **told) as monitor:
            yield monitor


@contextmanager
def _serving(name: str, state: Path, **env: str) -> Iterator[Served]:
    folder, port = ROOT / name, local_server.free_port()
    base = f"http://{local_server.HOST}:{port}"
    command = local_server.command(folder, port)
    with running(command, folder, {**necessary(), **env}, state / f"{name}.log") as process:
        if not local_server.wait_until_answers(process.popen, f"{base}/livez"):
            raise Unfit(f"{name} did not start{process.last_words()}")
        yield process, base


def _fill(api: str, history: Path) -> None:
    command = [sys.executable, "-m", "bench.fill_history", api, str(history)]
    env = process_environment(PYTHONPATH=f"{ROOT}:{ROOT / 'monitoring'}")
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["it said nothing"]
        raise Unfit(f"the history was not filled: {said[-1]}")


def _cpu_ms(process: Process, url: str) -> float:
    """Return the processor's time that one visit costs, as the mean of many: it is counted in hundredths."""
    before = _cpu_seconds(process.pid)
    _visits(url)
    return round((_cpu_seconds(process.pid) - before) / VISITS * 1e3, 3)


def _cpu_seconds(pid: int) -> float:
    return float(sum(each.cpu_times().user + each.cpu_times().system for each in tree(pid)))


def _visits(url: str) -> list[float]:
    """Return the milliseconds of some visits, one after the other. Raises OSError unless each gives 200."""
    took = []
    for _ in range(VISITS):
        begun = time.perf_counter()
        with urlopen(url, timeout=60) as response:  # noqa: S310 - our own http address
            response.read()
        took.append((time.perf_counter() - begun) * 1e3)
    return took
