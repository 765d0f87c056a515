"""Real calls of the real API, the same rows each time: what the counts in the pictures are made of.

The students are fictional, and the model has not seen them; of each fifth the API is told the true score.
"""

import csv
from collections.abc import Iterator, Mapping
from random import Random
from typing import Any

import requests

from training.data import students

SEED = 84
TARGET = "math_score"
NUMBERS = ("reading_score", "writing_score")
BATCHES = 3
"""Between each two of them somebody looks: so a window of inputs closes with each."""
BATCH = 4_000
CALLS = 48
"""Of one row each, since the look before."""
TOLD = 5
MOST_SECONDS = 30
Row = dict[str, Any]


def sent(api: str) -> Iterator[None]:
    """Make the calls, and stop wherever a monitor is to look: at the start and at the end too."""
    random = Random(SEED)
    with requests.Session() as session:
        yield
        for _ in range(BATCHES):
            _send_many(session, api, _students(random, BATCH))
            yield
        for row, truth in _students(random, CALLS):
            answer = _post(session, f"{api}/api/predict", row)
            _post(session, f"{api}/api/feedback", _outcome(answer, truth))
        yield


def _send_many(session: requests.Session, api: str, drawn: list[tuple[Row, float]]) -> None:
    answer = _post(session, f"{api}/api/predict?receipts=true", [row for row, _ in drawn])
    outcomes = [_outcome(one, truth) for one, (_, truth) in zip(answer["predictions"], drawn, strict=True)]
    _post(session, f"{api}/api/feedback", outcomes[::TOLD])


def _outcome(answer: Mapping[str, Any], truth: float) -> Row:
    return {"receipt": answer["receipt"], "actual": truth}


def _post(session: requests.Session, url: str, body: Any) -> Any:
    answer = session.post(url, json=body, timeout=MOST_SECONDS)
    answer.raise_for_status()
    return answer.json()


def _students(random: Random, count: int) -> list[tuple[Row, float]]:
    """Return rows as the API takes them, each with its true score."""
    drawn = csv.DictReader(students.lines(random, count))
    return [(_row(line), float(line[TARGET])) for line in drawn]


def _row(line: Mapping[str, str]) -> Row:
    inputs = {name: text for name, text in line.items() if name != TARGET}
    return inputs | {name: int(line[name]) for name in NUMBERS}
