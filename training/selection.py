"""Chooses among candidates: the simplest one that the best does not beat beyond chance."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from training.card import scores
from training.intervals import corrected
from training.measured import Measured

RULE = (
    "the first, in the order of simplicity, whose score is not below the best one's beyond the 95% interval "
    "of their differences in the same folds"
)


@dataclass(frozen=True)
class Candidate:
    """An estimator that is not yet fitted, and what was measured of its clones."""

    name: str
    estimator: Any
    measured: Measured


def select(candidates: Sequence[Candidate], score: str) -> Candidate:
    """Return the first candidate that the best one does not beat beyond chance; simplest come first.

    score: the name of one of which more is better.
    """
    best = max(candidates, key=lambda each: each.measured.scores[score].value)
    return next(each for each in candidates if each is best or not _beats(best, each, score))


def compared(candidates: Sequence[Candidate], chosen: Candidate, score: str) -> list[dict[str, Any]]:
    """Return the `candidates` of bundle.json, best first; empty where nothing was compared."""
    if len(candidates) < 2:
        return []
    order = sorted(candidates, key=lambda each: -each.measured.scores[score].value)
    return [{"name": each.name, "scores": scores(each.measured), "chosen": each is chosen} for each in order]


def _beats(best: Candidate, other: Candidate, score: str) -> bool:
    difference = best.measured.per_fold[score] - other.measured.per_fold[score]
    return corrected(difference, best.measured.test_share)[0] > 0
