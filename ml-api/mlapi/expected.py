"""What a feature's value must be, in words: from the property of its schema."""

from collections.abc import Mapping, Sequence
from typing import Any

MOST_VALUES = 20  # Of a category that are named; the schema has all.
OBJECT = "an object with one key per feature"
_TYPES = {"number": "a number", "integer": "a whole number", "string": "text", "boolean": "true or false"}


def expected(wanted: Mapping[str, Any], keyword: str) -> str:
    """Return what a value must be that breaks a keyword of its schema."""
    unit = f" {wanted['x-unit']}" if "x-unit" in wanted else ""
    if "enum" in wanted:
        return f"must be one of: {_in_words(wanted['enum'])}"
    if keyword in ("minimum", "maximum"):
        side = "least" if keyword == "minimum" else "most"
        return f"must be at {side} {wanted[keyword]}{unit}"
    if keyword == "maxLength":
        return f"must be at most {wanted['maxLength']} characters long"
    return "must be " + _type_in_words(wanted["type"])


def _in_words(values: Sequence[Any]) -> str:
    said = ["null" if value is None else str(value) for value in values[:MOST_VALUES]]
    more = len(values) - MOST_VALUES
    return ", ".join(said) + (f" and {more} more" if more > 0 else "")


def _type_in_words(types: str | Sequence[str]) -> str:
    if isinstance(types, str):
        return _TYPES[types]
    base = next(kind for kind in types if kind != "null")
    return f"{_TYPES[base]} or null"
