"""Sockets on which nothing outlives a deadline, however slowly bytes drip, and nothing goes on for ever.

A timeout of a socket holds for one read, so a byte a second would go on for ever. These set it anew before
each: what is left until the deadline. A thread that reads from one ends by itself, and nobody has to reach
into it from outside.

How much is read is bounded here too, headers, trailers and all: a body is measured where it is read, but
around it there is room for as much again, and a chunk of -1 bytes has no end at all.
"""

import math
import socket
import ssl
from time import monotonic
from typing import Any

from monitor.probe.faults import Failed

MOST_BYTES = 4_000_000  # Twice what a body may have: chunks, headers and what comes before them count too.


class DeadlineSocket(socket.socket):
    """A TCP socket with a deadline, by time.monotonic(), and a number of bytes that it may still read."""

    deadline = math.inf
    readable = MOST_BYTES

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Read, until the deadline at most. Raises Failed where there is more than anybody can use."""
        self.settimeout(left(self.deadline))
        size = super().recv_into(*args, **kwargs)
        self.readable -= size
        if self.readable < 0:
            raise Failed("too-large", f"its answer goes on beyond {MOST_BYTES // 1_000_000} MB")
        return size

    def sendall(self, *args: Any, **kwargs: Any) -> None:
        """Send all, until the deadline at most."""
        self.settimeout(left(self.deadline))
        super().sendall(*args, **kwargs)


class DeadlineTlsSocket(DeadlineSocket, ssl.SSLSocket):
    """The same over TLS."""


def left(deadline: float) -> float:
    """Return the seconds until a deadline. Raises TimeoutError when it is past."""
    seconds = deadline - monotonic()
    if seconds <= 0:
        raise TimeoutError("the deadline is past")
    return seconds
