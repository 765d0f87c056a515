"""A contender's server in a fresh folder, with a Redis of its own where it wants one."""

import shutil
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.asking import Connection, NoAnswer, Question, Unfit, is_right
from bench.contender import Contender
from bench.process import Process, running
from tools import local_server
from tools.settings import process_environment

POLL = 0.002
PATIENCE = 60.0
"""Seconds to a first answer; the slowest takes 3 on a quiet machine."""


@dataclass(frozen=True)
class Server:
    """A contender's running server."""

    contender: Contender
    port: int
    process: Process

    @property
    def base(self) -> str:
        """Return its address."""
        return f"http://{local_server.HOST}:{self.port}"

    @property
    def url(self) -> str:
        """Return where predictions are asked."""
        return f"{self.base}{self.contender.path}"

    def wait(self, body: bytes) -> None:
        """Wait for any answer. Raises Unfit where none comes."""
        self._until(lambda connection: bool(connection.ask(body)))

    def first_answer(self, asked: Question) -> float:
        """Return the seconds from exec to the first right answer. Raises Unfit for a wrong one, or none."""

        def is_answered(connection: Connection) -> bool:
            if is_right(self.contender, asked, connection.ask(asked.body)):
                return True
            raise Unfit("its first answer is not the one that was checked")

        return self._until(is_answered)

    def _until(self, is_answered: Callable[[Connection], bool]) -> float:
        while True:
            try:
                with Connection(self.contender, self.port) as connection:
                    if is_answered(connection):
                        return time.perf_counter() - self.process.started
                    reason = "an empty answer"
            except NoAnswer as error:
                reason = str(error)
            self._check_patience(reason)
            time.sleep(POLL)

    def _check_patience(self, reason: str) -> None:
        """Raise Unfit where its server has ended, or had long enough."""
        self.process.check_alive()
        if time.perf_counter() - self.process.started > PATIENCE:
            said = f"no answer within {PATIENCE:g} s of its start, but {reason}"
            raise Unfit(said + self.process.last_words())


@contextmanager
def serving(contender: Contender) -> Iterator[Server]:
    """Start a contender's server; it, all its processes and what it wrote are gone after the block."""
    with fresh_folder() as state, _redis(state, wanted=contender.redis) as redis:
        port = local_server.free_port()
        env = environment(contender, state, redis)
        with running(contender.command(port), contender.folder, env, state / "log") as process:
            yield Server(contender, port, process)


@contextmanager
def fresh_folder() -> Iterator[Path]:
    """Give a folder that is gone after the block, also while something still writes into it."""
    with TemporaryDirectory(prefix="tandem-bench-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


def environment(contender: Contender, state: Path, redis: Mapping[str, str]) -> dict[str, str]:
    """Return what a contender's server sees: its own programs first, and nothing of a person's own."""
    known = necessary()
    if contender.venv:
        known["PATH"] = f"{contender.venv / 'bin'}:{known['PATH']}"
    own = {name: value.replace("{state}", str(state)) for name, value in contender.env.items()}
    return {**known, **redis, **own}


def necessary() -> dict[str, str]:
    """Return the few variables of this process that every program needs."""
    ours = process_environment()
    return {name: ours.get(name, "") for name in ("PATH", "HOME")}


@contextmanager
def _redis(state: Path, *, wanted: bool) -> Iterator[dict[str, str]]:
    """Run a Redis that keeps nothing on disk, if it is wanted; yields the variable that leads to it."""
    if not wanted:
        yield {}
        return
    program = shutil.which("redis-server")
    if not program:
        raise Unfit("redis-server is not on PATH")
    port = local_server.free_port()
    command = [program, "--port", str(port), "--bind", local_server.HOST, "--save", "", "--appendonly", "no"]
    with running(command, state, necessary(), state / "redis.log") as process:
        while not _listens(port):
            process.check_alive()
            time.sleep(POLL)
        yield {"REDIS_URL": f"redis://{local_server.HOST}:{port}/0"}


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex((local_server.HOST, port)) == 0
