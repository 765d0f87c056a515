"""How deeply a JSON text is nested, before anything reads it.

Python's reader calls itself for every level. Some releases let it go so deep that the stack of a server's
thread ends first, and with it the whole process. What is told is right up to where the text stops being JSON,
and no reader comes farther. Each step is one call of bytes, so that it takes little of the time of reading.
"""

import re
from itertools import accumulate

DEEPEST = 255
_STEPS = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_OTHERS = bytes(set(range(256)) - _STEPS.keys() - {ord('"')})
_TEXTS = re.compile(rb'"[^"]*(?:"|\Z)')


def is_deep(body: bytes) -> bool:
    """Tell whether a text has more than DEEPEST levels."""
    if body.count(b"[") + body.count(b"{") <= DEEPEST:
        return False
    return max(accumulate(map(_STEPS.__getitem__, _brackets(body))), default=0) > DEEPEST


def _brackets(body: bytes) -> bytes:
    """Return the brackets that stand outside of texts."""
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    signs = body.translate(None, _OTHERS)
    # Two quotes in a row are a text without brackets, or the end of one and the start of another: without
    # them what is inside stays inside.
    return _TEXTS.sub(b"", signs.replace(b'""', b""))
