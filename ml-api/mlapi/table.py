"""Rows from CSV, typed as the model's features are; what can't be typed stays text for the schema to name."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from mlapi.faults import Fault

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[+-]?\d{1,300}", re.ASCII)
_TRUTHS = {"true": True, "false": False}


class NotCsv(ValueError):
    """The body can't be read as CSV; the message says why without quoting it."""


class HeaderFault(ValueError):
    """The table's columns or the number of its cells don't fit; `faults` names all."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("The table does not fit the model.")
        self.faults = faults


def decode(body: bytes, features: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of a CSV body with a header line, and the line at which each row ends.

    An empty cell is a missing value. Raises NotCsv and HeaderFault.
    """
    try:
        reader = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        lines = [(reader.line_num, cells) for cells in reader if cells]
    except UnicodeDecodeError as error:
        raise NotCsv("The body is not UTF-8.") from error
    except csv.Error as error:
        raise NotCsv(f"The body is not CSV: line {reader.line_num} can't be read.") from error
    if not lines:
        raise NotCsv("The body is empty; the first line must name the columns.")
    header = [name.strip() for name in lines[0][1]]
    readers = {feature["name"]: _reader(feature) for feature in features}
    _check(header, lines[1:], features)
    rows = [
        {name: readers[name](cell) for name, cell in zip(header, cells, strict=True)}
        for _, cells in lines[1:]
    ]
    return rows, [line for line, _ in lines[1:]]


def _check(
    header: list[str], lines: list[tuple[int, list[str]]], features: Sequence[Mapping[str, Any]]
) -> None:
    names = [feature["name"] for feature in features]
    required = [feature["name"] for feature in features if not feature["nullable"]]
    said = [f"line 1: the column {name} is missing" for name in required if name not in header]
    said += [f"line 1: the column {name} stands more than once" for name in names if header.count(name) > 1]
    if any(name not in names for name in header):
        said.append("line 1: has a column that is not a feature; the features are: " + ", ".join(names))
    said += [
        f"line {line}: has {len(cells)} cells, the header has {len(header)}"
        for line, cells in lines
        if len(cells) != len(header)
    ]
    if said:
        raise HeaderFault([Fault("", detail) for detail in said])


def _reader(feature: Mapping[str, Any]) -> Any:
    kind = feature["kind"]
    if kind == "category":
        kind = "integer" if feature["values"] and isinstance(feature["values"][0], int) else "text"
    return {"number": _number, "integer": _number, "boolean": _truth, "text": _text}[kind]


def _number(cell: str) -> Any:
    cell = cell.strip()
    if _WHOLE.fullmatch(cell):
        return int(cell)
    return float(cell) if _NUMBER.fullmatch(cell) else (cell or None)


def _truth(cell: str) -> Any:
    return _TRUTHS.get(cell.strip().lower(), cell or None)


def _text(cell: str) -> Any:
    return cell or None
