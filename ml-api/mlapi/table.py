"""Rows from CSV, typed as the model's features are; what can't be typed stays text for the schema to name."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
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


class TooManyRows(ValueError):
    """The table has more rows than one call takes."""


def decode(
    body: bytes, features: Sequence[Mapping[str, Any]], max_rows: int
) -> tuple[list[dict[str, Any]], list[int]]:
    """Return the rows of a CSV body with a header line, and the line at which each row ends.

    An empty cell is a missing value. Raises NotCsv, HeaderFault and TooManyRows.
    """
    try:
        reader = csv.reader(io.StringIO(body.decode("utf-8-sig"), newline=""), strict=True)
        filled = ((reader.line_num, cells) for cells in reader if cells)
        lines = list(islice(filled, max_rows + 2))
    except UnicodeDecodeError as error:
        raise NotCsv("The body is not UTF-8.") from error
    except csv.Error as error:
        raise NotCsv(f"The body is not CSV: line {reader.line_num} can't be read.") from error
    if not lines:
        raise NotCsv("The body is empty; the first line must name the columns.")
    if len(lines) > max_rows + 1:
        raise TooManyRows
    header = [name.strip() for name in lines[0][1]]
    said = [*_header_faults(lines[0][0], header, features), *_length_faults(len(header), lines[1:])]
    if said:
        raise HeaderFault([Fault("", detail) for detail in said])
    readers = {feature["name"]: _reader(feature) for feature in features}
    rows = [
        {name: readers[name](cell) for name, cell in zip(header, cells, strict=True)}
        for _, cells in lines[1:]
    ]
    return rows, [line for line, _ in lines[1:]]


def _header_faults(line: int, header: list[str], features: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    counts = Counter(header)
    for feature in features:
        if feature["name"] not in counts and not feature["nullable"]:
            yield f"line {line}: the column {feature['name']} is missing"
        if counts[feature["name"]] > 1:
            yield f"line {line}: the column {feature['name']} stands more than once"
    names = [feature["name"] for feature in features]
    if not counts.keys() <= set(names):
        yield f"line {line}: has a column that is not a feature; the features are: {', '.join(names)}"


def _length_faults(wanted: int, lines: list[tuple[int, list[str]]]) -> Iterator[str]:
    for line, cells in lines:
        if len(cells) != wanted:
            yield f"line {line}: has {len(cells)} cells, the header has {wanted}"


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
