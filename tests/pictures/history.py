"""The history behind the dashboard's pictures: made up, and recorded by the monitor's own code.

A probe an hour, and each minute of the last two days; two outages, a spell of degraded, a gap. How much was
answered, how right it was and how far the inputs have moved was really seen, of calls made for the pictures.
"""

import math
import random
from collections.abc import Iterator

from monitor import record
from monitor.sample import Sample, State
from monitor.store import Tables
from tests.monitor.history.apply import changed, changes
from tests.pictures.probed import SPEAKS, Seen

DAY = 86_400
HOUR = 3_600
DAYS = 84
CLOSE = 60
REFUSED = "the connection to 127.0.0.1 port 8000 was refused: nothing listens there"
SPELLS: tuple[tuple[float, float, State, str], ...] = (
    (61.4, 1.5, "down", REFUSED),
    (12.3, 4.0, "degraded", "1 of 4 models is broken: food-drive/1"),
    (0.55, 0.35, "down", "the API did not answer within 5 s"),
)
"""Days ago, hours, state and reason of what was not well."""
UNWATCHED = (33.0, 7.0)
"""Days ago and hours of the time in which nobody looked."""


def filled(seen: Seen, now: float) -> Tables:
    """Return the tables that end with the sample that was seen, shortly before now."""
    tables: Tables = {**seen["tables"]}
    dice = random.Random(7)
    previous = None
    for at, speaks in _times(now):
        sample = _sample(seen, at, now, dice)
        changed(tables, changes(tables, previous, sample, speaks))
        changed(tables, {record.LAST: record.alone(tables, sample, speaks)})
        previous = sample
    return tables


def _times(now: float) -> Iterator[tuple[float, float]]:
    """Yield when somebody looked, and how long the look before may speak for."""
    gap = now - UNWATCHED[0] * DAY, now - UNWATCHED[0] * DAY + UNWATCHED[1] * HOUR
    at = now - DAYS * DAY
    speaks: float = SPEAKS
    while at < now:
        yield at, speaks
        step = CLOSE if now - at <= 2 * DAY else HOUR
        # Where nobody looked, the last look spoke for as long as it may and no longer.
        at, speaks = (gap[1], SPEAKS) if gap[0] <= at + step < gap[1] else (at + step, step)


def _sample(seen: Seen, at: float, now: float, dice: random.Random) -> Sample:
    last = seen["sample"]
    state, reason = next(
        (
            (state, reason)
            for days, hours, state, reason in SPELLS
            if 0 <= at - now + days * DAY < hours * HOUR
        ),
        ("up", last["reason"]),
    )
    busy = 1 + 0.35 * math.sin(2 * math.pi * at / DAY)
    latency = None if state == "down" else round(0.012 * busy * dice.lognormvariate(0, 0.35), 6)
    # The visit that is drawn makes a probe of its own, the first that sees the last calls.
    looked = {"at": at, "latency": latency, "traffic": seen["before"]}
    return {**last, **looked, "state": state, "reason": reason}
