"""Exceptions of a connection, told apart: late, cut off, or no HTTP at all."""

import ssl
from collections.abc import Iterator
from http.client import BadStatusLine, HTTPException, RemoteDisconnected

from requests.exceptions import InvalidHeader, InvalidURL
from urllib3.exceptions import IncompleteRead
from urllib3.exceptions import TimeoutError as UrllibTimeout

from monitor.probe.faults import Failed, seconds

_HARDLY = 0.05


def broken(error: Exception, waited: float, *, late: bool, status: int | None) -> Failed:
    """Return what an exception means, `waited` seconds into a call. `status`: an answer had begun."""
    causes = tuple(_causes(error))
    if late and waited < _HARDLY:
        return Failed("timeout", "there was no time left to ask")
    if late or _any(causes, TimeoutError, UrllibTimeout):
        unfinished = "its answer did not end" if status else "it did not answer"
        return Failed("timeout", f"{unfinished} within {seconds(waited)} s")
    if _any(causes, InvalidURL):
        return Failed("unreachable", "MAIN_API_URL is no address that can be called")
    if status:
        return Failed("cut-short", "its answer broke off")
    if _any(causes, RemoteDisconnected, ConnectionError, IncompleteRead, ssl.SSLError):
        return Failed("cut-short", "it closed the connection without an answer")
    if _any(causes, BadStatusLine, HTTPException, InvalidHeader):
        return Failed("not-http", "what answers there does not speak HTTP as it should")
    return Failed("cut-short", "the connection broke")


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an exception and those that it came from; requests and urllib3 wrap them several times."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def _any(causes: tuple[BaseException, ...], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)
