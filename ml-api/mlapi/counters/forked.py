"""What a forked child must not go on with: its parent's connections, locks and increments."""

import os
from typing import Protocol
from weakref import WeakSet


class BeginsAnew(Protocol):
    """Has state that belongs to one process."""

    def begin(self) -> None:
        """Forget that state, without a word to anybody, and go on as if just made."""


_KNOWN: WeakSet[BeginsAnew] = WeakSet()


def begin_anew_in_children(known: BeginsAnew) -> None:
    """Call its `begin` in every child that is forked from now on, before anything else runs there."""
    _KNOWN.add(known)


def _begin_all() -> None:
    for known in tuple(_KNOWN):
        known.begin()


os.register_at_fork(after_in_child=_begin_all)
