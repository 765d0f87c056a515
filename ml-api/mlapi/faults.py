"""What is wrong with rows, all of it, in words that repeat no value of the caller's."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jsonschema_rs

from mlapi import strict_json

LISTED = 1000
_SHOWABLE = re.compile(r"[\w .-]{1,64}")
_TYPES = {
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
    "object": "an object with one key per feature",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a JSON Pointer (RFC 6901) to it, and what is expected there."""

    pointer: str
    detail: str

    def as_json(self) -> dict[str, str]:
        """Return the fault as problem+json lists it."""
        return {"pointer": self.pointer, "detail": self.detail}


@dataclass(frozen=True)
class Faults:
    """The first LISTED faults, and how many there are in all."""

    listed: list[Fault]
    total: int

    def __bool__(self) -> bool:
        return self.total > 0


class RowCheck:
    """Checks rows against a bundle's input schema: compiled once, then safe for any number of threads."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        self._properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
        rows = {"$schema": schema["$schema"], "type": "array", "items": schema}
        self._validator = jsonschema_rs.validator_for(rows)

    def __call__(self, rows: Sequence[Any], base: Callable[[int], str], *, suspicious: bool) -> Faults:
        """Return all faults of rows; `base` gives a row's own pointer.

        suspicious: whether strict_json saw something that a schema can't see.
        """
        strict = list(_strict(rows, base)) if suspicious else []
        if not strict and self._validator.is_valid(rows):
            return Faults([], 0)
        seen: set[str] = set()
        listed: list[Fault] = []
        for fault in (*strict, *self._schema_faults(rows, base)):
            if fault.pointer in seen:
                continue  # A wrong type breaks an enumeration too; once is enough.
            seen.add(fault.pointer)
            if len(listed) < LISTED:
                listed.append(fault)
        return Faults(listed, len(seen))

    def _schema_faults(self, rows: Sequence[Any], base: Callable[[int], str]) -> Iterator[Fault]:
        for error in self._validator.iter_errors(rows):
            position, *path = error.instance_path
            pointer = base(int(position))
            kind: Any = error.kind  # A closed family of classes, each with attributes of its own.
            if kind.name == "additionalProperties":
                yield from self._unknown(rows[int(position)], pointer)
            elif kind.name == "required":
                yield Fault(_below(pointer, kind.property), "is required")
            elif path:
                name = str(path[0])
                yield Fault(_below(pointer, name), self._expected(name, error))
            else:
                yield Fault(pointer, f"must be {_TYPES['object']}")

    def _unknown(self, row: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
        for name in row.keys() - self._properties.keys():
            if _SHOWABLE.fullmatch(name):
                yield Fault(_below(pointer, name), "is not a feature of this model")
            else:
                yield Fault(pointer, "has a key that is not a feature of this model")

    def _expected(self, name: str, error: jsonschema_rs.ValidationError) -> str:
        wanted = self._properties[name]
        unit = f" {wanted['x-unit']}" if "x-unit" in wanted else ""
        if error.kind.name == "enum" or "enum" in wanted:
            return "must be one of: " + ", ".join("null" if v is None else str(v) for v in wanted["enum"])
        if error.kind.name in ("minimum", "maximum"):
            side = "least" if error.kind.name == "minimum" else "most"
            return f"must be at {side} {wanted[error.kind.name]}{unit}"
        if error.kind.name == "maxLength":
            return f"must be at most {wanted['maxLength']} characters long"
        return "must be " + _type_in_words(wanted["type"])


def _strict(rows: Sequence[Any], base: Callable[[int], str]) -> Iterator[Fault]:
    for position, row in enumerate(rows):
        if isinstance(row, dict):
            for name, detail in strict_json.faults(row):
                shown = _below(base(position), name) if _SHOWABLE.fullmatch(name) else base(position)
                yield Fault(shown, detail)


def _type_in_words(types: str | Sequence[str]) -> str:
    if isinstance(types, str):
        return _TYPES[types]
    base = next(kind for kind in types if kind != "null")
    return f"{_TYPES[base]} or null"


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
