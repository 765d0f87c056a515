"""Rows that are good at a glance, told without the library that compiles a schema.

That library has the last word and names what is wrong, but to load it takes a tenth of a server's memory and
some of every cold start. So it is asked only of rows that are not plainly good: those that are good for a
subtle reason (1.0 is an integer), and those that are not. This holds for schemas of the few keywords that
training writes; of any other nothing is good at a glance.
"""

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any

from mlapi.card import SCHEMA

Glance = Callable[[Any], bool]
"""True only of what fits the schema."""

_TYPES: Mapping[str, tuple[type, ...]] = {
    "number": (int, float), "integer": (int,), "boolean": (bool,), "string": (str,), "null": (NoneType,)
}  # fmt: skip
_OF_ROWS = {"$schema", "type", "properties", "required", "additionalProperties", "examples"}
_OF_ALL = {"type", "description", "x-unit"}
_EXACT = 2**53
"""Up to here a float64 is as good as any number; beyond, comparing is the library's."""
_ABSENT = object()


class _Subtle(Exception):
    """A schema with something in it that only the library knows to judge."""


def glance(schema: Mapping[str, Any]) -> Glance | None:
    """Return what tells rows that are plainly good, or None where the schema isn't plain itself."""
    try:
        return _row(schema)
    except _Subtle:
        return None


def _row(schema: Mapping[str, Any]) -> Glance:
    if schema.keys() != _OF_ROWS or [schema["$schema"], schema["type"]] != [SCHEMA, "object"]:
        raise _Subtle
    if schema["additionalProperties"] is not False or type(schema["examples"]) is not list:
        raise _Subtle
    properties, required = schema["properties"], _listed(schema["required"])
    if not properties.keys() >= required:
        raise _Subtle
    features = [(name, name in required, _value(said)) for name, said in properties.items()]

    def is_good(row: Any) -> bool:
        if type(row) is not dict:
            return False
        known = 0
        for name, needed, fits in features:
            value = row.get(name, _ABSENT)
            if value is not _ABSENT:
                if not fits(value):
                    return False
                known += 1
            elif needed:
                return False
        return known == len(row)

    return is_good


def _listed(names: Any) -> frozenset[str]:
    """Return the names of a list that has each of them once, as a schema must."""
    if type(names) is not list or len(names) != len(set(names)):
        raise _Subtle
    return frozenset(names)


def _value(said: Mapping[str, Any]) -> Glance:
    types = _types(said.get("type", []))
    if type(said.get("description", "")) is not str:
        raise _Subtle
    if "enum" in said:
        return _one_of(said, types)
    fits = _of_type(said, types - {NoneType})
    return (lambda value: value is None or fits(value)) if NoneType in types else fits


def _types(said: str | list[str]) -> frozenset[type]:
    names = _listed([said] if isinstance(said, str) else said)
    if not names or not _TYPES.keys() >= names:
        raise _Subtle
    return frozenset(kind for name in names for kind in _TYPES[name])


def _one_of(said: Mapping[str, Any], types: frozenset[type]) -> Glance:
    values = said["enum"]
    if type(values) is not list:
        raise _Subtle
    # To Python 1, 1.0 and True are one value; of one type each, they can't be taken for each other.
    if said.keys() - _OF_ALL - {"enum"} or not types >= set(map(type, values)) or types & {bool, float}:
        raise _Subtle
    known = frozenset(values)
    return lambda value: type(value) in types and value in known


def _of_type(said: Mapping[str, Any], types: frozenset[type]) -> Glance:
    if int in types and types <= {int, float}:
        return _number(said, types)
    if types == {str}:
        return _text(said)
    if types == {bool} and not said.keys() - _OF_ALL:
        return lambda value: type(value) is bool
    raise _Subtle


def _number(said: Mapping[str, Any], types: frozenset[type]) -> Glance:
    low, high = said.get("minimum", -_EXACT), said.get("maximum", _EXACT)
    if said.keys() - _OF_ALL - {"minimum", "maximum"} or not {int, float} >= {type(low), type(high)}:
        raise _Subtle
    low, high = max(low, -_EXACT), min(high, _EXACT)
    return lambda value: type(value) in types and low <= value <= high


def _text(said: Mapping[str, Any]) -> Glance:
    most = said.get("maxLength", _EXACT)
    if said.keys() - _OF_ALL - {"maxLength"} or type(most) is not int or most < 0:
        raise _Subtle
    return lambda value: type(value) is str and len(value) <= most
