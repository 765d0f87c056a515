"""Sockets on which nothing outlives a deadline, however slowly bytes drip.

A timeout of a socket holds for one read, so a byte a second would go on for ever. These set it anew before
each: what is left until the deadline. A thread that reads from one ends by itself, and nobody has to reach
into it from outside.
"""

import math
import socket
import ssl
from time import monotonic
from typing import Any


class DeadlineSocket(socket.socket):
    """A TCP socket with a deadline, by time.monotonic()."""

    deadline = math.inf

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        """Read, until the deadline at most."""
        self.settimeout(left(self.deadline))
        return super().recv_into(*args, **kwargs)

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
