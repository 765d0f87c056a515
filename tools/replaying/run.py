"""A replay from its first row to its last, at its own pace."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from tools.progress import Live, Plain
from tools.replaying.player import Player
from tools.replaying.table import Row
from tools.terminal import counted


@dataclass(frozen=True)
class Pace:
    """How rows are sent: `batch` in a call, a call every `every` seconds, with `loop` over and over."""

    batch: int
    every: float
    loop: bool


def batches(rows: Sequence[Row], pace: Pace) -> Iterator[Sequence[Row]]:
    """Yield the rows in pieces, without end where they are to be played over and over."""
    turns = itertools.count() if pace.loop else range(1)
    return (rows[at : at + pace.batch] for _ in turns for at in range(0, len(rows), pace.batch))


def run(
    player: Player,
    pace: Pace,
    shown: Plain | Live,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> None:
    """Play all rows. A call that took longer than the pace allows is followed by the next one at once."""
    due = clock()
    for rows in batches(player.table.rows, pace):
        sleep(max(0.0, due - clock()))
        due = max(due, clock()) + pace.every
        player.play(rows)
        shown.show(player.tally.rows, in_words(player))


def in_words(player: Player) -> str:
    """Return in a few words how far a replay is."""
    return f"{counted(player.tally.rows, 'row')}, {counted(player.tally.errors, 'error')}"
