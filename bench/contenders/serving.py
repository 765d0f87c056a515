"""The command lines of contenders: one worker each, on loopback, as their own documentation starts them."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from bench.contenders import model
from bench.environments import CACHE, made
from tools import local_server

Command = Callable[[int], list[str]]
"""Port -> command line."""
LOOPBACK = ("--host", local_server.HOST, "--port")
NO_TRACKING = {"DO_NOT_TRACK": "true", "BENTOML_DO_NOT_TRACK": "True", "MLFLOW_DISABLE_TELEMETRY": "true"}


def granian(python: Path, folder: Path) -> Command:
    """Serve api/index.py as this project serves its own apps."""
    return lambda port: local_server.command(folder, port, python=str(python))


def uvicorn(python: Path, folder: Path) -> Command:
    """Serve app.py, as quiet as granian is."""
    serve = (str(python), "-m", "uvicorn", "--log-level", "warning", "app:app")
    return lambda port: [*serve, *LOOPBACK, str(port)]


def script(python: Path, folder: Path) -> Command:
    """Run server.py, which is told the port."""
    return lambda port: [str(python), "server.py", str(port)]


def bentoml(python: Path, folder: Path) -> Command:
    """Serve service.py."""
    serve = (str(python.with_name("bentoml")), "serve", "service:Model")
    return lambda port: [*serve, *LOOPBACK, str(port)]


def mlflow(python: Path, folder: Path) -> Command:
    """Serve what save.py made of the joblib file. Raises NotAvailable."""
    saved = _saved(python, folder / "save.py")
    serve = (str(python.with_name("mlflow")), "models", "serve", "--env-manager", "local")
    return lambda port: [*serve, "--model-uri", str(saved), *LOOPBACK, str(port)]


def _saved(python: Path, save: Path) -> Path:
    """Return MLflow's own form of the model, made once per model, environment and way to save."""
    digest = _digest(model.pickled().read_bytes(), save.read_bytes(), str(python).encode())
    command = [str(python), str(save), str(model.pickled()), str(model.file())]
    return made("mlflow-model", CACHE / f"mlflow-model-{digest}", command, NO_TRACKING)


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
