"""A real API that counts by itself and lets itself be told outcomes, whatever this shell has set."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from mlapi.settings import variables
from tools import local_server

FOLDER = Path(__file__).resolve().parents[2] / "ml-api"
SETTINGS = [name for setting, known in variables() for name in (setting, *known.metadata["others"])]


@contextmanager
def counting() -> Iterator[str]:
    """Serve it until the block ends; yields its address."""
    with TemporaryDirectory() as state, (Path(state) / "log").open("wb") as log:
        own = {"COUNTERS_PATH": f"{state}/api.db", "RECEIPT_SECRET": "of-pictures-alone"}
        port = local_server.free_port()
        process = local_server.start(
            FOLDER, port, {**os.environ, **dict.fromkeys(SETTINGS, ""), **own}, out=log
        )
        try:
            base = f"http://{local_server.HOST}:{port}"
            assert local_server.wait_until_answers(process, f"{base}/livez"), "the API did not start"
            yield base
        finally:
            local_server.stop(process)
