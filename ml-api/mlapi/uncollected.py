"""Python's garbage collector, held off while something large is made that has no garbage in it.

It looks at all that is new again and again while a million small lists are read, which takes five times as
long as to read them.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

_lock = Lock()
_holding = 0


@contextmanager
def uncollected() -> Iterator[None]:
    """Hold the collector off; where it was off already it stays so, and several threads may hold it."""
    global _holding
    with _lock:
        held = _holding > 0 or gc.isenabled()
        _holding += held
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _holding -= held
            if held and not _holding:
                gc.enable()
