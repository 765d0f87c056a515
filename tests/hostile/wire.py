"""HTTP as bytes: requests that no client library would send, and exactly what comes back."""

import socket
from collections.abc import Iterable, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

PATIENCE = 30.0
"""Seconds; two busy cores."""
JSON = {"Content-Type": "application/json"}


@dataclass(frozen=True)
class Reply:
    """An answer; the names of its header are in small letters."""

    status: int
    header: Mapping[str, str]
    body: bytes


@contextmanager
def connected(base: str):
    """Give a connection to a server."""
    parts = urlsplit(base)
    with socket.create_connection((parts.hostname, parts.port), PATIENCE) as peer:
        yield peer


def request(
    target: str,
    body: bytes = b"",
    header: Mapping[str, str] | Iterable[tuple[str, str]] = (),
    method: str = "POST",
    *,
    length: int | None = None,
) -> bytes:
    """Return a request after which the server hangs up; length: what it says of its body, if it lies."""
    lines = [f"{method} {target} HTTP/1.1", "Host: localhost", "Connection: close"]
    pairs = header.items() if isinstance(header, Mapping) else header
    lines += [f"{name}: {value}" for name, value in pairs]
    if body or length is not None:
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    return "\r\n".join([*lines, "", ""]).encode("latin-1") + body


def ask(base: str, data: bytes) -> list[Reply]:
    """Send bytes and return every answer until the server hangs up."""
    with connected(base) as peer:
        with suppress(ConnectionResetError, BrokenPipeError):  # It may answer before it has read all.
            peer.sendall(data)
        return replies(received(peer))


def received(peer: socket.socket) -> bytes:
    """Return all that comes until the other side hangs up."""
    parts = []
    with suppress(ConnectionResetError):  # What came before stands.
        while part := peer.recv(1 << 16):
            parts.append(part)
    return b"".join(parts)


def replies(data: bytes) -> list[Reply]:
    """Return the answers in a stream of bytes; one that can't be read is an error of the server."""
    found = []
    while data:
        head, _, data = data.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        header = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
        status = int(first.split(" ")[1])
        body, data = _body(header, data) if status >= 200 else (b"", data)
        found.append(Reply(status, header, body))
    return found


def _body(header: Mapping[str, str], data: bytes) -> tuple[bytes, bytes]:
    if header.get("transfer-encoding") == "chunked":
        return _chunks(data)
    length = int(header.get("content-length", 0))
    return data[:length], data[length:]


def _chunks(data: bytes) -> tuple[bytes, bytes]:
    parts = []
    while True:
        size, _, data = data.partition(b"\r\n")
        length = int(size, 16)
        parts.append(data[:length])
        data = data[length + 2 :]
        if not length:
            return b"".join(parts), data
