"""A visit to a warm server: its loads, its memory after them, and a long call."""

from collections.abc import Callable, Iterator, Sequence

from bench.asking import Connection, NoAnswer, Question, is_right, question
from bench.contender import Contender, Row
from bench.load import Invalid, Load, load
from bench.measures import CONNECTIONS
from bench.memory import pss_mib
from bench.plan import Plan
from bench.reason import reason
from bench.server import Server, serving

Found = tuple[str, float]
"""A measure's key and a number."""
Agree = Callable[[str, Contender], None]
"""Asks a server's address many rows; raises Unfit where an answer is not what the model says."""
Questions = tuple[Question, Question]
"""One row, and many in one call."""


def checked(contender: Contender, agree: Agree, one: Sequence[Row], many: Sequence[Row]) -> Questions:
    """Return the questions that are timed, with their answers, after the server gave right ones."""
    with serving(contender) as server:
        server.wait(contender.body(one))
        agree(server.base, contender)
        return question(contender, server.port, one), question(contender, server.port, many)


def visit(
    contender: Contender, asked: Questions, plan: Plan, wrk: str, say: Callable[[str], None]
) -> Iterator[Found]:
    """Yield what one warm server measures; a load that does not count is said, and nothing comes of it.

    Raises Unfit where its server ends or answers wrongly.
    """
    one, many = asked
    with serving(contender) as server:
        server.first_answer(one)
        loads = _Loads(server, wrk, say)
        loads.run("warm-up", one, 8, plan.warm_up_seconds)
        for connections in CONNECTIONS:
            if found := loads.run(f"{connections} connections", one, connections, plan.load_seconds):
                yield f"p50_us_{connections}", found.p50_us
                yield f"p99_us_{connections}", found.p99_us
                yield f"rps_{connections}", found.rps
        if memory := pss_mib(server.process.pid):
            yield "memory_mib", memory
        if found := loads.run("many rows", many, 1, plan.load_seconds):
            yield "many_rows_us", found.p50_us


class _Loads:
    """The loads of one server; after each it must still live and answer right."""

    def __init__(self, server: Server, wrk: str, say: Callable[[str], None]) -> None:
        self._server = server
        self._wrk = wrk
        self._say = say

    def run(self, name: str, asked: Question, connections: int, seconds: int) -> Load | None:
        body = self._server.process.log.with_name("body.json")
        body.write_bytes(asked.body)
        try:
            found = load(self._wrk, self._server.url, body, connections=connections, seconds=seconds)
            self._check(asked)
        except Invalid as error:
            self._server.process.check_alive()
            self._say(f"{name} does not count: {reason(error)}")
            return None
        return found

    def _check(self, asked: Question) -> None:
        with Connection(self._server.contender, self._server.port) as connection:
            try:
                answer = connection.ask(asked.body)
            except NoAnswer as error:
                raise Invalid(f"no answer after it: {error}") from error
            if not is_right(self._server.contender, asked, answer):
                raise Invalid("a wrong answer after it")
