"""What befalls Redis, and the wire to it."""

import random
from collections.abc import Iterator
from contextlib import contextmanager

from tests.chaos.stage import DURABLE, Stage

DELAY = 0.1
"""Seconds by which a slow Redis is late: less than anybody waits for it."""


@contextmanager
def redis_frozen(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """Connections are taken and never answered."""
    stage.redis.freeze()
    try:
        yield
    finally:
        stage.redis.thaw()


@contextmanager
def redis_killed(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """Connections are refused; then it starts again from its log."""
    stage.redis.stop()
    try:
        yield
    finally:
        stage.redis.start(*DURABLE)


@contextmanager
def redis_slow(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """Each answer takes its time."""
    stage.proxy.delay = DELAY
    try:
        yield
    finally:
        stage.proxy.delay = 0.0


@contextmanager
def network_stalls(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """What is sent to Redis does not arrive, but later, and then all of it."""
    stage.proxy.gate.clear()
    try:
        yield
    finally:
        stage.proxy.gate.set()


@contextmanager
def network_cut(stage: Stage, _dice: random.Random, _lasts: float) -> Iterator[None]:
    """What is sent to Redis arrives, and its answers get lost."""
    stage.proxy.lossy = True
    try:
        yield
    finally:
        stage.proxy.lossy = False
