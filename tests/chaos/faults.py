"""The faults: each is a context in which something is broken. What broke by itself mends by itself."""

import random
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager

from tests.chaos import clock, disk
from tests.chaos.redis_faults import (
    network_cut,
    network_stalls,
    redis_frozen,
    redis_killed,
    redis_slow,
)
from tests.chaos.server import Server
from tests.chaos.stage import Stage

Fault = Callable[[Stage, random.Random, float], AbstractContextManager[None]]
"""Takes the stage, dice for its choices, and how long it will last; most need not know that."""

DAYS = (-40, -2, 2, 40)
DAY = 86_400
MORTAL = ("redis one", "file one", "redis monitor")
"""Those that may be killed; of the others, memory is watched for the whole run."""


@contextmanager
def killed(stage: Stage, dice: random.Random, _lasts: float) -> Iterator[None]:
    """A server is gone at once, and started again by whoever looks after it."""
    server = _mortal(stage, dice)
    server.kill()
    try:
        yield
    finally:
        server.start()
        server.wait()


@contextmanager
def restarted(stage: Stage, dice: random.Random, _lasts: float) -> Iterator[None]:
    """A server is asked to end, and started again at once."""
    server = _mortal(stage, dice)
    server.end()
    server.start()
    server.wait()
    yield


@contextmanager
def frozen(stage: Stage, dice: random.Random, _lasts: float) -> Iterator[None]:
    """A server stands still."""
    server = dice.choice(stage.servers)
    server.freeze()
    try:
        yield
    finally:
        server.thaw()


@contextmanager
def slowed(stage: Stage, dice: random.Random, lasts: float) -> Iterator[None]:
    """A server gets half of its time."""
    slowing = threading.Thread(target=dice.choice(stage.servers).slow, args=(lasts,))
    slowing.start()
    try:
        yield
    finally:
        slowing.join()


@contextmanager
def killed_while_redis_hangs(stage: Stage, dice: random.Random, lasts: float) -> Iterator[None]:
    """What it had answered meanwhile is lost with it."""
    with redis_frozen(stage, dice, lasts), _killed_later(stage, "redis one", lasts):
        yield


@contextmanager
def disk_full(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """No byte is left on the disk of the SQLite files."""
    with disk.full(stage.disk) if stage.has_disk else disk.limited(stage.users()):
        yield


@contextmanager
def killed_while_the_disk_is_full(stage: Stage, dice: random.Random, lasts: float) -> Iterator[None]:
    """It starts again on a disk that takes nothing."""
    with disk_full(stage, dice, lasts), _killed_later(stage, "file one", lasts):
        yield


@contextmanager
def disk_read_only(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """Nothing can be written to the disk of the SQLite files."""
    with disk.read_only(stage.disk, stage.counters, stage.users()):
        yield


@contextmanager
def file_locked(stage: Stage, dice: random.Random, _lasts: float) -> Iterator[None]:
    """Another program keeps one of the SQLite files locked."""
    with disk.locked(dice.choice((stage.counters, stage.history))):
        yield


@contextmanager
def file_damaged(stage: Stage, dice: random.Random, lasts: float) -> Iterator[None]:
    """One of the SQLite files turns into garbage."""
    path = dice.choice((stage.counters, stage.history))
    stage.saved[path] = disk.damage(path)
    yield
    until = time.monotonic() + lasts
    while not list(path.parent.glob(f"{path.name}.damaged-*")):
        assert time.monotonic() < until, f"nobody noticed that {path.name} is damaged"
        time.sleep(0.05)


@contextmanager
def clock_set(stage: Stage, dice: random.Random, _lasts: float) -> Iterator[None]:
    """The wall clock of one API jumps by days, and back."""
    with clock.skewed(stage.clock, dice.choice(DAYS) * DAY):
        yield


FAULTS: dict[str, Fault] = {
    "Redis frozen": redis_frozen,
    "Redis killed": redis_killed,
    "Redis slow": redis_slow,
    "the wire to Redis stalls": network_stalls,
    "the wire to Redis loses answers": network_cut,
    "a server killed": killed,
    "a server restarted": restarted,
    "a server frozen": frozen,
    "a server slowed": slowed,
    "the API killed while Redis hangs": killed_while_redis_hangs,
    "the disk full": disk_full,
    "the API killed while the disk is full": killed_while_the_disk_is_full,
    "the disk read-only": disk_read_only,
    "a file locked": file_locked,
    "a file damaged": file_damaged,
    "the clock set": clock_set,
}


def possible(stage: Stage) -> dict[str, Fault]:
    """Return the faults that can be had on this machine."""
    missing = {"the disk read-only"} if not stage.has_disk else set()
    return {name: fault for name, fault in FAULTS.items() if name not in missing}


def _mortal(stage: Stage, dice: random.Random) -> Server:
    return (stage.apis | stage.monitors)[dice.choice(MORTAL)]


@contextmanager
def _killed_later(stage: Stage, name: str, lasts: float) -> Iterator[None]:
    """Kill an API in the middle of something else, and start it again before that is over."""
    time.sleep(lasts / 2)
    server = stage.apis[name]
    with ExitStack() as stack:
        server.kill()
        server.start()
        stack.callback(server.wait)
        yield
