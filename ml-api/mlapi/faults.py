"""What is wrong with rows, all of it, in words that repeat no value of the caller's."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Self

from mlapi import strict_json
from mlapi.expected import OBJECT, expected
from mlapi.glance import glance

FEW = 10
"""Rows that are looked at one by one first; for more the library is worth its loading."""
LISTED = 100
MOST_UNKNOWN = 20  # Of the keys of one row that are named one by one.
MOST_KEYS = 1000  # Beside the features, in one row.
MISFIT = "does not fit the schema of the model's rows"  # By a rule that no training writes.
_SHOWABLE = re.compile(r"[\w .-]{1,64}")

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
    def of(cls, *found: Fault, more: int = 0, most: int = LISTED) -> Self:
        """Return all faults that were found, the first of them listed; more: how many others there are."""
        return cls(list(found[:most]), len(found) + more)

    def __bool__(self) -> bool:
        return self.total > 0


class RowCheck:
    """Checks rows against a bundle's input schema; safe for any number of threads.

    Few rows are looked at first. Unless they are plainly good the schema is compiled, once; then it says in
    no time whether rows are good. What is wrong with bad ones it would tell with copies of the rows, so that
    is found here, value by value.
    """

    def __init__(self, schema: dict[str, Any]) -> None:
        self._properties: Mapping[str, Mapping[str, Any]] = schema["properties"]
        self._required = frozenset(schema["required"])
        self._schema = schema
        self._is_good = glance(schema)
        if self._is_good is None:
            _ = self._compiled  # Now, since only this finds what is wrong with the schema itself.

    @cached_property
    def _compiled(self) -> "_Compiled":
        return _Compiled(self._schema)

    def __call__(self, rows: Sequence[Any], base: Callable[[int], str], *, suspicious: bool) -> Faults:
        """Return all faults of rows; `base` gives a row's own pointer.

        suspicious: whether strict_json saw something that a schema can't see.
        """
        if self._are_valid(rows) and not (suspicious and any(map(_is_improper, rows))):
            return Faults([], 0)
        return self._overlong(rows, base) or self._collected(rows, base, suspicious)

    def _are_valid(self, rows: Sequence[Any]) -> bool:
        if self._is_good and len(rows) <= FEW and all(map(self._is_good, rows)):
            return True
        # The list of one row costs twice what the row does.
        compiled = self._compiled
        return bool(compiled.row.is_valid(rows[0]) if len(rows) == 1 else compiled.rows.is_valid(rows))

    def _overlong(self, rows: Sequence[Any], base: Callable[[int], str]) -> Faults:
        """Return the rows with far too many keys: to look at each of these would take long."""
        most = len(self._properties) + MOST_KEYS
        wide = [at for at, row in enumerate(rows) if isinstance(row, dict) and len(row) > most]
        detail = f"has over {most} keys; the model has {len(self._properties)} features"
        return Faults([Fault(base(at), detail) for at in wide[:LISTED]], len(wide))

    def _collected(self, rows: Sequence[Any], base: Callable[[int], str], suspicious: bool) -> Faults:
        listed: list[Fault] = []
        total = 0
        for position, row in enumerate(rows):
            if self._compiled.row.is_valid(row) and not (suspicious and _is_improper(row)):
                continue
            if len(listed) < LISTED:
                found = list(self._row_faults(row, base(position))) or [Fault(base(position), MISFIT)]
                listed += found
                total += len(found)
            else:
                total += self._count(row) or 1
        return Faults(listed[:LISTED], total)

    def _row_faults(self, row: Any, pointer: str) -> Iterator[Fault]:
        if not isinstance(row, dict):
            yield Fault(pointer, f"must be {OBJECT}")
            return
        for name in getattr(row, "keys_twice", ()):
            yield self._fault_at(pointer, name, strict_json.REPEATED, "repeated")
        yield from self._unknown(row, pointer)
        for name in self._properties:
            if name not in row:
                if name in self._required:
                    yield Fault(_below(pointer, name), "is required", "missing", name)
            elif self._is_wrong(name, row[name]):
                yield Fault(_below(pointer, name), *self._wrong(name, row[name]), name)

    def _count(self, row: Any) -> int:
        """Return how many faults `_row_faults` would find, in a fraction of its time."""
        if not isinstance(row, dict):
            return 1
        if not row:
            return len(self._required)
        known = [name for name in row if name in self._properties]
        unknown = min(len(row) - len(known), MOST_UNKNOWN + 1)
        wrong = sum(self._is_wrong(name, row[name]) for name in known)
        missing = len(self._required.difference(known))
        return len(getattr(row, "keys_twice", ())) + unknown + wrong + missing

    def _is_wrong(self, name: str, value: Any) -> bool:
        return _is_not_finite(value) or not self._compiled.features[name].is_valid(value)

    def _wrong(self, name: str, value: Any) -> tuple[str, Kind]:
        """Return what a wrong value must be, and the kind of its fault."""
        if _is_not_finite(value):
            return strict_json.NOT_FINITE, "not-finite"
        keywords = ["type"] if isinstance(value, list | dict) else self._broken(name, value)
        # A wrong type breaks an enumeration too.
        keyword = "type" if "type" in keywords else keywords[0]
        return expected(self._properties[name], keyword), _KINDS.get(keyword, "shape")

    def _broken(self, name: str, value: Any) -> list[str]:
        return [error.kind.name for error in self._compiled.features[name].iter_errors(value)]

    def improper(self, value: dict[str, Any], pointer: str) -> Iterator[Fault]:
        """Yield what is no proper JSON in a decoded object."""
        for name, detail in strict_json.faults(value):
            kind: Kind = "not-finite" if detail == strict_json.NOT_FINITE else "repeated"
            yield self._fault_at(pointer, name, detail, kind)

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


class _Compiled:
    """A schema as the library reads it: of a row, of many, and of each feature alone."""

    def __init__(self, schema: dict[str, Any]) -> None:
        # Where all rows are plainly good it is never needed: see glance.py.
        from jsonschema_rs import validator_for

        dialect = {"$schema": schema["$schema"]}
        self.row = validator_for(schema)
        self.rows = validator_for({**dialect, "type": "array", "items": schema})
        self.features = {
            name: validator_for({**said, **dialect}) for name, said in schema["properties"].items()
        }


def _is_improper(row: Any) -> bool:
    return isinstance(row, dict) and next(strict_json.faults(row), None) is not None


def _is_not_finite(value: Any) -> bool:
    return isinstance(value, float) and not math.isfinite(value)


def _below(pointer: str, name: str) -> str:
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
