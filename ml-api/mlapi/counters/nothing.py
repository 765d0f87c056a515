"""The store of an instance that has none: what is counted is forgotten, and nothing is claimed."""

from mlapi.counters import Flush, StoreError, Verdict

SAYS = "no store is connected"


class NoStore:
    """Takes increments and forgets them; counts no claims and can't be read."""

    backend = "none"
    shared = False

    def commit(self, flush: Flush) -> tuple[Verdict, ...]:
        """Forget the increments. Raises StoreError for claims."""
        if flush.claims:
            raise StoreError(SAYS)
        return ()

    def read(self) -> dict[str, int]:
        """Raise StoreError."""
        raise StoreError(SAYS)

    def aside(self) -> list[str]:
        """Return nothing."""
        return []
