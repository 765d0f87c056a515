"""Load on one server while a test breaks something, and the account at its end."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import requests

from tests.chaos.books import Books, kept, stored
from tests.chaos.caller import Caller
from tests.chaos.run import learned
from tests.chaos.server import Server

PAUSE = 0.03
CALLERS = 2
SOON = 45.0
"""Seconds, on a machine that may be busy; a breaker's longest pause is 30."""


@contextmanager
def under_load(server: Server, *, labels: bool = True) -> Iterator[list[Caller]]:
    """Ask a server all the time; every answer must be the right one."""
    asked = learned(server)
    callers = [Caller(server, asked, pause=PAUSE, seed=seed, labels=labels) for seed in range(CALLERS)]
    for caller in callers:
        caller.start()
    try:
        yield callers
    finally:
        for caller in callers:
            caller.stop()
        for caller in callers:
            caller.join()
    assert [wrong for caller in callers for wrong in caller.wrong] == []


def eventually(holds: Callable[[], bool], what: str) -> None:
    """Wait until something holds."""
    deadline = time.monotonic() + SOON
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.1)


def said(server: Server, path: str) -> Any:
    """Return what an address answers as JSON."""
    return requests.get(f"{server.url}{path}", timeout=20).json()


def metric(server: Server, name: str) -> str:
    """Return the value of a metric without labels."""
    text = requests.get(f"{server.url}/api/metrics", timeout=20).text
    return next(line.split()[1] for line in text.splitlines() if line.startswith(f"{name} "))


def is_up(server: Server) -> bool:
    """Tell whether the store of a server answers it."""
    return metric(server, "ml_store_up") == "1.0"


def answers_more(callers: list[Caller], by: int = 20) -> None:
    """Wait for more answers, late or not."""
    before = sum(caller.sent["answered"] for caller in callers)
    eventually(lambda: sum(caller.sent["answered"] for caller in callers) >= before + by, "no answers came")


def check(server: Server, counters: Mapping[str, int]) -> Books:
    """Hold a server's counters against what it was asked: exactly, but for what was refused or lost."""
    books = kept(server.lives)
    assert books.faults(stored(counters)) == []
    return books
