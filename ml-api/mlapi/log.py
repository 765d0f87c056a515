"""The prediction log: one JSON line per call on standard output."""

import json
import sys
from typing import Any, TextIO

_JSON = json.JSONEncoder(separators=(",", ":"))


def write(line: dict[str, Any], out: TextIO | None = None) -> None:
    """Write a line in one piece; a log that can't be written costs the line, not the answer."""
    stream = sys.stdout if out is None else out
    try:
        stream.write(_JSON.encode(line) + "\n")
        stream.flush()
    except (OSError, ValueError):  # ValueError: the stream was closed.
        return


def outcome(status: int) -> str:
    """Return what became of a call, from its status code."""
    if status < 400:
        return "answered"
    return "refused" if status < 500 else "failed"
