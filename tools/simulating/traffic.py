"""Traffic at a steady rate: a call is due when it is due, however long the ones before it take."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tools.progress import Live, Plain
from tools.simulating.tally import Tally
from tools.simulating.workers import Workers
from tools.terminal import ToolError

SLICE = 0.05
"""Seconds between two looks at what has come."""


@dataclass
class Traffic:
    """One simulation: so many calls a second for so many seconds."""

    workers: Workers
    rate: float
    seconds: float
    shown: Plain | Live
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    tally: Tally = field(default_factory=Tally)

    def run(self, grace: float) -> None:
        """Offer every call when it is due, then wait at most `grace` seconds for the answers that are out."""
        begun = self.clock()
        calls = max(1, round(self.rate * self.seconds))
        for number in range(calls):
            self._wait_until(begun + number / self.rate, begun)
            if number and self.clock() >= begun + self.seconds:
                # More a second than this tool can even offer: the time that was asked for is kept.
                self.tally.unsent += calls - number
                break
            self._offer(number)
        self._wait_until(begun + self.seconds, begun)
        self.settle(grace)

    def settle(self, grace: float) -> None:
        """Wait so many seconds, at most, for the answers that are out."""
        begun = self.clock()
        while self.workers.busy and self.clock() < begun + grace:
            self._wait_until(self.clock() + SLICE, begun - self.seconds)

    def _offer(self, number: int) -> None:
        if self.workers.offer(number):
            self.tally.sent += 1
        else:
            self.tally.unsent += 1

    def _wait_until(self, due: float, begun: float) -> None:
        """Fetch outcomes until then, at least once. Raises ToolError where one was locked out."""
        while True:
            for outcome in self.workers.outcomes():
                self.tally.add(outcome)
                if outcome.locked_out:  # As the others will be.
                    raise ToolError(outcome.locked_out)
            now = self.clock()
            self.shown.show(min(now - begun, self.seconds), self.tally.in_words())
            if now >= due:
                return
            self.sleep(min(SLICE, due - now))
