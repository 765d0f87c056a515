"""JSON as RFC 8259 means it; what Python's reader lets pass beyond that is refused."""

import json
import math
import re
from typing import Any, NoReturn

from monitor.depth import is_deep

_LONGEST_INTEGER = 300
_SURROGATE = re.compile(rb"\\u[dD]")


class NotJson(ValueError):
    """Says in a few words why a text is no JSON that can be used, without quoting it."""


def loads(body: bytes) -> Any:
    """Return a body's value. Raises NotJson where it is not JSON, not finite or nested too deeply."""
    if is_deep(body):
        raise NotJson("it is nested too deeply")
    try:
        value = json.loads(
            body.decode("utf-8-sig"), parse_constant=_constant, parse_float=_float, parse_int=_int
        )
        if _SURROGATE.search(body):
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as error:
        raise NotJson("it is not UTF-8") from error
    except UnicodeEncodeError as error:
        raise NotJson("it escapes half a character") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"line {error.lineno}, column {error.colno}") from error
    return value


def _constant(_: str) -> NoReturn:
    raise NotJson("it holds NaN or Infinity")


def _float(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise NotJson("it holds a number beyond all bounds")
    return value


def _int(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise NotJson("it holds a number beyond all bounds")
    return int(text)
