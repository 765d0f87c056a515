"""Where trainings are logged: an MLflow store, which must answer before anything is trained."""

import socket
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from training.errors import TrainingError
from training.track import settings

PARTS = ("mlflow", "sqlalchemy", "alembic")
INSTALL = "install it with: .venv/bin/python -m pip install -r training/requirements-track.txt"
SHAPES = "give sqlite:///mlflow.db, or a server's address such as http://127.0.0.1:5002 (`make mlflow`)"
LONGEST = 200
FACTS = {
    ConnectionRefusedError: "nothing listens there",
    socket.gaierror: "there is no such host",
    TimeoutError: "no answer in time",
}


@dataclass(frozen=True)
class Store:
    """An MLflow client that has answered once; uri: as a person may read it, without its password."""

    client: Any
    uri: str
    folder: Path | None
    password: str | None

    def why(self, error: Exception) -> str:
        """Return what an error of MLflow's says, in one line."""
        return _why(error, self.password)


def opened(uri: str) -> Store:
    """Return the store of a tracking URI. Raises TrainingError where it can't be used."""
    try:
        shown, password = _without_password(uri)
    except ValueError as error:
        raise TrainingError(f"--track: the address can't be read: {error}", SHAPES) from error
    if "://" not in uri or uri.startswith("file:"):
        raise TrainingError(f"--track {shown}: a folder is no MLflow store", SHAPES)
    for part in PARTS:
        if find_spec(part) is None:
            raise TrainingError(f"--track needs {part}, which is not installed", INSTALL)
    try:
        file = prepared(uri)
        client = _client(uri)
    except ImportError as error:  # a database's driver
        raise TrainingError(f"--track {shown}: {error.name} is not installed") from error
    except Exception as error:  # what MLflow, requests, SQLAlchemy and drivers raise shares no other base
        raise TrainingError(f"--track {shown}: {_why(error, password)}", SHAPES) from error
    return Store(client, shown, file and file.parent, password)


def prepared(uri: str) -> Path | None:
    """Return SQLite's file, made where there was none; None of another store. Raises what SQLite does."""
    settings.prepare()
    # Only here, since they take two seconds and most trainings are not tracked.
    from training.track import sqlite

    file = sqlite.file_of(uri)
    if file:  # where it can't be written, MLflow would try for two minutes
        sqlite.prepare(file, _client)
    return file


def _client(uri: str) -> Any:
    """Return a client of a store that has answered."""
    from mlflow.tracking import MlflowClient

    client = MlflowClient(uri, registry_uri=uri)
    client.search_experiments(max_results=1)
    return client


def _without_password(uri: str) -> tuple[str, str | None]:
    parts = urlsplit(uri)
    if parts.password is None:
        return uri, None
    return uri.replace(f":{parts.password}@", ":***@", 1), parts.password


def _why(error: Exception, password: str | None) -> str:
    """Return what is wrong in one line: of a connection the plain fact, which MLflow wraps four times."""
    for cause in _causes(error):
        if isinstance(cause, sqlite3.Error):  # in SQLAlchemy's words it comes with its SQL
            return str(cause)
        for kind, said in FACTS.items():
            if isinstance(cause, kind):
                return said
    text = " ".join(str(error).split()) or type(error).__name__
    for secret in (password, unquote(password)) if password else ():
        text = text.replace(secret, "***")
    return text if len(text) <= LONGEST else f"{text[:LONGEST]} ..."


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
