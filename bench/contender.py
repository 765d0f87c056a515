"""What is measured: one way to serve the model, and how to talk to it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

Row = Mapping[str, Any]
Kind = Literal["ours", "floor", "peer"]


class NotAvailable(Exception):
    """Says in a sentence why a contender can't take part here."""


@dataclass(frozen=True, kw_only=True)
class Contender:
    """One way to serve the model; nothing of it runs until `command` is started in `folder`.

    name: short, as in files and on the command line; title: as in tables.
    command: port -> the command line that serves one worker on 127.0.0.1.
    env: what it needs beside PATH and HOME; `{state}` in a value becomes a fresh folder of each start.
    path: where predictions are asked by POST with a JSON body; headers beside the content type are none.
    body: rows -> the body that asks for them; read: an answer's body -> one number per row, in order.
    alive: any address that answers GET with less than 500 once the server is up; None asks a prediction.
    venv: the folder of its own virtual environment, whose packages are its installed size; requirements: the
    file that names them.
    redis: whether a Redis of its own must be up, whose address goes into REDIS_URL.
    """

    name: str
    title: str
    kind: Kind
    folder: Path
    command: Callable[[int], Sequence[str]]
    body: Callable[[Sequence[Row]], bytes]
    read: Callable[[bytes], list[float]]
    path: str = "/api/predict"
    env: Mapping[str, str] = field(default_factory=dict)
    alive: str | None = None
    venv: Path | None = None
    requirements: Path | None = None
    redis: bool = False
