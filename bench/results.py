"""What a run measured: every round, and the medians that follow from them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One contender's numbers.

    rounds: measure -> a number a round. faults: rounds that did not count, in words. left_out: why none does.
    packages: what is installed for it; requirements: those of them that its requirements file names.
    """

    title: str
    kind: str
    rounds: Mapping[str, Sequence[float]] = field(default_factory=dict)
    faults: Sequence[str] = field(default_factory=list)
    left_out: str | None = None
    packages: Mapping[str, str] = field(default_factory=dict)
    requirements: Sequence[str] = field(default_factory=list)

    def median(self, key: str) -> float | None:
        """Return a measure's median over the rounds that counted; None where there is none."""
        return median(self.rounds[key]) if self.rounds.get(key) else None

    def medians(self) -> dict[str, float]:
        """Return every median that there is."""
        return {key: median(values) for key, values in self.rounds.items() if values}


@dataclass(frozen=True, kw_only=True)
class Once:
    """What was measured for the project alone: numbers, or why there is none."""

    values: Sequence[float] = field(default_factory=list)
    missing: str | None = None


@dataclass(frozen=True, kw_only=True)
class Results:
    """A whole run; `date` is RFC 3339, `seconds` how long it took, `plan` how much of everything was done."""

    date: str
    seconds: float
    plan: Mapping[str, Any]
    machine: Mapping[str, Any]
    contenders: Mapping[str, Entry]
    besides: Mapping[str, Once] = field(default_factory=dict)

    def median(self, name: str, key: str) -> float | None:
        """Return a contender's median; None where it has none or took no part."""
        return self.contenders[name].median(key) if name in self.contenders else None

    def once(self, key: str) -> float | None:
        """Return the median of what was measured for the project alone."""
        values = self.besides[key].values if key in self.besides else ()
        return median(values) if values else None

    def measured(self) -> dict[str, Entry]:
        """Return the contenders that took part to the end."""
        return {name: entry for name, entry in self.contenders.items() if entry.left_out is None}


def ratio(one: float | None, other: float | None) -> float | None:
    """Return one / other; None where either is missing."""
    return None if one is None or not other else one / other
