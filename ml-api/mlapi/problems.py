"""One error shape for everything: problem details, RFC 9457."""

import json
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from flask import Response

from mlapi.faults import LISTED, Faults

MEDIA_TYPE = "application/problem+json"


@dataclass(eq=False)
class Refusal(Exception):
    """A request that gets a problem instead of an answer.

    kind: the problem's type, a closed list in docs/api.md; faults: all that is wrong with the input.
    """

    status: int
    kind: str
    detail: str
    faults: Faults = field(default_factory=Faults.of)
    headers: dict[str, str] = field(default_factory=dict)


def response(refusal: Refusal, call_id: str) -> Response:
    """Return the problem+json answer to a refused call."""
    said: dict[str, Any] = {
        "type": f"urn:tandem:problem:{refusal.kind}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": f"urn:uuid:{call_id}",
    }
    if refusal.faults:
        said["errors"] = [fault.as_json() for fault in refusal.faults.listed]
    if refusal.faults.total > LISTED:
        said["errors_total"] = refusal.faults.total
    return Response(json.dumps(said), refusal.status, refusal.headers, mimetype=MEDIA_TYPE)
