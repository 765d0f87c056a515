"""A few turns at a time: who waits for a caller's body has none, so that slow callers hold nobody up.

A server gives each request a thread. With few threads a few callers who send slowly, or never, keep all
others waiting; with many, the threads get in each other's way. So there are many threads, and few of them
work.
"""

from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from time import sleep
from typing import IO, TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

MOST = 4
"""One long batch doesn't keep health waiting, and more make the slowest answers slower."""
TURN = "mlapi.turn"
"""In a request's environ: its turn, where there are turns."""


class Turns:
    """An application that works on a few requests at once, and waits for any number of bodies."""

    def __init__(self, app: "WSGIApplication", most: int = MOST) -> None:
        self._app = app
        self._free: SimpleQueue[None] = SimpleQueue()
        for _ in range(most):
            self._free.put(None)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Answer a request in its turn."""
        turn = environ[TURN] = _Turn(self._free)
        # Whatever the head says of it: in HTTP/2 a body needs neither a length nor chunks.
        environ["wsgi.input"] = _Body(environ["wsgi.input"], turn)
        if environ["REQUEST_METHOD"] != "POST":  # The turn of a POST begins behind its body.
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
    def __init__(self, free: "SimpleQueue[None]") -> None:
        self._free = free
        self._holds = False

    def begin(self) -> None:
        """Wait for a turn."""
        if not self._holds:
            self._free.get()
            self._holds = True

    def end(self) -> None:
        """Let another one have it."""
        if self._holds:
            self._holds = False
            self._free.put(None)


class _Body:
    """A body; while it is waited for, its request has no turn."""

    def __init__(self, stream: IO[bytes], turn: _Turn) -> None:
        self._stream = stream
        self._turn = turn

    def read(self, *size: int) -> bytes:
        """Return as many bytes as are asked for."""
        return self._waited(self._stream.read, *size)

    def readline(self, *size: int) -> bytes:
        """Return a line."""
        return self._waited(self._stream.readline, *size)

    def readlines(self, *_: int) -> list[bytes]:
        """Return all lines."""
        return [*self]

    def __iter__(self) -> Iterator[bytes]:
        """Yield each line."""
        return iter(self.readline, b"")

    def _waited(self, read: Callable[..., bytes], *size: int) -> bytes:
        self._turn.end()
        try:
            return read(*size)
        finally:
            self._turn.begin()
