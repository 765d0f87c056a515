"""The whole stack for a test: as `make stack` runs it, on free ports, and scraped each second."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path

from tools import local_server
from tools.settings import StackPorts
from tools.stacking.plan import ROOT, Server, planned, prepare
from tools.stacking.programs import PROGRAMS, how_to_install, installed
from tools.stacking.running import serving

FOUND = installed()
LACKING = [key for key in PROGRAMS if key not in FOUND]
MISSING = how_to_install(LACKING).splitlines()[0] if LACKING else ""


def free_ports() -> StackPorts:
    """Return ports that nobody listens on just now."""
    return StackPorts(**{each.name: local_server.free_port() for each in fields(StackPorts)})


@contextmanager
def whole_stack(state: Path) -> Iterator[dict[str, Server]]:
    """Run everything; yields the servers by name."""
    env = {**os.environ, "PROBE_MAX_AGE": "1"}
    servers = planned(state, free_ports(), FOUND, env)
    prepare(state, servers, interval="1s")
    with serving(servers, state / "logs"):
        yield {server.name: server for server in servers}


@contextmanager
def traffic(api: Server, seconds: int, *more: str) -> Iterator[subprocess.Popen[bytes]]:
    """Simulate calls with faults and true outcomes meanwhile."""
    command = [
        *(sys.executable, "-m", "tools.simulate", "--url", api.url, "--seconds", str(seconds)),
        *("--rate", "4", "--batch", "40-80", "--errors", "10%", "--feedback", *more),
    ]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        yield process
    finally:
        local_server.stop(process)
