"""What a caller takes for an answer."""

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

LONGEST = 1_000
"""Characters of an Accept that is read; browsers send 200."""


def accepted(header: str) -> MIMEAccept:
    """Return the media types of an Accept; one of any length is a wish, and nobody has to weigh thousands."""
    return parse_accept_header(header if len(header) <= LONGEST else None, MIMEAccept)
