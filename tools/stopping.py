"""The life of a tool that serves until it is asked to stop."""

import signal
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

from tools.terminal import ToolError, wishes_to_stop

Asked = Callable[[], bool]


class StartError(ToolError):
    """Says why a server did not start, and what to change."""


class Signals:
    """Remembers that a signal asked to stop, whenever it came."""

    def __init__(self) -> None:
        self.asked = False
        for number in wishes_to_stop():
            signal.signal(number, self._note)

    def _note(self, number: int, frame: FrameType | None) -> None:
        self.asked = True


def until_stopped(run: Callable[[Asked], None]) -> int:
    """Run what ends by itself once it was asked to stop; return 0, a wished stop is no failure."""
    signals = Signals()
    run(lambda: signals.asked)
    with suppress(OSError):  # The terminal may be gone.
        print("\nStopped.", flush=True)
    return 0
