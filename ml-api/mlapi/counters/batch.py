"""What several requests count together: it grows until it is sealed into a flush, which never changes."""

from collections.abc import Mapping

from mlapi.counters import MOST, Claim, Flush, Increments, Verdict


class Call:
    """One request's part of a batch."""

    def __init__(self, claims: tuple[Claim, ...] = ()) -> None:
        self.claims = claims
        self.verdicts: tuple[Verdict, ...] | None = None


class Batch:
    """Increments of many calls, and their claims in order. Its owner holds a lock."""

    def __init__(self) -> None:
        self._increments: dict[str, int] = {}
        self._calls: list[Call] = []
        self.flush: Flush | None = None
        self.sealed_at = 0.0

    @property
    def is_empty(self) -> bool:
        """Whether nothing was added and nobody joined."""
        return not (self._increments or self._calls)

    def add(self, increments: Increments) -> None:
        """Merge increments. Raises ValueError, and merges nothing, if one outgrew what a flush may hold."""
        if not self._increments:
            self._increments = dict(increments)
            return
        merged = {field: self._increments.get(field, 0) + amount for field, amount in increments.items()}
        if max(merged.values(), default=0) > MOST:
            raise ValueError(f"more than {MOST} at once can't be counted")
        self._increments.update(merged)

    def join(self, call: Call) -> None:
        """Take a call's claims along."""
        self._calls.append(call)

    def withdraw(self, call: Call) -> None:
        """Leave a call's claims out, unless they may have been sent; its increments stay."""
        if self.flush is None:
            self._calls.remove(call)

    def seal(self, instance: str, sequence: int, now: float) -> None:
        """Let it become a flush; from now on it stays as it is."""
        claims = tuple(claim for call in self._calls for claim in call.claims)
        self.flush = Flush(instance, sequence, self._increments, claims)
        self.sealed_at = now

    def land(self, verdicts: tuple[Verdict, ...]) -> None:
        """Hand each call its verdicts; a flush that the store took for an older one has none."""
        left = iter(verdicts)
        for call in self._calls:
            call.verdicts = tuple(next(left, "repeated") for _ in call.claims)

    @property
    def increments(self) -> Mapping[str, int]:
        """What it holds, claims left aside."""
        return self._increments
