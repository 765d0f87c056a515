"""Turns whatever fails in a request into a refusal, and answers it in the shape that its clients read."""

import logging
from collections.abc import Callable

from flask import Blueprint, Flask, Response, g
from werkzeug.exceptions import HTTPException

from mlapi.payload import TOO_LARGE
from mlapi.problems import Refusal

Render = Callable[[Refusal, str], Response]
"""From a refusal and the call's id to an answer."""

_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take that method."),
    413: TOO_LARGE,
}
_OTHER = ("bad-request", "The request can't be understood.")


def handle(part: Flask | Blueprint, render: Render) -> None:
    """Answer every failure within a part of the application as `render` says."""

    def refused(refusal: Refusal) -> Response:
        if refusal.kind == "invalid-input":
            g.faults = refusal.faults.listed
        return render(refusal, g.call_id)

    def http_error(error: HTTPException) -> Response:
        status = error.code or 500
        headers = {name: value for name, value in error.get_headers() if name == "Allow"}
        return render(Refusal(status, *_HTTP.get(status, _OTHER), headers=headers), g.call_id)

    def unexpected(error: Exception) -> Response:
        # The caller learns the call's id, the operator the traceback under the same id.
        logging.getLogger("mlapi").error("call %s failed", g.call_id, exc_info=error)
        return render(
            Refusal(500, "internal", "Something failed here; the id finds it in the log."), g.call_id
        )

    part.register_error_handler(Refusal, refused)
    part.register_error_handler(HTTPException, http_error)
    part.register_error_handler(Exception, unexpected)
