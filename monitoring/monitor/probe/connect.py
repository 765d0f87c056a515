"""From a name to a connection: DNS, then each address in turn, within a time that holds for all of them."""

import socket
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from time import monotonic
from typing import Any

from monitor.probe.faults import Failed, seconds
from monitor.probe.plain import plain
from monitor.probe.sockets import DeadlineSocket

Address = tuple[Any, ...]
"""As getaddrinfo returns it."""

Lookup = Callable[..., Iterable[Address]]
_MOST_ADDRESSES = 6


class Resolver:
    """Looks a name up once, for all calls of a probe.

    A lookup can't be stopped from outside: it has a thread of its own, so that only that one is left waiting.
    """

    def __init__(self, host: str, port: int, lookup: Lookup = socket.getaddrinfo) -> None:
        self._host = host
        self._port = port
        self._lookup = lookup
        self._lock = threading.Lock()
        self._found: Future[list[Address]] | None = None

    def addresses(self, timeout: float) -> list[Address]:
        """Return the addresses behind the name. Raises Failed."""
        try:
            return self._begun().result(timeout)[:_MOST_ADDRESSES]
        except TimeoutError as error:
            waited = f"within {seconds(timeout)} s"
            raise Failed("dns", f"the name {plain(self._host)} was not resolved {waited}") from error
        except (OSError, UnicodeError) as error:
            raise Failed("dns", f"the name {plain(self._host)} can't be resolved") from error

    def _begun(self) -> Future[list[Address]]:
        with self._lock:
            if self._found is None:
                self._found = Future()
                threading.Thread(
                    target=self._resolve, args=(self._found,), daemon=True, name="probe-dns"
                ).start()
            return self._found

    def _resolve(self, found: Future[list[Address]]) -> None:
        try:
            found.set_result([*self._lookup(self._host, self._port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            found.set_exception(error)


def connect(addresses: list[Address], where: str, until: float) -> DeadlineSocket:
    """Return a connection to the first address that takes one. Raises Failed with the last one's reason."""
    begun = monotonic()
    failed: OSError = TimeoutError()
    for at, (family, kind, protocol, _, address) in enumerate(addresses):
        # Each gets its share, so that one that swallows packets leaves time for the next.
        share = (until - monotonic()) / (len(addresses) - at)
        if share <= 0:
            break
        try:
            return _connected(DeadlineSocket(family, kind, protocol), address, share)
        except OSError as error:
            failed = error
    raise _reason(failed, where, monotonic() - begun) from failed


def _connected(sock: DeadlineSocket, address: Any, timeout: float) -> DeadlineSocket:
    try:
        sock.settimeout(timeout)
        sock.connect(address)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except OSError:
        sock.close()
        raise
    return sock


def _reason(error: OSError, where: str, waited: float) -> Failed:
    if isinstance(error, ConnectionRefusedError):
        return Failed("refused", f"the connection to {where} was refused: nothing listens there")
    if isinstance(error, TimeoutError):
        return Failed("connect-timeout", f"no connection to {where} came about within {seconds(waited)} s")
    return Failed("unreachable", f"{where} can't be reached ({plain(error.strerror or str(error), 80)})")
