"""What the API counted of one model version, beside what its card says of the training data."""

from dataclasses import dataclass, field

Key = tuple[str, str]
"""A model's name and version."""
Bins = dict[str, dict[str, int]]
"""Feature -> bin -> rows."""


@dataclass(frozen=True)
class Feedback:
    """True outcomes that were told: how many, and sums in the target's unit, or how many were right."""

    count: float
    absolute: float | None = None
    squared: float | None = None
    correct: float | None = None


@dataclass(frozen=True)
class Tally:
    """The counters of one model version, since counting began."""

    rows: int
    bins: Bins = field(default_factory=dict)
    feedback: Feedback | None = None


Tallies = dict[Key, Tally]


@dataclass(frozen=True)
class Counted:
    """Counters since counting began, and the baseline, which is empty where the card has none."""

    rows: int
    bins: Bins
    baseline: Bins
    feedback: Feedback | None = None


def spelled(key: Key) -> str:
    """Return a key as a field of a table."""
    return " ".join(key)
