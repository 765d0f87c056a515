"""What the API is asked, with the right answers: those of the goldens that every bundle ships."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from mlapi.settings import ARTIFACTS

BATCH = 5
NEW = re.compile(rb'"(?:id|instance|receipt)": ?"[^"]*",? ?')
"""What differs from answer to answer."""


@dataclass(frozen=True)
class Question:
    """A call for predictions; counts: what its answer adds to the counters."""

    path: str
    body: bytes
    status: int
    goldens: tuple[Mapping[str, Any], ...]
    tolerance: float
    counts: tuple[tuple[str, int], ...]


def catalogue() -> list[Question]:
    """Return questions to every version of every model: rows alone, batches, and rows with a fault."""
    return [question for card in _cards() for question in _questions(card)]


def plain(body: bytes) -> bytes:
    """Return an answer without what is new in each."""
    return NEW.sub(b"", body)


def check(question: Question, status: int, body: bytes) -> None:
    """Hold an answer against the goldens; those that come later are held against it."""
    assert status == question.status, body
    if status == 200:
        said = json.loads(body)
        answers = said.get("predictions", [said])
        assert [answer["prediction"] for answer in answers] == [
            expected
            if isinstance(expected := golden["prediction"], str)
            else pytest.approx(expected, rel=0, abs=question.tolerance)
            for golden in question.goldens
        ]


def _cards() -> Iterator[dict[str, Any]]:
    index = json.loads((ARTIFACTS / "index.json").read_text())["bundles"]
    for name, versions in index.items():
        for version in versions:
            yield json.loads((ARTIFACTS / name / version / "bundle.json").read_text())


def _questions(card: Mapping[str, Any]) -> Iterator[Question]:
    goldens = card["goldens"]
    yield from (_question(card, golden["input"], [golden]) for golden in goldens)
    yield _question(card, [golden["input"] for golden in goldens[:BATCH]], goldens[:BATCH])
    yield _question(card, {**goldens[0]["input"], "no such field": 1}, [])


def _question(card: Mapping[str, Any], body: Any, goldens: list[Mapping[str, Any]]) -> Question:
    # The default model goes by its plain address, which has a way of its own to an answer.
    query = "" if card["name"] == "math-score" else f"?model={card['name']}&version={card['version']}"
    counts = (("calls", 1), ("rows", len(goldens))) if goldens else (("refused", 1),)
    return Question(
        path=f"/api/predict{query}",
        body=json.dumps(body).encode(),
        status=200 if goldens else 422,
        goldens=tuple(goldens),
        tolerance=card["tolerance"]["absolute"],
        counts=counts,
    )
