"""Rows from columns, as clients of other servers send them; their missing numbers come as NaN."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from mlapi.columns import Feature
from mlapi.faults import Fault, Faults
from mlapi.payload import Payload, Reader
from mlapi.problems import Refusal

Place = Callable[[str, int], str]
"""From a feature and a row to the pointer at its value."""


def checked(
    reader: Reader, columns: Mapping[str, Sequence[Any]], place: Place, *, suspicious: bool
) -> Payload:
    """Return the rows of columns of one length. Raises Refusal naming every fault where it stands."""
    rows: list[Any] = [
        dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)
    ]
    if suspicious:
        fill_gaps(reader.features, rows)
    try:
        return reader.checked(rows, "row {}".format, suspicious=suspicious)
    except Refusal as refusal:
        listed = [_moved(fault, place) for fault in refusal.faults.listed]
        raise replace(refusal, faults=Faults(listed, refusal.faults.total)) from refusal


def _moved(fault: Fault, place: Place) -> Fault:
    if not fault.feature:
        return fault
    row = fault.pointer.removeprefix("row ").partition("/")[0]
    return replace(fault, pointer=place(fault.feature, int(row)))


def fill_gaps(features: Sequence[Feature], rows: Sequence[Any]) -> None:
    """Make null of NaN, in place, where a feature may be missing."""
    nullable = [feature["name"] for feature in features if feature["nullable"]]
    for row in rows:
        if isinstance(row, dict):
            for name in nullable:
                value = row.get(name)
                if isinstance(value, float) and value != value:  # NaN alone differs from itself.
                    row[name] = None


def missing(features: Sequence[Feature], names: Sequence[str] | set[str]) -> list[str]:
    """Return the features that columns of these names lack and must have."""
    given = set(names)
    return [
        feature["name"] for feature in features if feature["name"] not in given and not feature["nullable"]
    ]
