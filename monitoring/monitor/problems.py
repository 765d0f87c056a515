"""Every error of the monitor is problem+json (RFC 9457); no value that was sent is repeated."""

import json
from typing import Any

from flask import Response


class Refusal(Exception):
    """A request that is answered with a problem."""

    def __init__(self, status: int, kind: str, detail: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.kind = kind
        self.detail = detail
        self.headers = headers or {}


TITLES = {
    400: "Bad request",
    401: "Unauthorized",
    404: "Not found",
    405: "Method not allowed",
    500: "Internal error",
}


def response(refusal: Refusal) -> Response:
    """Return the answer to a refused request."""
    said: dict[str, Any] = {
        "type": f"urn:tandem:problem:{refusal.kind}",
        "title": TITLES.get(refusal.status, "Error"),
        "status": refusal.status,
        "detail": refusal.detail,
    }
    answer = Response(json.dumps(said), refusal.status, mimetype="application/problem+json")
    answer.headers.update(refusal.headers)
    return answer
