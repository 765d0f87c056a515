"""One process's life: what it logged and what it was asked, with the times as this process saw them."""

import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import IO, Literal

from mlapi.counters.ledger import PATIENCE

Outcome = Literal["answered", "refused", "doubtful"]
"""Refused: a true outcome that could not be counted now. Doubtful: no answer came. Both may be counted."""
BEGINS, ENDS = "counters can't be ", "counters are written again"
BEFORE, AFTER = 1.0, 0.2
"""Seconds around what a log says: a line takes its way, and who gave up waiting did so before it."""
SLOW = 0.9 * PATIENCE
"""Seconds of an answer that may have been given before it was counted."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call that reached a process; counts: what it adds to the counters, if it was counted."""

    begun: float
    ended: float
    outcome: Outcome
    counts: tuple[tuple[str, int], ...]


@dataclass
class Life:
    """From a start to an end; whole is false where the process was killed with something left to count."""

    calls: list[Call] = field(default_factory=list)
    log: list[tuple[float, str]] = field(default_factory=list)
    whole: bool = True
    _reader: threading.Thread | None = None

    def listen(self, log: IO[bytes]) -> None:
        """Keep every line of a log with its time, until it ends."""

        def read() -> None:
            with log:
                for line in log:
                    self.log.append((time.monotonic(), line.decode(errors="replace").rstrip()))

        self._reader = threading.Thread(target=read)
        self._reader.start()

    def over(self) -> None:
        """Wait for the last line."""
        if self._reader:
            self._reader.join()

    def failing(self) -> list[tuple[float, float]]:
        """Return when its store may have failed it."""
        found: list[tuple[float, float]] = []
        began = None
        for at, line in self.log:
            if line.startswith(BEGINS) and began is None:
                began = at - BEFORE
            elif line.startswith(ENDS) and began is not None:
                found.append((began, at + AFTER))
                began = None
        return found if began is None else [*found, (began, float("inf"))]

    def late(self) -> list[Call]:
        """Return the answers that may have been given before they were counted."""
        failing = self.failing()
        return [call for call in self.answered() if _is_late(call, failing)]

    def refused_unasked(self) -> list[Call]:
        """Return what was refused while nothing told that the store fails: there are to be none."""
        failing = self.failing()
        refused = [call for call in self.calls if call.outcome == "refused"]
        return [call for call in refused if not _is_late(call, failing)]

    def lost(self) -> list[Call]:
        """Return those of the late answers that a kill may have taken along.

        What is counted goes out in order: an answer in time tells that those before it were counted, too.
        """
        if self.whole:
            return []
        failing = self.failing()
        timely = (call.begun for call in self.answered() if not _is_late(call, failing))
        last = max(timely, default=float("-inf"))
        return [call for call in self.late() if call.ended > last]

    def answered(self) -> list[Call]:
        """Return the calls that were answered."""
        return [call for call in self.calls if call.outcome == "answered"]


def _is_late(call: Call, failing: Iterable[tuple[float, float]]) -> bool:
    if call.ended - call.begun >= SLOW:
        return True
    return any(call.ended >= begin and call.begun <= end for begin, end in failing)
