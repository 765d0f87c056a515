"""Waits for an address that may be a moment late, and says meanwhile for what, on stderr."""

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

from tools.client import Reply
from tools.progress import Live, Plain, console, is_live

PAUSE = 1.0
Answer = Reply | str
"""What came, or why nothing did."""
Show = Callable[[float, str], None]


@dataclass(frozen=True)
class Patience:
    """Until when all questions to an address may wait together, by a clock; and for how long in all."""

    until: float
    seconds: float


def patience(seconds: float) -> Patience:
    """Return patience that begins now."""
    return Patience(time.monotonic() + seconds, seconds)


def waited(about: str, address: str, ask: Callable[[], Answer], most: Patience) -> Answer:
    """Ask until the answer is one that waiting would not change; on a terminal a bar shows what is left."""
    with _progress(about, address, most) as progress:
        return patiently(ask, about, most, progress.show, time.monotonic, time.sleep)


def patiently(
    ask: Callable[[], Answer],
    about: str,
    most: Patience,
    show: Show,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Answer:
    """Ask again and again, each time saying what came; past all patience the last answer is the answer."""
    while True:
        answer = ask()
        left = most.until - clock()
        if is_final(answer) or left <= 0:
            return answer
        gone = most.seconds - left
        show(gone, f"{about}, {gone:.0f} of {most.seconds:.0f} s: {in_words(answer)}")
        sleep(min(PAUSE, left))


def is_final(answer: Answer) -> bool:
    """Tell whether an answer will be the same in a minute."""
    return not isinstance(answer, str) and (answer.status == 200 or is_guarded(answer))


def is_guarded(reply: Reply) -> bool:
    """Tell whether it was the platform that answered, and asks who is there."""
    asks = reply.status == 401 and not isinstance(reply.body, dict)
    return asks or (300 <= reply.status < 400 and "vercel.com/sso" in reply.headers.get("Location", ""))


def in_words(answer: Answer) -> str:
    """Return an answer as a part of a sentence."""
    return answer if isinstance(answer, str) else answer.in_words()


def _progress(about: str, address: str, most: Patience) -> Live | Plain:
    left = max(0.0, most.until - time.monotonic())
    if is_live(sys.stderr):
        live = Live(console(sys.stderr), most.seconds)
        live.show(most.seconds - left, f"{about}, {most.seconds - left:.0f} of {most.seconds:.0f} s")
        return live
    plain = Plain(sys.stderr, time.monotonic)
    plain.say(f"asking {address}, " + (f"for up to {left:.0f} s ..." if left >= 1 else "once ..."))
    return plain
