"""Runs MLflow's server and pages on this machine until Ctrl-C: `make mlflow`."""

import signal
import sys

if __name__ == "__main__":  # Ctrl-C while it loads ends it without a word.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

import sqlite3
import subprocess
import time
import webbrowser
from pathlib import Path

from tools import local_server
from tools.arguments import Parser
from tools.settings import mlflow_port_from_process, process_environment, screen_from_process
from tools.stopping import Asked, StartError, until_stopped
from tools.terminal import finish
from training.track.store import prepared

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = ROOT / ".cache" / "mlflow" / "bin" / "mlflow"
# One worker and no jobs: half a gigabyte of memory instead of two.
FRUGAL = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}


def main() -> int:
    """Serve until a signal."""
    told = _parser().parse_args()
    port = mlflow_port_from_process()
    return until_stopped(lambda asked: run(told.store, told.files, port, asked))


def run(store: str, files: str, port: int, asked_to_stop: Asked) -> None:
    """Serve a store until asked to stop; raise StartError where that fails."""
    if not PROGRAM.exists():
        raise StartError("MLflow's server is not installed; `make mlflow` installs and starts it.")
    if not local_server.is_free(port):
        raise StartError(f"Port {port} is in use. Choose another one: MLFLOW_PORT={port + 10} make mlflow")
    url = f"http://{local_server.HOST}:{port}"
    print("MLflow takes about a quarter of a minute to start ...", flush=True)
    _prepare(store)
    process = start(store, files, port)
    try:
        if local_server.wait_until_answers(process, f"{url}/health", unless=asked_to_stop):
            _announce(url, store)
        while not asked_to_stop():
            if process.poll() is not None:
                code = process.returncode
                raise StartError(
                    f"MLflow, on --store {store}, ended by itself (exit code {code}); it said why above."
                )
            time.sleep(0.1)
    finally:
        local_server.stop(process)


def _prepare(store: str) -> None:
    """Have a new database made whole: the server would leave it in pieces if Ctrl-C came meanwhile."""
    try:
        prepared(store)
    except (OSError, ValueError, sqlite3.Error, ImportError) as error:
        raise StartError(f"--store {store}: {error}") from error


def start(store: str, files: str, port: int) -> subprocess.Popen[bytes]:
    """Start MLflow's server in a session of its own, so that Ctrl-C does not reach it as well."""
    command = [
        *(str(PROGRAM), "server", "--host", local_server.HOST, "--port", str(port), "--workers", "1"),
        *("--backend-store-uri", store, "--artifacts-destination", files),
        *("--uvicorn-opts", "--log-level warning"),
    ]
    return subprocess.Popen(  # noqa: S603 - our own command, no shell
        command,
        env=process_environment(**FRUGAL, PYTHONWARNINGS="ignore"),
        start_new_session=True,
        stdin=subprocess.DEVNULL,
    )


def _announce(url: str, store: str) -> None:
    print(f"MLflow     {url}, on {store}", flush=True)
    print("Ctrl-C stops it.", flush=True)
    if screen_from_process():
        webbrowser.open(url)


def _parser() -> Parser:
    parser = Parser(
        prog="python -m tools.mlflow_ui",
        description="Run MLflow's pages on 127.0.0.1 until Ctrl-C, on what trainings with --track logged. "
        "MLFLOW_PORT (5002) in the environment changes the port.",
        example="python -m tools.mlflow_ui --store sqlite:///mlflow.db",
    )
    parser.add_argument(
        "--store", metavar="URI", default="sqlite:///mlflow.db", help="what --track was told (%(default)s)"
    )
    parser.add_argument(
        "--files",
        metavar="DIR",
        default="mlartifacts",
        help="where runs sent over HTTP leave files (%(default)s)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(finish(main))
