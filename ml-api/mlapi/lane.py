"""The straight way to an answer: a plain call for predictions, without Flask.

Flask's routing, context and objects take longer than checking, predicting and signing a row together, and to
import it takes longer than all that a first answer needs beside the engine. So what nearly every call is, a
small JSON body and no wishes beside, is answered here, from the same parts. Whatever else comes, and what is
refused, goes to Flask as if it had not been looked at.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from time import perf_counter, time
from typing import TYPE_CHECKING

from mlapi import answering, answers, log, telemetry
from mlapi.access import cors
from mlapi.headers import HEADERS, REQUEST_ID
from mlapi.ids import new_id
from mlapi.problems import Refusal
from mlapi.service import Service

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/api/predict"
MOST_BYTES = 16_384  # More takes so long that Flask doesn't show; and what is refused is read twice.
BEGUN = "mlapi.begun"
"""In a request's environ: when it came, if this way was tried."""
FAILED = "mlapi.failed"
"""In a request's environ: the error that this way ended with, for Flask to answer."""
_WISHES = frozenset(
    {
        *("HTTP_X_TANDEM_CANARY", "HTTP_X_TANDEM_SIMULATED"),
        *("HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_ENCODING"),
    }
)
# What the model refuses, not the reader: Flask asks it anew, for the rows in its log and its own words.
_ANEW = frozenset({"answer-too-large", "broken-model", "no-answer"})
# What Flask takes for a host without a doubt; of any other it decides itself.
_HOST = re.compile(r"([\w-]{1,63}\.){0,9}[\w-]{1,63}(:\d{1,5})?", re.ASCII)
_HEADERS = [("Content-Type", answers.JSON), *HEADERS.items()]


class Lane:
    """Answers plain calls of the default model."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self._door = service.door
        self._origins = service.settings.cors_origins
        self._says_more = bool(self._door or self._origins)

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes] | None:
        """Answer a request, or return None with all as it came."""
        answer = self._tried(environ) if _is_plain(environ) else None
        if answer is None:
            return None
        call_id, said, well = answer
        headers = [*_HEADERS, ("Content-Length", str(len(said))), (REQUEST_ID, call_id)]
        if self._says_more:
            headers += self._more(environ)
        start_response("200 OK", headers)
        return [said] if well else _Closing(said, self.service.ledger.settle)

    def _more(self, environ: "WSGIEnvironment") -> Iterator[tuple[str, str]]:
        """Yield what stands in the head beside what always does."""
        if self._door:
            yield from self._door.admit(environ)
        if self._origins:
            yield ("Vary", "Origin")
            yield from cors.headers(self._origins, environ)

    def _tried(self, environ: "WSGIEnvironment") -> tuple[str, bytes, bool] | None:
        """Return the answer as `_answer` does, or None for what Flask must answer."""
        environ[BEGUN] = perf_counter()
        try:
            if self._door and not self._door.opens(environ):
                return None
            body = _read(environ)
            environ["wsgi.input"] = BytesIO(body)
            if len(body) == int(environ["CONTENT_LENGTH"]):
                return self._answer(body, environ[BEGUN])
        except Refusal as refusal:
            # Flask says so in full, without looking again.
            if refusal.kind not in _ANEW:
                environ[FAILED] = refusal
        except Exception as error:
            environ[FAILED] = error
        return None

    def _answer(self, body: bytes, begun: float) -> tuple[str, bytes, bool]:
        """Return a call's id, its answer, and whether counting is well. Raises Refusal."""
        service, call_id = self.service, new_id()
        model = service.ready(service.slot({}))
        payload = model.read(body, answers.JSON, "utf-8")
        predicted, tally = answering.answered(model, payload)
        found, identity = predicted.answers, model.bundle.identity
        if payload.single:
            found = answers.receipted(found, model.key, service.settings.receipt_secret, time())
        said = answers.as_text(call_id, identity, found, single=payload.single).encode()
        answering.check_size(len(said))
        seconds = perf_counter() - begun
        log.write(
            answering.line(call_id, identity, 200, payload.rows, seconds, inputs=service.settings.log_inputs)
        )
        tally |= telemetry.request("POST", PATH, 200, seconds) | telemetry.call(model.key, 200)
        return call_id, said, service.ledger.count(tally)


class _Closing:
    """A body after which something is left to do; the server calls close() once it is out."""

    def __init__(self, said: bytes, close: Callable[[], None]) -> None:
        self._said = said
        self.close = close

    def __iter__(self) -> Iterator[bytes]:
        return iter([self._said])


def _is_plain(environ: "WSGIEnvironment") -> bool:
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ.get("PATH_INFO") == PATH
        and environ.get("CONTENT_TYPE") == answers.JSON
        and environ.get("HTTP_ACCEPT", "*/*") in ("*/*", answers.JSON)
        and not environ.get("QUERY_STRING")
        and _WISHES.isdisjoint(environ)
        and _HOST.fullmatch(environ.get("HTTP_HOST", "localhost")) is not None
        and (length.isdecimal() and len(length) < 6 and int(length) <= MOST_BYTES)
    )


def _read(environ: "WSGIEnvironment") -> bytes:
    """Return the body; one that ends too early is short, which Flask minds."""
    try:
        body: bytes = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    except (OSError, ValueError):
        return b""
    return body
