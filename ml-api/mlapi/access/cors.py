"""Pages of other sites that may call from a browser: those of CORS_ORIGINS, and no other learns anything.

No credentials: a key is no cookie, a page that calls must hold it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

_ORIGIN = re.compile(r"https?://(\[[0-9a-f:.]+\]|[a-z0-9]([a-z0-9.-]*[a-z0-9])?)(:[0-9]{1,5})?")
_USUAL_PORT = re.compile("^http:.*:80$|^https:.*:443$")
EXPOSED = "RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
PREFLIGHT = {
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Authorization, Content-Type, X-API-Key",
    "Access-Control-Max-Age": "600",
}
ASKED = "HTTP_ACCESS_CONTROL_REQUEST_METHOD"

Environ = Mapping[str, Any]


def read_origins(value: str) -> tuple[str, ...]:
    """Return the origins of a text, which has commas between them. Raises ValueError."""
    origins = tuple(part.strip() for part in value.split(","))
    if not all(_ORIGIN.fullmatch(origin) and not _USUAL_PORT.search(origin) for origin in origins):
        raise ValueError(
            "must be origins as browsers spell them, such as https://example.com, with commas between:"
            " no path, no slash at the end, no port that goes without saying, no star"
        )
    return origins


def headers(origins: Sequence[str], environ: Environ) -> tuple[tuple[str, str], ...]:
    """Return what an answer says beside `Vary: Origin`, which each has: to an allowed origin alone."""
    origin = environ.get("HTTP_ORIGIN")
    if origin is None or origin not in origins:
        return ()
    return (("Access-Control-Allow-Origin", origin), ("Access-Control-Expose-Headers", EXPOSED))


def is_preflight(origins: Sequence[str], environ: Environ) -> bool:
    """Return whether a browser asks if a page of an allowed origin may call."""
    return (
        environ["REQUEST_METHOD"] == "OPTIONS" and ASKED in environ and environ.get("HTTP_ORIGIN") in origins
    )
