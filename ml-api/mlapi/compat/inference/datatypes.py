"""The protocol's datatypes: which of them a feature takes, and which values fit them."""

from collections.abc import Iterator, Sequence
from typing import Any

from mlapi.columns import Feature

WHOLE = {
    f"{sign}{bits}": (0, 2**bits - 1) if sign == "UINT" else (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    for sign in ("UINT", "INT")
    for bits in (8, 16, 32, 64)
}
"""Datatype -> its least and greatest value."""
REAL = ("FP16", "FP32", "FP64")
NAMES = ("BOOL", *WHOLE, *REAL, "BYTES")


def of_feature(feature: Feature) -> str:
    """Return the datatype that a feature's metadata names."""
    if feature["kind"] == "category":
        return of_values(feature["values"])
    return {"number": "FP64", "integer": "INT64", "boolean": "BOOL"}[feature["kind"]]


def of_values(values: Sequence[Any]) -> str:
    """Return the datatype of classes or categories."""
    first = values[0] if values else ""
    if isinstance(first, bool):
        return "BOOL"
    return "INT64" if isinstance(first, int) else "BYTES"


def is_taken(feature: Feature, datatype: str) -> bool:
    """Tell whether a feature takes a datatype: its own, and for numbers every other kind of number."""
    own = of_feature(feature)
    return datatype == own if own in ("BOOL", "BYTES") else datatype in WHOLE or datatype in REAL


def misfits(datatype: str, values: Sequence[Any]) -> Iterator[int]:
    """Yield where values stand that are none of the datatype; null is of every datatype."""
    if datatype in WHOLE:
        low, high = WHOLE[datatype]
        yield from (at for at, value in enumerate(values) if not _is_whole(value, low, high))
    else:
        taken = {"BOOL": (bool,), "BYTES": (str,)}.get(datatype, (int, float))
        yield from (at for at, value in enumerate(values) if value is not None and type(value) not in taken)


def _is_whole(value: Any, low: int, high: int) -> bool:
    if value is None:
        return True
    whole = type(value) is int or (type(value) is float and value.is_integer())
    return whole and low <= value <= high
