"""JSON as RFC 8259 means it: what Python's reader lets pass is found and named by where it stands."""

import json
import math
import re
from codecs import BOM_UTF8
from collections import Counter
from collections.abc import Iterator
from typing import Any

from mlapi.depth import is_deep
from mlapi.uncollected import uncollected

NOT_FINITE = "must be a finite number"
REPEATED = "stands more than once"
LARGE = 100_000  # Characters.
LONG = 300  # Digits of a whole number that is read as a float: Python reads none of more than 4,300.
_SURROGATE = re.compile(rb"\\u[dD]")


class NotJson(ValueError):
    """The body isn't JSON; the message says why without quoting it."""


class Repeated(dict[str, Any]):
    """An object in which a key stood more than once."""

    keys_twice: tuple[str, ...] = ()


def decode(body: bytes) -> tuple[Any, bool]:
    """Return the value of a JSON body, and whether `faults` may find something in it.

    NaN, Infinity, numbers beyond float64 and repeated keys are decoded, so that all can be named at once.
    Raises NotJson.
    """
    if is_deep(body):
        raise NotJson("The body is nested too deeply.")
    try:
        value, suspicious = _read(body.removeprefix(BOM_UTF8).decode())
    except UnicodeDecodeError as error:
        raise NotJson("The body is not UTF-8.") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"The body is not JSON (line {error.lineno}, column {error.colno}).") from error
    if b"\\u" in body and _SURROGATE.search(body) and not _encodable(value):
        raise NotJson("The body escapes half a character (a lone surrogate).")
    return value, suspicious


def faults(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, detail) for each entry of a decoded object that is no proper JSON."""
    for key in getattr(row, "keys_twice", ()):
        yield key, REPEATED
    for key, value in row.items():
        if isinstance(value, float) and not math.isfinite(value):
            yield key, NOT_FINITE


class _Improper(Exception):
    """What the plain reader stops at."""


def _read(text: str) -> tuple[Any, bool]:
    """Return a JSON text's value, and whether it holds what is no proper JSON."""
    if len(text) < LARGE:
        return _decoded(text)
    with uncollected():
        return _decoded(text)


def _decoded(text: str) -> tuple[Any, bool]:
    try:
        return _PLAIN.decode(text), False
    except _Improper:
        return _CLOSE.decode(text), True


def _plain_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) != len(pairs):
        raise _Improper
    return plain


def _plain_number(text: str) -> float:
    value = float(text)
    if math.isinf(value):
        raise _Improper
    return value


def _plain_integer(text: str) -> float:
    return int(text) if len(text) < LONG else _plain_number(text)


def _plain_constant(_: str) -> float:
    raise _Improper


def _close_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    repeated = Repeated(plain)
    counts = Counter(name for name, _ in pairs)
    repeated.keys_twice = tuple(name for name in plain if counts[name] > 1)
    return repeated


# Made once: to make a reader takes as long as to read a row.
_PLAIN = json.JSONDecoder(
    object_pairs_hook=_plain_object,
    parse_float=_plain_number,
    parse_int=_plain_integer,
    parse_constant=_plain_constant,
)
_CLOSE = json.JSONDecoder(
    object_pairs_hook=_close_object, parse_int=lambda text: int(text) if len(text) < LONG else float(text)
)


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
