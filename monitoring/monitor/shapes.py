"""Small strict readers: a value that came from outside has the shape that was agreed, or it is refused.

`at` says where a value stands (`models/3/name`); it is made of our words and of numbers, never of theirs.
"""

import math
import re
from collections.abc import Callable, Collection
from typing import Any, TypeVar

T = TypeVar("T")

_NAME = re.compile(r"[a-z][a-z0-9-]{0,62}")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_LONGEST_VERSION = 40
_LARGEST = 1e300


class WrongShape(ValueError):
    """Says where a value stands and what it should be."""

    def __init__(self, at: str, wanted: str) -> None:
        super().__init__(f"{at or 'the whole'} should be {wanted}")


def an_object(value: Any, at: str) -> dict[str, Any]:
    """Return a JSON object. Raises WrongShape, as every function here does."""
    if not isinstance(value, dict):
        raise WrongShape(at, "an object")
    return value


def a_list(value: Any, at: str, most: int) -> list[Any]:
    """Return a list that is not too long."""
    if not isinstance(value, list) or len(value) > most:
        raise WrongShape(at, f"a list of at most {most}")
    return value


def text(value: Any, at: str) -> str:
    """Return a text."""
    if not isinstance(value, str):
        raise WrongShape(at, "a text")
    return value


def number(value: Any, at: str) -> float:
    """Return a finite number as a float."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise WrongShape(at, "a number")
    if not -_LARGEST < value < _LARGEST:  # NaN is not between them either.
        raise WrongShape(at, "a finite number")
    return float(value)


def amount(value: Any, at: str) -> float:
    """Return a finite number that is not negative."""
    found = number(value, at)
    if found < 0:
        raise WrongShape(at, "zero or more")
    return found


def flag(value: Any, at: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise WrongShape(at, "true or false")
    return value


def one_of(value: Any, at: str, words: Collection[str]) -> str:
    """Return a word of a closed list."""
    if not isinstance(value, str) or value not in words:
        raise WrongShape(at, " or ".join(words))
    return value


def name(value: Any, at: str) -> str:
    """Return a model's name."""
    return _matching(_NAME, value, at, "a model's name")


def version(value: Any, at: str) -> str:
    """Return a model's version: numbers with dots."""
    found = _matching(_VERSION, value, at, "a version")
    if len(found) > _LONGEST_VERSION:
        raise WrongShape(at, "a version")
    return found


def order(version: str) -> tuple[int, ...]:
    """Return what versions are sorted by: 10 is newer than 9."""
    return tuple(int(part) for part in version.split("."))


def sha256(value: Any, at: str) -> str:
    """Return a sha256 in hexadecimal."""
    return _matching(_SHA256, value, at, "a sha256")


def nullable(read: Callable[[Any, str], T], value: Any, at: str) -> T | None:
    """Return what a reader makes of a value, or None for null."""
    return None if value is None else read(value, at)


def label(value: Any, at: str) -> str | int | float | bool:
    """Return a class: a text, a finite number, true or false."""
    if isinstance(value, str | bool):
        return value
    if isinstance(value, int) and abs(value) < _LARGEST:
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    raise WrongShape(at, "a class")


def _matching(pattern: re.Pattern[str], value: Any, at: str, wanted: str) -> str:
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise WrongShape(at, wanted)
    return value
