"""How much of everything a run does."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Plan:
    """Rounds; seconds of each load and of the one before them that does not count."""

    rounds: int = 5
    load_seconds: int = 3
    warm_up_seconds: int = 1


QUICK = Plan(rounds=1, load_seconds=1)
"""Shows that all works; its numbers are worth nothing."""
