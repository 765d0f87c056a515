"""MLflow's database in a file, which comes to be there whole."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import make_url


def file_of(uri: str) -> Path | None:
    """Return SQLite's file; None of another store's URI. Raises ValueError where there is none."""
    if not uri.startswith("sqlite"):
        return None
    name = make_url(uri).database
    if name in (None, "", ":memory:"):
        raise ValueError("a database in memory would be gone at the end")
    return Path(str(name)).resolve()


def prepare(file: Path, make: Callable[[str], object]) -> None:
    """Have a database made by its URI where none is; raise where it can't be written.

    MLflow makes one in 60 steps. Killed among them, or two at once, it would leave what never opens again.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    if not file.exists():
        with TemporaryDirectory(dir=file.parent, prefix=f".{file.name}-") as folder:
            new = Path(folder) / file.name
            make(f"sqlite:///{new}")
            _put(new, file)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("BEGIN IMMEDIATE")


def _put(new: Path, file: Path) -> None:
    """Give a database its place, but never that of one which another training put there meanwhile."""
    try:
        os.link(new, file)
    except OSError:
        if not file.exists():  # a file system without links
            new.replace(file)
