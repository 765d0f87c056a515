"""Servers for one fault at a time, on a small disk where one can be mounted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.chaos import disk
from tests.chaos.server import Server
from tests.chaos.stage import PROBE_MAX_AGE, ROOT, SECRET

Start = Callable[..., Server]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Give a folder with a disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if not disk.mount(folder):  # It takes a right that even a root may lack; no server is missing.
        pytest.skip("a small disk can't be mounted here")
    yield folder
    disk.unmount(folder)


@pytest.fixture
def start() -> Iterator[Start]:
    """Give `start("ml-api", COUNTERS_PATH=...)`: a server that answers."""
    running: list[Server] = []

    def begin(folder: str, **env: str) -> Server:
        known = {"RECEIPT_SECRET": SECRET} if folder == "ml-api" else {"PROBE_MAX_AGE": str(PROBE_MAX_AGE)}
        running.append(Server(folder, ROOT / folder, known | env))
        running[-1].start()
        running[-1].wait()
        return running[-1]

    yield begin
    for server in running:
        server.stop()
