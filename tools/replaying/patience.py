"""Calls again what could not be answered now, ever more slowly, until patience ends."""

from collections.abc import Callable
from dataclasses import dataclass

from tools.client import NoReply, Reply
from tools.terminal import ToolError

LATER = (429, 502, 503, 504)
"""Status codes that ask to come again."""
NEVER = ("no-receipts", "feedback-full")
"""Problems that no waiting solves."""
FIRST, LONGEST = 0.5, 30.0


@dataclass(frozen=True)
class Patience:
    """How long to go on with one call, in seconds, and the clock that measures it."""

    seconds: float
    clock: Callable[[], float]
    sleep: Callable[[float], None]
    say: Callable[[str], None]

    def __call__(self, call: Callable[[], Reply]) -> Reply:
        """Return the first answer that is one. Raises ToolError where patience ends before."""
        begun, turn = self.clock(), 0
        while True:
            reply, said, asked = attempt(call)
            if reply is not None:
                if turn:
                    self.say(f"answered again after {self.clock() - begun:.0f} s")
                return reply
            pause = wait(turn, asked)
            left = self.seconds - (self.clock() - begun)
            if pause > left:
                waited = self.clock() - begun
                raise ToolError(f"Given up after {waited:.0f} s: {said}. --patience waits longer.")
            if not turn:
                self.say(f"waiting: {said}")
            self.sleep(pause)
            turn += 1


def attempt(call: Callable[[], Reply]) -> tuple[Reply | None, str, float]:
    """Return an answer, or why there is none yet and how many seconds the API asks to wait."""
    try:
        reply = call()
    except NoReply as error:
        return None, str(error), 0.0
    if reply.status in LATER and reply.problem not in NEVER:
        return None, reply.in_words(), _asked(reply.headers.get("Retry-After", ""))
    return reply, "", 0.0


def wait(turn: int, asked: float) -> float:
    """Return the seconds before the next attempt: doubled each time, and never less than was asked for."""
    return max(asked, min(LONGEST, FIRST * 2.0 ** min(turn, 10)))


def _asked(header: str) -> float:
    return float(header) if header.isascii() and header.isdigit() and len(header) < 10 else 0.0
