"""Python's garbage collector, held off while something large is made that has no garbage in it.

It looks at all that is new again and again while a million small lists are read, which takes five times as
long as to read them. But callers who always send something large must not hold it off for ever.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from time import monotonic

LONGEST = 1.0
"""Seconds after which nobody joins those who hold it off."""
_lock = Lock()
_holding = 0
_since = 0.0


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the collector off; where it was off already it stays so, and several threads may hold it."""
    global _holding, _since
    with _lock:
        if not _holding:
            _since = monotonic()
        held = monotonic() - _since < LONGEST if _holding else gc.isenabled()
        _holding += held
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _holding -= held
            if held and not _holding:
                gc.enable()
