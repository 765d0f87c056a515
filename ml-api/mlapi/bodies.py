"""The body of the present request: whole, and not compressed."""

from dataclasses import replace

from flask import request

from mlapi.payload import ACCEPTED, read_body, unsupported


def body(accepted: str = ACCEPTED) -> bytes:
    """Return it; accepted: the media types of the address. Raises Refusal 413 or 415.

    What a compressed body unpacks to has no limit, so none is unpacked.
    """
    if request.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        refusal = unsupported("The body must not be compressed.", accepted)
        raise replace(refusal, headers={**refusal.headers, "Accept-Encoding": "identity"})
    return read_body(request.stream)
