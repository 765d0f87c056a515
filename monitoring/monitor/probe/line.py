"""The way to the API: one call in, what came back or why nothing did out.

Every call has a connection of its own, since one that is kept may be dropped just when it is used again,
which would look like a fault.
"""

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from ssl import SSLCertVerificationError
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

from urllib3.exceptions import HTTPError

from monitor.probe import tls
from monitor.probe.api import Api
from monitor.probe.body import read_body
from monitor.probe.broken import broken
from monitor.probe.connect import Resolver, connect
from monitor.probe.faults import Failed, seconds
from monitor.probe.session import session
from monitor.probe.sockets import DeadlineSocket, DeadlineTlsSocket, left
from monitor.sample import Fault


@dataclass(frozen=True)
class Reply:
    """What a call gave: a whole answer, or a fault and as much of an answer as there was."""

    seconds: float
    latency: float | None = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    fault: Fault | None = None


class Line:
    """The way to one API until a deadline. Safe for any number of threads."""

    def __init__(self, api: Api, *, connect: float, deadline: float, verify: tls.Verify = True) -> None:
        parts = urlsplit(api.url)
        self.secure = parts.scheme == "https"
        self.host = parts.hostname or ""
        self.port = parts.port or (443 if self.secure else 80)
        self.tls_expires_at: float | None = None
        self._base = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}"
        self._connect = connect
        self._deadline = deadline
        self._verify = verify
        self._resolver = Resolver(self.host, self.port)
        self._here = threading.local()
        self._session = session(self._open, api.bypass)

    def call(
        self, method: str, path: str, *, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Reply:
        """Make one call; whatever goes wrong is in the reply."""
        begun = self._here.opened = monotonic()
        heard: dict[str, Any] = {}
        try:
            heard["body"] = self._exchange(method, path, body, headers or {}, heard)
            heard["latency"] = monotonic() - self._here.opened
        except Failed as failed:
            heard["fault"] = failed.fault
        except (OSError, HTTPError, HTTPException) as error:
            late = monotonic() >= self._deadline
            heard["fault"] = broken(error, monotonic() - begun, late=late, status=heard.get("status")).fault
        return Reply(monotonic() - begun, **heard)

    def close(self) -> None:
        """Forget the connections, all of which have ended."""
        self._session.close()

    def _open(self) -> DeadlineSocket | DeadlineTlsSocket:
        left(self._deadline)
        opened = self._secured() if self.secure else self._connected()
        opened.deadline = self._deadline
        self._here.opened = monotonic()
        return opened

    def _exchange(
        self,
        method: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        heard: dict[str, Any],
    ) -> bytes:
        url = self._base + path
        with self._session.request(
            method, url, data=body, headers=headers, stream=True, allow_redirects=False
        ) as response:
            heard |= {"status": response.status_code, "headers": response.headers}
            try:
                return read_body(response.raw)
            finally:
                response.raw.close()

    def _connected(self) -> DeadlineSocket:
        addresses = self._resolver.addresses(self._until() - monotonic())
        return connect(addresses, f"{self.host} port {self.port}", self._until())

    def _secured(self) -> DeadlineTlsSocket:
        try:
            opened = tls.secured(self._connected(), self.host, self._until(), self._verify)
        except SSLCertVerificationError as error:
            raise self._distrusted(error) from error
        except TimeoutError as error:
            raise Failed("tls", f"the TLS handshake did not end within {seconds(self._connect)} s") from error
        self.tls_expires_at = tls.expires_at(opened)
        return opened

    def _distrusted(self, error: SSLCertVerificationError) -> Failed:
        ended = None
        if tls.is_expired(error):
            with suppress(Failed):  # Without its date, then.
                ended = tls.expired_at(self._connected(), self.host, self._until(), self._verify)
            self.tls_expires_at = ended
        return tls.distrusted(error, self.host, ended)

    def _until(self) -> float:
        return min(monotonic() + self._connect, self._deadline)
