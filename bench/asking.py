"""Questions to a contender's server, and whether an answer is right."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException

from bench.contender import Contender, Row
from tools.local_server import HOST

TIMEOUT = 60.0
"""Seconds for one answer."""
SAME = 1e-9
"""Relative: the same server, the same rows."""


class Unfit(Exception):
    """Says why a contender is left out of the run."""


class NoAnswer(Exception):
    """Says why a call had no answer with status 200."""


@dataclass(frozen=True)
class Question:
    """Rows as a contender wants them, and the numbers that it gave for them when it was checked."""

    body: bytes
    right: Sequence[float]


class Connection:
    """One kept connection to a contender's server; a new one follows where it was lost."""

    def __init__(self, contender: Contender, port: int) -> None:
        self.contender = contender
        self._http = HTTPConnection(HOST, port, timeout=TIMEOUT)

    def __enter__(self) -> "Connection":
        """Use it until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self._http.close()

    def ask(self, body: bytes) -> bytes:
        """Return an answer's body. Raises NoAnswer for anything but a 200."""
        try:
            self._http.request("POST", self.contender.path, body, {"Content-Type": "application/json"})
            response = self._http.getresponse()
            content = response.read()
        except (OSError, HTTPException) as error:
            self._http.close()
            raise NoAnswer(str(error) or type(error).__name__) from error
        if response.status != 200:
            raise NoAnswer(f"status {response.status}")
        return content


def numbers(contender: Contender, answer: bytes) -> list[float]:
    """Return what an answer says. Raises Unfit where it can't be read."""
    try:
        return contender.read(answer)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        said = answer[:100].decode(errors="replace")
        raise Unfit(f"its answer can't be read ({error}): {said}") from error


def question(contender: Contender, port: int, rows: Sequence[Row]) -> Question:
    """Return rows as a question with what the server says to them now, after it was checked."""
    body = contender.body(rows)
    with Connection(contender, port) as connection:
        try:
            return Question(body, numbers(contender, connection.ask(body)))
        except NoAnswer as error:
            raise Unfit(f"{len(rows)} rows in a call: {error}") from error


def is_right(contender: Contender, asked: Question, answer: bytes) -> bool:
    """Tell whether an answer says what it said when it was checked."""
    said = numbers(contender, answer)
    return len(said) == len(asked.right) and all(
        math.isclose(one, other, rel_tol=SAME) for one, other in zip(said, asked.right, strict=True)
    )
