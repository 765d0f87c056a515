"""Load: callers that ask one server at a steady pace, and hold every answer against the right one."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress

from tests.chaos.life import Call, Life, Outcome
from tests.chaos.questions import Question, plain
from tests.chaos.server import Server
from tools.local_server import HOST

PATIENCE = 30.0
"""Seconds to wait for an answer: longer than any fault lasts."""
LABELLED = 0.1
"""Share of the single answers whose true outcome is told."""
BEHIND = 0.5
"""Seconds after which a caller that was held up does not catch up."""
JSON = {"Content-Type": "application/json", "Accept": "application/json"}
LABEL = (("labels", 1),)
MOST_WRONG = 20
Asked = tuple[Question, bytes]
"""A question with its answer, as `plain` shows it."""


class Caller(threading.Thread):
    """Asks until it is told to stop; wrong: answers that were not as they must be, in words."""

    def __init__(
        self, server: Server, asked: Sequence[Asked], *, pause: float, seed: int, labels: bool = True
    ) -> None:
        super().__init__()
        self.sent: Counter[str] = Counter()
        self.wrong: list[str] = []
        self._server, self._asked, self._pause, self._labels = server, asked, pause, labels
        self._dice = random.Random(seed)
        self._over = threading.Event()
        self._wire: tuple[http.client.HTTPConnection, Life] | None = None

    def run(self) -> None:
        """Ask."""
        due = time.monotonic() + self._dice.uniform(0, self._pause)
        while not self._over.wait(max(0.0, due - time.monotonic())):
            try:
                self._turn()
            except ConnectionRefusedError:  # It was never sent.
                self.sent["refused"] += 1
            except (OSError, http.client.HTTPException):
                self.sent["doubtful"] += 1
            except (ValueError, KeyError) as error:  # An answer that is none.
                self._say(repr(error))
            due = max(due + self._pause, time.monotonic() - BEHIND)
        self._hang_up()

    def stop(self) -> None:
        """End after the call that is on its way."""
        self._over.set()

    def _turn(self) -> None:
        question, right = self._dice.choice(self._asked)
        status, said = self._ask(question.path, question.body, question.counts)
        self.sent["answered"] += 1
        if (status, plain(said)) != (question.status, right):
            self._say(f"{question.path}: {status} {said[:300]!r} instead of {right[:300]!r}")
        elif self._labels and len(question.goldens) == 1 and self._dice.random() < LABELLED:
            self._tell(json.loads(said))

    def _tell(self, answer: dict[str, object]) -> None:
        """Tell an answer's true outcome: it is counted at once, or refused and may still be counted."""
        body = json.dumps({"receipt": answer["receipt"], "actual": answer["prediction"]}).encode()
        status, said = self._ask("/api/feedback", body, LABEL)
        self.sent["answered"] += 1
        if status != 503 and (status, json.loads(said)) != (200, {"counted": 1, "repeated": 0}):
            self._say(f"/api/feedback: {status} {said[:300]!r}")

    def _ask(self, path: str, body: bytes, counts: tuple[tuple[str, int], ...]) -> tuple[int, bytes]:
        wire, life = self._wire = self._wire or self._connected()
        begun = time.monotonic()
        outcome: Outcome = "doubtful"
        try:
            wire.request("POST", path, body, JSON)
            answer = wire.getresponse()
            said = answer.read()
            outcome = "refused" if answer.status == 503 else "answered"
        except (OSError, http.client.HTTPException):
            self._hang_up()
            raise
        finally:
            life.calls.append(Call(begun, time.monotonic(), outcome, counts))
        if answer.will_close:
            self._hang_up()
        return answer.status, said

    def _connected(self) -> tuple[http.client.HTTPConnection, Life]:
        wire = http.client.HTTPConnection(HOST, self._server.port, timeout=PATIENCE)
        wire.connect()
        return wire, self._server.life

    def _hang_up(self) -> None:
        if self._wire:
            with suppress(OSError):
                self._wire[0].close()
        self._wire = None

    def _say(self, wrong: str) -> None:
        self.sent["wrong"] += 1
        if len(self.wrong) < MOST_WRONG:
            self.wrong.append(f"{self._server.name}: {wrong}")
