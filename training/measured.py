"""What was measured of a model."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from training.fitted import Answers

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Score:
    """A score with its 95% interval (None where it can't be had) and a dummy's score."""

    value: float
    low: float | None
    high: float | None
    dummy: float


@dataclass(frozen=True, kw_only=True)
class Measured:
    """A model's scores and its answers to rows that it had not seen.

    interval: bundle.json's object, or None for classes. out_of_fold: answers to every row of the table,
    each by a clone that had not seen it; target: the truth of the same rows.
    per_fold: each score in each fold, for comparing candidates fold by fold; empty for a hold-out.
    test_share: test rows / training rows of a fold.
    """

    scores: dict[str, Score]
    scoring: dict[str, Any]
    interval: dict[str, Any] | None
    out_of_fold: Answers
    target: npt.NDArray[Any]
    per_fold: dict[str, npt.NDArray[np.float64]] = field(default_factory=dict)
    test_share: float = 0.0


@dataclass
class Steps:
    """Counts the fits done, for whoever shows progress."""

    total: int
    progress: Progress | None
    done: int = 0

    def tick(self) -> None:
        """Tell of one more fit."""
        self.done += 1
        if self.progress:
            self.progress(self.done, self.total)
