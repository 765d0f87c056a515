"""When which fault comes: made from a seed alone, so that a run that failed can be had again."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LASTS = (1.5, 4.0)
"""Seconds that a fault lasts."""
CALM = (2.0, 5.0)
"""Seconds without one, before the next."""


@dataclass(frozen=True)
class Step:
    """One fault: when it begins and how long it lasts, in seconds, and the seed of its choices."""

    at: float
    lasts: float
    fault: str
    dice: int

    def __str__(self) -> str:
        return f"{self.at:7.1f} s  {self.fault}, for {self.lasts:.1f} s"


def schedule(seed: int, seconds: float, faults: Sequence[str]) -> list[Step]:
    """Return steps that end before `seconds`; every fault comes once before any comes again."""
    dice = random.Random(seed)
    steps: list[Step] = []
    at = dice.uniform(*CALM)
    for fault in _decks(dice, faults):
        lasts = dice.uniform(*LASTS)
        if at + lasts > seconds:
            return steps
        steps.append(Step(round(at, 1), round(lasts, 1), fault, dice.randrange(2**32)))
        at += lasts + dice.uniform(*CALM)
    return steps


def _decks(dice: random.Random, faults: Sequence[str]) -> Iterator[str]:
    while faults:
        yield from dice.sample(faults, len(faults))
