"""MLflow's pages on this machine: what is told where they can't start."""

import os
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Require
from tests.mlflow_server import FOUND, MISSING
from tools import mlflow_ui
from tools.stopping import StartError

ROOT = Path(__file__).resolve().parents[1]


def test_a_taken_port_is_told(require_real: Require, tmp_path: Path) -> None:
    """With the variable that changes it; nothing is made."""
    require_real(FOUND, MISSING)
    with closing(socket.create_server(("127.0.0.1", 0))) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(StartError, match=rf"Port {port} is in use.* MLFLOW_PORT={port + 10} make mlflow"):
            mlflow_ui.run(f"sqlite:///{tmp_path}/mlflow.db", str(tmp_path), port, lambda: True)
    assert not list(tmp_path.iterdir())


def test_a_port_that_is_none_is_told() -> None:
    """In one line, with exit code 1."""
    found = subprocess.run(
        [sys.executable, "-m", "tools.mlflow_ui"],
        cwd=ROOT,
        env={**os.environ, "MLFLOW_PORT": "five"},
        capture_output=True,
        text=True,
    )
    assert found.returncode == 1
    assert found.stderr == "error: Unexpected value MLFLOW_PORT=five, use a port from 1 to 65535.\n"


@pytest.mark.slow
def test_it_stops_while_it_starts(require_real: Require, tmp_path: Path) -> None:
    """Ctrl-C is heard at once, and nothing goes on behind it."""
    require_real(FOUND, MISSING)
    port = mlflow_ui.local_server.free_port()
    mlflow_ui.run(f"sqlite:///{tmp_path}/mlflow.db", str(tmp_path), port, lambda: True)
    assert mlflow_ui.local_server.is_free(port)
