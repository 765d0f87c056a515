"""Whether a running contender predicts what scikit-learn does, before anything of it is timed."""

import json
import math
import warnings
from collections.abc import Sequence
from contextlib import closing
from functools import cache
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from bench.contender import Contender, Row
from bench.contenders import model

ROWS = 300
ALONE = 30
"""Rows that are asked one by one as well as in the one call with all of them."""
TIMEOUT = 60.0
SHOWN = 100
"""Characters of an answer that an error repeats."""


class Disagrees(Exception):
    """Names a contender, and says how far its answers are from the right ones."""


def check(address: str, contender: Contender) -> float:
    """Return the largest distance from scikit-learn. Raises Disagrees above the card's tolerance.

    address: as http://host:port. An echo must return what it was sent, and is nowhere off then.
    """
    rows = model.rows(ROWS)
    calls = [*(slice(at, at + 1) for at in range(ALONE)), slice(ROWS)]
    furthest = max(_distance(address, contender, rows[call], predicted()[call]) for call in calls)
    tolerance = model.card()["tolerance"]["absolute"]
    if furthest > tolerance:
        raise Disagrees(f"{contender.name} is off by up to {furthest:.6g}; {tolerance:.2g} is allowed")
    return furthest


@cache
def predicted() -> list[float]:
    """Return what the joblib file predicts for the rows by scikit-learn alone."""
    import joblib  # They take a second, and not every run asks.
    import pandas as pd

    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="X has feature names")  # It was fitted on arrays.
        answers = joblib.load(model.pickled()).predict(pd.DataFrame(model.rows(ROWS)))
    return [float(answer) for answer in answers]


def _distance(address: str, contender: Contender, rows: Sequence[Row], right: Sequence[float]) -> float:
    """Return the largest distance in one call."""
    body = _answer(address, contender, rows)
    answers = _read(contender, body)
    if contender.kind == "floor":
        return _echoed(contender, rows, body)
    if len(answers) != len(right):
        raise Disagrees(f"{contender.name} gives {len(answers)} answers to {len(right)} rows")
    return max(abs(given - expected) for given, expected in zip(answers, right, strict=True))


def _echoed(contender: Contender, rows: Sequence[Row], body: bytes) -> float:
    if json.loads(body) != json.loads(contender.body(rows)):
        raise Disagrees(f"{contender.name} does not return what it was sent")
    return 0.0


def _read(contender: Contender, body: bytes) -> list[float]:
    """Return an answer's numbers. Raises Disagrees where it has none, or one that is not finite."""
    said = f"{contender.name} can't be read: {body[:SHOWN]!r}"
    try:
        answers = contender.read(body)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Disagrees(said) from error
    if not all(map(math.isfinite, answers)):
        raise Disagrees(said)
    return answers


def _answer(address: str, contender: Contender, rows: Sequence[Row]) -> bytes:
    asked = (contender.path, contender.body(rows), {"Content-Type": "application/json"})
    # No proxy of a person's environment comes between.
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=TIMEOUT)) as connection:
        try:
            connection.request("POST", *asked)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, HTTPException) as error:
            raise Disagrees(f"{contender.name} does not answer {len(rows)} rows: {error!r}") from error
    if answer.status != 200:
        said = body[:SHOWN]
        raise Disagrees(f"{contender.name} answers {answer.status} to {len(rows)} rows: {said!r}")
    return body
