"""Selection: the simplest candidate that the best one does not beat beyond chance."""

import numpy as np

from training.fitted import Answers
from training.measured import Measured, Score
from training.selection import Candidate, compared, select

NOISE = np.array([0.01, -0.01, 0.02, -0.02, 0.0])


def candidate(name: str, folds: np.ndarray) -> Candidate:
    """Return a candidate with these accuracies in five folds."""
    mean = float(np.mean(folds))
    found = Measured(
        scores={"accuracy": Score(mean, mean - 0.1, mean + 0.1, 0.5)},
        scoring={},
        interval=None,
        out_of_fold=Answers(np.array([])),
        target=np.array([]),
        per_fold={"accuracy": folds},
        test_share=0.25,
    )
    return Candidate(name, None, found)


def test_a_tie_within_noise_goes_to_the_simplest() -> None:
    """A thousandth more on average is no reason for a bigger model."""
    simple, complex_ = candidate("simple", 0.9 + NOISE), candidate("complex", 0.901 - NOISE)
    assert select([simple, complex_], "accuracy") is simple


def test_a_clear_difference_goes_to_the_best() -> None:
    """A difference that is the same in every fold is no noise."""
    simple, better = candidate("simple", 0.8 + NOISE), candidate("better", 0.9 + NOISE * 1.1)
    assert select([simple, better], "accuracy") is better


def test_the_card_lists_candidates_best_first() -> None:
    """The chosen one is marked wherever it stands; a single one is no comparison."""
    simple, complex_ = candidate("simple", 0.9 + NOISE), candidate("complex", 0.901 - NOISE)
    listed = compared([simple, complex_], simple, "accuracy")
    assert [(each["name"], each["chosen"]) for each in listed] == [("complex", False), ("simple", True)]
    assert compared([simple], simple, "accuracy") == []
