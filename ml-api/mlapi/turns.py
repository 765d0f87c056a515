"""A few turns at a time, and none for who only waits for a caller's body: slow callers hold nobody up.

A server gives each request a thread. With few threads a few callers who send slowly, or never, keep all
others waiting; with many, the threads get in each other's way. So there are many threads, and few of them
work.
"""

from collections.abc import Callable, Iterable, Iterator
from queue import Empty, SimpleQueue
from time import monotonic, sleep
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 4
"""One long batch doesn't keep health waiting, and more make the slowest answers slower."""
PATIENCE = 0.02
"""Seconds; nearly every body is there when it is read, and then no turn changes hands."""
TURN = "mlapi.turn"
"""In a request's environ: its turn, where there are turns."""


class Turns:
    """An application that works on a few requests at once, and waits for any number of bodies."""

    def __init__(self, app: "WSGIApplication", most: int = MOST) -> None:
        self._app = app
        self._free: SimpleQueue[None] = SimpleQueue()
        self._reading: dict[_Turn, float] = {}  # Who has a turn and waits for a body, and since when.
        for _ in range(most):
            self._free.put(None)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request in its turn."""
        turn = environ[TURN] = _Turn(self._free, self._reading)
        environ["wsgi.input"] = _Body(environ["wsgi.input"], turn)
        turn.begin()
        try:
            return self._app(environ, start_response)
        finally:
            turn.end()


def let_others(environ: "WSGIEnvironment") -> None:
    """Let who waits have the turn of a request that takes long; it goes on in its next."""
    if TURN in environ:
        environ[TURN].end()
        sleep(0.001)  # Else it would take its own turn again, before anybody has woken up.
        environ[TURN].begin()


class _Turn:
    def __init__(self, free: "SimpleQueue[None]", reading: "dict[_Turn, float]") -> None:
        self._free = free
        self._reading = reading

    def begin(self) -> None:
        """Wait for a turn; who waits for long takes it from one that waits for a body."""
        while True:
            try:
                return self._free.get(timeout=PATIENCE)
            except Empty:
                self._take_back()

    def end(self) -> None:
        """Let another one have it."""
        self._free.put(None)

    def waited(self, read: Callable[..., bytes], *size: int) -> bytes:
        """Read from a body; where the turn was taken meanwhile, wait for the next."""
        self._reading[self] = monotonic()
        try:
            return read(*size)
        finally:
            if self._reading.pop(self, None) is None:
                self.begin()

    def _take_back(self) -> None:
        now = monotonic()
        for turn, since in list(self._reading.items()):
            # Whoever takes the entry out, here or in `waited`, has decided whose turn it is.
            if now - since >= PATIENCE and self._reading.pop(turn, None) is not None:
                self._free.put(None)


class _Body:
    """A body that tells when it is waited for."""

    def __init__(self, stream: IO[bytes], turn: _Turn) -> None:
        self._stream = stream
        self._turn = turn

    def read(self, *size: int) -> bytes:
        """Return as many bytes as are asked for."""
        return self._turn.waited(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """Return a line."""
        return self._turn.waited(self._stream.readline, *size)

    def readlines(self, *_: int) -> list[bytes]:
        """Return all lines."""
        return [*self]

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line."""
        return iter(self.readline, b"")
