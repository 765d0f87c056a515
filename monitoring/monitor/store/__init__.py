"""Where history is kept: small tables of text, changed only under a lease.

A store knows nothing of what it keeps. Tables hold field -> text; a commit changes several tables at once
or not at all, and only while its lease is held: a writer that was frozen past its lease changes nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

Tables = dict[str, dict[str, str]]
Changes = Mapping[str, Mapping[str, str | None]]
"""Table -> field -> new text; None removes the field."""


class StoreError(RuntimeError):
    """Says in a sentence, for people, why the store can't be used; never with an address or a password."""


@dataclass(frozen=True)
class Lease:
    """The right to write, until `seconds` after `now`. The token grows with every lease that is given."""

    name: str
    token: int
    now: float


class Store(Protocol):
    """Every method may raise StoreError, within a second, and has then changed nothing or all."""

    backend: str
    """`sqlite`, `redis` or `memory`, as ml_store_info says it."""
    keeps: bool
    """Whether what is written outlives this process, and every instance reads it."""

    def read(self, *tables: str) -> tuple[float, Tables]:
        """Return the store's clock and whole tables as they are at one moment; a missing one is empty."""

    def acquire(self, name: str, seconds: float) -> Lease | None:
        """Return a lease that nobody else holds now, or None while somebody does."""

    def commit(self, lease: Lease, changes: Changes, *, release: bool = True) -> bool:
        """Make all changes and end the lease; change nothing and return False when it is not held any more.

        Without `release` the lease runs on until its time is over.
        """

    def release(self, lease: Lease) -> None:
        """End a lease that is still held; otherwise do nothing."""

    def aside(self) -> list[str]:
        """Return the names of damaged files that were put aside and still lie there, oldest first."""


def to_bytes(text: str) -> bytes:
    """Encode any text, also lone surrogates, which UTF-8 proper refuses."""
    return text.encode("utf-8", "surrogatepass")


def from_bytes(data: bytes) -> str:
    """Decode what `to_bytes` made. Raises StoreError for anything else."""
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError as error:
        raise StoreError("what the store kept is damaged") from error
