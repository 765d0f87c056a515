"""Exact counting where instances come, freeze and go: one atomic, idempotent write per flush.

A store adds integers to named counters. A flush carries the instance's id and a sequence number, so that the
same flush sent twice counts once. What must count once per id (feedback) is a claim: the store remembers the
ids of each day, and applies a claim's increments only for an id that it has not seen.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

Increments = Mapping[str, int]
"""Counter -> how much it grows; whole numbers from 1 to MOST."""

MOST = 2**53
"""The largest increment; a counter itself stays below 2**62, so that no store overflows half-way."""

Verdict = Literal["counted", "repeated", "full"]
"""What became of a claim: counted now, its id was seen before, or its day has as many as are allowed."""


class StoreError(RuntimeError):
    """Says in a sentence why the store can't be used; it never holds an address or a password."""


@dataclass(frozen=True)
class Claim:
    """Increments that count once per id of a day (YYYY-MM-DD), and are dropped once it has `most` ids."""

    day: str
    id: str
    most: int
    increments: Increments


class Flush(NamedTuple):
    """One write. Sequences of an instance grow by one; the store ignores what is not newer than the last."""

    instance: str
    sequence: int
    increments: Increments
    claims: tuple[Claim, ...] = ()


class Store(Protocol):
    """Every method may raise StoreError, and has then changed everything or nothing."""

    backend: str
    """`sqlite`, `redis` or `none`, as ml_store_info says it."""
    shared: bool
    """Whether all instances count into it and it outlives them."""

    def commit(self, flush: Flush) -> tuple[Verdict, ...]:
        """Apply a flush once, and return what became of its claims, the same however often it is sent."""

    def read(self) -> dict[str, int]:
        """Return all counters, as they are at one moment."""

    def aside(self) -> list[str]:
        """Return the names of damaged files that were put aside and still lie there, oldest first."""
