"""Visits to a monitor, whose every word on the API is held against what is known of the API."""

import threading
import time
from typing import Any

import requests

from tests.chaos.server import Server

PAUSE = 1.0
AROUND = 0.3
"""Seconds by which the age of a probe may be off, as it is told."""
MOST_WRONG = 20


class Visitor(threading.Thread):
    """Asks a monitor each second how the API is."""

    def __init__(self, monitor: Server, watched: Server) -> None:
        super().__init__()
        self.visits = 0
        self.unanswered = 0
        self.wrong: list[str] = []
        self.acknowledged: set[str] = set()
        self._monitor, self._watched = monitor, watched
        self._over = threading.Event()

    def run(self) -> None:
        """Visit until told to stop."""
        with requests.Session() as session:
            while not self._over.wait(PAUSE):
                begun = time.monotonic()
                try:
                    answer = session.get(f"{self._monitor.url}/api/status", timeout=30)
                except requests.RequestException:
                    self.unanswered += 1
                    continue
                self.visits += 1
                if answer.status_code != 200:
                    self._say(f"{answer.status_code} {answer.text[:300]}")
                    continue
                try:
                    self._judge(answer.json(), begun, time.monotonic())
                except (ValueError, KeyError, TypeError) as error:  # An answer that is none.
                    self._say(repr(error))

    def stop(self) -> None:
        """End after the visit that is on its way."""
        self._over.set()
        self.join()

    def _judge(self, said: dict[str, Any], begun: float, ended: float) -> None:
        """Judge a state by what the API was, all along the probe that it is from."""
        if said["checked_at"] is None:
            return
        if said["history"]["kept"]:
            self.acknowledged.add(said["checked_at"])
        age = said["checked_seconds_ago"]
        span = begun - age - said["probe"]["seconds"] - AROUND, ended - age + AROUND
        if self._monitor.during(*span) != {"well"}:
            return  # One that is frozen in the middle of a probe sees an API that does not answer.
        known = self._watched.during(*span)
        right = {"well": ("up", "degraded"), "ill": ("down",)}
        if len(known) == 1 and said["state"] not in right.get(state := known.pop(), (said["state"],)):
            self._say(f"{said['state']} ({said['reason']}) of an API that is {state}")

    def _say(self, wrong: str) -> None:
        if len(self.wrong) < MOST_WRONG:
            self.wrong.append(f"{self._monitor.name}: {wrong}")
