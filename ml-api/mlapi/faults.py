"""What is wrong with rows, all of it, in words that repeat no value of the caller's."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Self

import jsonschema_rs

from mlapi import strict_json

LISTED = 1000
MOST_UNKNOWN = 20  # Of the keys of one row that are named one by one.
MOST_KEYS = 1000  # Beside the features, in one row.
MOST_VALUES = 20  # Of a category that are named; the schema has all.
_SHOWABLE = re.compile(r"[\w .-]{1,64}")
_TYPES = {
    "number": "a number",
    "integer": "a whole number",
    "string": "text",
    "boolean": "true or false",
    "object": "an object with one key per feature",
}


Kind = Literal["missing", "unknown", "type", "range", "category", "length", "not-finite", "repeated", "shape"]
_KINDS: Mapping[str, Kind] = {
    "minimum": "range", "maximum": "range", "enum": "category", "maxLength": "length", "type": "type"
}  # fmt: skip


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: a JSON Pointer (RFC 6901) to it, and what is expected there.

    For counting it has a kind of a closed list, and the feature's name where it is about one.
    """

    pointer: str
    detail: str
    kind: Kind = "shape"
    feature: str = ""

    def as_json(self) -> dict[str, str]:
        """Return the fault as problem+json lists it."""
        return {"pointer": self.pointer, "detail": self.detail}


@dataclass(frozen=True)
class Faults:
    """The first LISTED faults, and how many there are in all."""

    listed: list[Fault]
    total: int

    @classmethod
    def of(cls, *found: Fault) -> Self:
        """Return all faults that were found, counted, and the first of them listed."""
        return cls(list(found[:LISTED]), len(found))

    def __bool__(self) -> bool:
        return self.total > 0


class TooDeep(ValueError):
    """Rows that are nested deeper than any row can be."""


class RowCheck:
    """Checks rows against a bundle's input schema: compiled once, then safe for any number of threads."""

    def __init__(self, schema: dict[str, Any]) -> None:
        self._properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
        self._row = jsonschema_rs.validator_for(schema)
        self._rows = jsonschema_rs.validator_for(
            {"$schema": schema["$schema"], "type": "array", "items": schema}
        )

    def __call__(self, rows: Sequence[Any], base: Callable[[int], str], *, suspicious: bool) -> Faults:
        """Return all faults of rows; `base` gives a row's own pointer.

        suspicious: whether strict_json saw something that a schema can't see. Raises TooDeep.
        """
        strict = list(self._strict_faults(rows, base)) if suspicious else []
        try:
            if not strict and self._are_valid(rows):
                return Faults([], 0)
            return self._overlong(rows, base) or self._collect(strict, self._schema_faults(rows, base))
        except ValueError as error:  # What the validator raises past its limit of 255 levels.
            raise TooDeep from error

    def _are_valid(self, rows: Sequence[Any]) -> bool:
        # The list of one row costs twice what the row does.
        return self._row.is_valid(rows[0]) if len(rows) == 1 else self._rows.is_valid(rows)

    def _overlong(self, rows: Sequence[Any], base: Callable[[int], str]) -> Faults:
        """Return the rows with far too many keys: to look at each of these would take seconds."""
        most = len(self._properties) + MOST_KEYS
        wide = [at for at, row in enumerate(rows) if isinstance(row, dict) and len(row) > most]
        detail = f"has over {most} keys; the model has {len(self._properties)} features"
        return Faults([Fault(base(at), detail) for at in wide[:LISTED]], len(wide))

    def _collect(self, strict: list[Fault], by_schema: Iterator[Fault]) -> Faults:
        # The schema takes what is not finite for null, and says so in the same place.
        named = {fault.pointer for fault in strict if fault.detail == strict_json.NOT_FINITE}
        listed, total = strict[:LISTED], len(strict)
        for fault in by_schema:
            if fault.pointer in named:
                continue
            total += 1
            if len(listed) < LISTED:
                listed.append(fault)
        return Faults(listed, total)

    def _strict_faults(self, rows: Sequence[Any], base: Callable[[int], str]) -> Iterator[Fault]:
        for position, row in enumerate(rows):
            if isinstance(row, dict):
                yield from self.improper(row, base(position))

    def improper(self, value: dict[str, Any], pointer: str) -> Iterator[Fault]:
        """Yield what is no proper JSON in a decoded object."""
        for name, detail in strict_json.faults(value):
            kind: Kind = "not-finite" if detail == strict_json.NOT_FINITE else "repeated"
            yield self._fault_at(pointer, name, detail, kind)

    def _schema_faults(self, rows: Sequence[Any], base: Callable[[int], str]) -> Iterator[Fault]:
        # Row by row: the validator keeps a copy of what it looked at with every error.
        for position, row in enumerate(rows):
            yield from self._row_faults(row, base(position))

    def _row_faults(self, row: Any, pointer: str) -> Iterator[Fault]:
        previous: list[str | int] = []
        for error in self._row.iter_errors(row):
            kind: Any = error.kind  # A closed family of classes, each with attributes of its own.
            path = error.instance_path
            if kind.name == "additionalProperties":
                yield from self._unknown(row, pointer)
            elif kind.name == "required":
                yield Fault(_below(pointer, kind.property), "is required", "missing", kind.property)
            elif not path:
                yield Fault(pointer, f"must be {_TYPES['object']}")
            elif kind.name != "enum" or path != previous:  # A wrong type breaks an enumeration too.
                name, said = str(path[0]), _KINDS.get(kind.name, "shape")
                yield Fault(_below(pointer, name), self._expected(name, kind.name), said, name)
            previous = path

    def _unknown(self, row: Mapping[str, Any], pointer: str) -> Iterator[Fault]:
        unknown = [name for name in row if name not in self._properties]
        for name in unknown[:MOST_UNKNOWN]:
            yield self._fault_at(pointer, name, "is not a feature of this model", "unknown")
        if len(unknown) > MOST_UNKNOWN:
            more = len(unknown) - MOST_UNKNOWN
            yield Fault(pointer, f"has {more} more keys that are not features of this model", "unknown")

    def _fault_at(self, pointer: str, name: str, detail: str, kind: Kind) -> Fault:
        """Return a fault at a key; of a foreign key's name only a short and plain one is repeated."""
        feature = name if name in self._properties else ""
        if feature or _SHOWABLE.fullmatch(name):
            return Fault(_below(pointer, name), detail, kind, feature)
        return Fault(pointer, f"has a key that {detail}", kind)

    def _expected(self, name: str, kind: str) -> str:
        wanted = self._properties[name]
        unit = f" {wanted['x-unit']}" if "x-unit" in wanted else ""
        if "enum" in wanted:
            return f"must be one of: {_in_words(wanted['enum'])}"
        if kind in ("minimum", "maximum"):
            side = "least" if kind == "minimum" else "most"
            return f"must be at {side} {wanted[kind]}{unit}"
        if kind == "maxLength":
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


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
