"""A deployment behind its real server, with its log in a file."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tools import local_server

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Served:
    """A deployment: its address, and where its standard output goes."""

    url: str
    log: Path


@contextmanager
def serve(folder: Path, state: Path, **env: str) -> Iterator[Served]:
    """Serve a folder meanwhile; what it keeps goes into another, and no Redis of this machine is asked."""
    state.mkdir(parents=True, exist_ok=True)
    port, log = local_server.free_port(), state / "log"
    with log.open("wb") as out:
        own = {**os.environ, "XDG_STATE_HOME": str(state), "REDIS_URL": "", "KV_URL": "", **env}
        process = local_server.start(folder, port, own, out=out)
        url = f"http://127.0.0.1:{port}"
        try:
            assert local_server.wait_until_answers(process, f"{url}/livez"), f"{folder} did not start"
            yield Served(url, log)
        finally:
            local_server.stop(process)
