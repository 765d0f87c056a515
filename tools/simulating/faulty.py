"""Rows with one fault of input, such as callers make, which the API must refuse."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

Row = dict[str, Any]
Change = tuple[str, str, Any]
"""A kind of fault, the feature, and the value that is wrong."""


def spoil(row: Row, features: Sequence[dict[str, Any]], rng: Random) -> str:
    """Put one fault into a row; return its kind, as the API counts it."""
    kind, name, value = rng.choice(list(_changes(features)))
    if kind == "missing":
        del row[name]
    else:
        row[name] = value
    return kind


def _changes(features: Sequence[dict[str, Any]]) -> Iterator[Change]:
    yield "unknown", _unused({feature["name"] for feature in features}), 1
    for feature in features:
        name = feature["name"]
        if not feature["nullable"]:
            yield "missing", name, None
        yield "type", name, 1.5 if feature["kind"] == "category" else "n/a"
        yield from _outside(feature)


def _outside(feature: dict[str, Any]) -> Iterator[Change]:
    """Yield values of the right type that are outside what the model takes."""
    name = feature["name"]
    if feature["kind"] == "category" and not feature["open"]:
        values = feature["values"]
        whole = all(isinstance(value, int) for value in values)
        yield "category", name, max(values) + 1 if whole else _unused(set(map(str, values)))
    if feature.get("maximum") is not None:
        yield "range", name, feature["maximum"] + 1
    if feature.get("minimum") is not None:
        yield "range", name, feature["minimum"] - 1


def _unused(names: set[str]) -> str:
    name = "simulated"
    while name in names:
        name += "_"
    return name
