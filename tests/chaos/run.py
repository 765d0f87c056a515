"""One run: load on all servers while the schedule's faults come and go, and then the account."""

import http.client
import random
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager

from tests.chaos import account
from tests.chaos.account import Result
from tests.chaos.caller import JSON, Asked, Caller
from tests.chaos.faults import FAULTS
from tests.chaos.life import Call
from tests.chaos.questions import catalogue, check, plain
from tests.chaos.resources import Sampler
from tests.chaos.schedule import Step
from tests.chaos.server import Server
from tests.chaos.stage import Stage
from tests.chaos.visitor import Visitor
from tools.local_server import HOST

CALLERS = 2
"""Per server of the API."""
SURVIVORS = ("redis two", "file two", "file monitor")
"""Who is never killed, so that its memory and descriptors can be watched for the whole run."""
WATCHED = {"redis monitor": "redis one", "file monitor": "file one"}
REST = 2.0
"""Seconds of load after the last fault: what was answered late is counted with what comes then."""
Say = Callable[[str], None]


class Load:
    """Everybody who asks, and who looks on."""

    def __init__(self, stage: Stage, asked: Sequence[Asked], rate: float, seed: int) -> None:
        pause = len(stage.apis) * CALLERS / rate
        self.callers = [
            # A receipt that a clock gave which was set back since is from the future: that is no fault.
            Caller(server, asked, pause=pause, seed=seed + number, labels=server.name != "redis one")
            for server in stage.apis.values()
            for number in range(CALLERS)
        ]
        self.visitors = {
            name: Visitor(stage.monitors[name], stage.apis[watched]) for name, watched in WATCHED.items()
        }
        self.sampler = Sampler([server for server in stage.servers if server.name in SURVIVORS])

    @contextmanager
    def running(self) -> Iterator[None]:
        """Let all work, and end them."""
        threads = [*self.callers, *self.visitors.values(), self.sampler]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            for thread in threads:
                thread.stop()
            for thread in threads:
                thread.join()


def run(stage: Stage, steps: Sequence[Step], seconds: float, rate: float, seed: int, say: Say) -> Result:
    """Go through the steps under load, and return what came of it."""
    load = Load(stage, learned(stage.apis["file two"]), rate, seed)
    began = time.monotonic()
    result = Result()
    stage.recovered()
    with load.running():
        try:
            for recovery in _gone_through(stage, steps, began, seconds):
                result.recoveries.append(recovery)
                say(f"{recovery[0]}: recovered after {recovery[1]:.1f} s")
            time.sleep(max(0.0, began + seconds - time.monotonic()))
        except AssertionError as error:
            result.faults.append(str(error))
        except KeyboardInterrupt:  # Whoever has seen enough sees what it came to.
            say("Ended early.")
            stage.recovered()
        time.sleep(REST)
    result.seconds = time.monotonic() - began
    account.close(stage, load, result)
    return result


def _gone_through(
    stage: Stage, steps: Sequence[Step], began: float, seconds: float
) -> Iterator[tuple[Step, float]]:
    """Let each fault come and go, and yield how long it took until all answered as they should again."""
    for step in steps:
        time.sleep(max(0.0, began + step.at - time.monotonic()))
        if time.monotonic() - began + step.lasts > seconds:
            return
        with FAULTS[step.fault](stage, random.Random(step.dice), step.lasts):
            time.sleep(step.lasts)
        yield step, stage.recovered()


def learned(server: Server) -> list[Asked]:
    """Return every question with its right answer, which a server gives while nothing is wrong."""
    found = []
    with closing(http.client.HTTPConnection(HOST, server.port, timeout=30)) as wire:
        for question in catalogue():
            begun = time.monotonic()
            wire.request("POST", question.path, question.body, JSON)
            answer = wire.getresponse()
            said = answer.read()
            server.life.calls.append(Call(begun, time.monotonic(), "answered", question.counts))
            check(question, answer.status, said)
            found.append((question, plain(said)))
    return found
