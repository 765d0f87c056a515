"""JSON as RFC 8259 means it: what Python's reader lets pass is found and named by where it stands."""

import json
import math
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

NOT_FINITE = "must be a finite number"
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
    notes: list[str] = []
    try:
        value = json.loads(
            body.decode("utf-8-sig"),
            object_pairs_hook=lambda pairs: _object(pairs, notes),
            parse_constant=lambda name: _not_finite(name, notes),
            parse_float=lambda text: _number(text, notes),
            parse_int=lambda text: int(text) if len(text) < 300 else _number(text, notes),
        )
    except UnicodeDecodeError as error:
        raise NotJson("The body is not UTF-8.") from error
    except RecursionError as error:
        raise NotJson("The body is nested too deeply.") from error
    except json.JSONDecodeError as error:
        raise NotJson(f"The body is not JSON (line {error.lineno}, column {error.colno}).") from error
    if _SURROGATE.search(body) and not _encodable(value):
        raise NotJson("The body escapes half a character (a lone surrogate).")
    return value, bool(notes)


def faults(row: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (key, detail) for each entry of a decoded object that is no proper JSON."""
    for key in getattr(row, "keys_twice", ()):
        yield key, "stands more than once"
    for key, value in row.items():
        if isinstance(value, float) and not math.isfinite(value):
            yield key, NOT_FINITE


def _object(pairs: list[tuple[str, Any]], notes: list[str]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    notes.append("repeated")
    repeated = Repeated(plain)
    counts = Counter(name for name, _ in pairs)
    repeated.keys_twice = tuple(name for name in plain if counts[name] > 1)
    return repeated


def _number(text: str, notes: list[str]) -> float:
    value = float(text)
    if math.isinf(value):
        notes.append("overflow")
    return value


def _not_finite(name: str, notes: list[str]) -> float:
    notes.append("constant")
    return float(name)


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
