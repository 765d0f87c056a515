"""Calls to an API: each is made once and goes where it was sent; what comes back is bounded and judged."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from requests.exceptions import ConnectionError as NotConnected
from requests.exceptions import RequestException, SSLError, Timeout

from tools.settings import API_KEY
from tools.terminal import printable

TIMEOUT = 30.0
"""Seconds for a connection, and between two pieces of an answer."""
LARGEST = 64_000_000  # Bytes of an answer.
PROBLEM = "urn:tandem:problem:"
HIDDEN = "(the key)"
LEAST_HIDDEN = 16
"""Characters of a key that is looked for in answers: a shorter one may stand there by chance."""
Watch = Callable[[str, str, str, float], None]
"""Told of every call: method, path, status or `none`, seconds."""


class NoReply(Exception):
    """No answer came; the message says why."""


@dataclass(frozen=True)
class Reply:
    """An answer with the time it took; `body` is None where it is no JSON."""

    status: int
    text: str
    body: Any
    seconds: float
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def problem(self) -> str:
        """Return the kind of a problem, as docs/api.md lists them, or nothing."""
        kind = self.body.get("type", "") if isinstance(self.body, dict) else ""
        return str(kind).removeprefix(PROBLEM)

    def in_words(self) -> str:
        """Return the status with the API's own reason, fit for a terminal."""
        detail = self.body.get("detail") if isinstance(self.body, dict) else None
        return f"{self.status} {printable(detail)}" if detail else f"status {self.status}"


def _unwatched(method: str, path: str, status: str, seconds: float) -> None:
    """Tell nobody."""


class Client:
    """One connection to an API; not for several threads at a time.

    key: goes with what is sent, not with questions, and stands in no reply, whatever the API repeats.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        *,
        key: str | None = None,
        timeout: float = TIMEOUT,
        watch: Watch = _unwatched,
    ) -> None:
        self.base = base
        self._key = key
        self._timeout = timeout
        self._watch = watch
        self._session = requests.Session()
        # Neither a proxy nor .netrc has a say in where a call goes.
        self._session.trust_env = False
        self._session.headers.update(headers)

    def __enter__(self) -> "Client":
        """Use it until the block ends."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connection."""
        self._session.close()

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Reply:
        """Ask for something. Raises NoReply."""
        return self._call("GET", path, query or {}, None, {})

    def post(
        self, path: str, body: bytes, query: Mapping[str, str] | None = None, media: str = "application/json"
    ) -> Reply:
        """Send something, with the key if there is one. Raises NoReply."""
        key = {"Authorization": f"Bearer {self._key}"} if self._key else {}
        return self._call("POST", path, query or {}, body, {"Content-Type": media, **key})

    def locked_out(self, reply: Reply) -> str:
        """Return what to set where a reply refuses whoever called for lack of a key, else nothing."""
        if reply.status != 401:
            return ""
        if not isinstance(reply.body, dict):  # The API's own refusals are JSON, in all their shapes.
            return f"Something before {self.base} asks for a login (401), which no key of the API is."
        if self._key:
            return f"{self.base} refuses the key (401): check {API_KEY}."
        return f"{self.base} asks for a key (401): set {API_KEY} in the environment."

    def _call(
        self, method: str, path: str, query: Mapping[str, str], body: bytes | None, headers: Mapping[str, str]
    ) -> Reply:
        begun, status = time.perf_counter(), "none"
        try:
            with self._session.request(
                method,
                self.base + path,
                params=query,
                data=body,
                headers=headers,
                timeout=self._timeout,
                allow_redirects=False,
                stream=True,
            ) as response:
                content = _bounded(response)
            status = str(response.status_code)
        except (RequestException, ValueError) as error:
            raise NoReply(self._hidden(why(error, self._timeout))) from error
        finally:
            took = time.perf_counter() - begun
            self._watch(method, path, status, took)
        text = self._hidden(content.decode(errors="replace"))
        return Reply(response.status_code, text, _decoded(text), took, response.headers)

    def _hidden(self, text: str) -> str:
        """Return what came back without the key, which a proxy or a server at fault may repeat."""
        key = self._key or ""
        return text.replace(key, HIDDEN) if len(key) >= LEAST_HIDDEN else text


def why(error: Exception, timeout: float) -> str:
    """Return in words why a call got no answer."""
    if isinstance(error, Timeout):
        return f"no answer within {timeout:g} s"
    if isinstance(error, SSLError):
        return f"its certificate is not accepted ({printable(error, 100)})"
    if isinstance(error, NotConnected):
        said = str(error)
        if "refused" in said:
            return "the connection was refused"
        return "its name is not known" if "resolve" in said else "the connection was lost"
    return printable(error, 100)


def _bounded(response: requests.Response) -> bytes:
    pieces, size = [], 0
    for piece in response.iter_content(65_536):
        size += len(piece)
        if size > LARGEST:
            raise ValueError(f"its answer has over {LARGEST:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None
