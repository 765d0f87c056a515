"""A CSV file held against a model's card: columns are judged up front, cells are left to the API."""

import csv
import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.card import Card
from tools.terminal import ToolError, counted, printable


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the file: the features' part as CSV, the true value's cell if there is one, what is wrong.

    Text, and no list of cells: a file of 100 MB is kept in a fraction of the memory.
    """

    text: str
    truth: str | None = None
    fault: str | None = None


@dataclass(frozen=True)
class Table:
    """A file's rows, as one model takes them; `knows_truth`: the file has the model's target."""

    columns: list[str]
    rows: list[Row]
    knows_truth: bool

    def csv(self, rows: Sequence[Row]) -> bytes:
        """Return rows as a body of text/csv."""
        return (_as_csv(self.columns) + "".join(row.text for row in rows)).encode()


def read(path: Path) -> Iterator[list[str]]:
    """Return the cells of a CSV file, line by line, without empty lines: the header is read at once.

    Raises ToolError, also while the lines are gone through.
    """
    lines = _lines(path)
    return itertools.chain([next(lines)], lines)


def _lines(path: Path) -> Iterator[list[str]]:
    count = 0
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            for cells in reader:
                # A lone empty cell is a row only where `""` says so.
                if any(map(str.strip, cells)) or len(cells) > 1 or cells == [""]:
                    count += 1
                    yield cells
    except OSError as error:
        raise ToolError(f"--csv {path} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ToolError(f"--csv {path} is not UTF-8; save it as such.") from error
    except csv.Error as error:
        raise ToolError(f"--csv {path} is no CSV: line {reader.line_num} can't be read ({error})") from error
    if count < 2:
        raise ToolError(f"--csv {path} has no rows; its first line names the columns.")


def fit(lines: Iterable[Sequence[str]], card: Card, ignored: Sequence[str] = ()) -> Table:
    """Return a file's rows as the model takes them. Raises ToolError naming every column that is wrong."""
    left = iter(lines)
    header = [name.strip() for name in next(left)]
    features = [str(feature["name"]) for feature in card.features]
    said = list(_faults(header, card, ignored))
    if said:
        known = printable(", ".join(features), 1_000)
        what = printable("; ".join(said), 2_000)
        raise ToolError(f"The table does not fit {card.name}: {what}. Its features are: {known}.")
    places = [at for at, name in enumerate(header) if name in features and name not in ignored]
    target = card.output["name"]
    knows_truth = target in header and target not in [*features, *ignored]
    place = header.index(target) if knows_truth else None
    rows = [_row(cells, len(header), places, place) for cells in left]
    return Table([header[at] for at in places], rows, knows_truth)


def _faults(header: Sequence[str], card: Card, ignored: Sequence[str]) -> Iterator[str]:
    features = {str(feature["name"]): feature for feature in card.features}
    known = {*features, card.output["name"]}
    columns = Counter(name for name in header if name not in ignored)
    for name, times in columns.items():
        if name not in known:
            yield f"it has no feature {printable(name, 64)!r}"
        elif times > 1:
            yield f"the column {printable(name, 64)} stands {times} times"
    for name, feature in features.items():
        if name not in columns and not feature["nullable"]:
            yield f"the column {printable(name, 64)} is missing"
    yield from (f"--ignore {printable(name, 64)}: no such column" for name in ignored if name not in header)


def _row(cells: Sequence[str], wanted: int, places: Sequence[int], target: int | None) -> Row:
    if len(cells) != wanted:
        return Row("", fault=f"has {counted(len(cells), 'cell')} where the header has {wanted}")
    truth = cells[target].strip() if target is not None else None
    return Row(_as_csv([cells[at] for at in places]), truth=truth or None)


class _Echo:
    """What csv.writer writes to, to hand it back."""

    def write(self, text: str) -> str:
        return text


_writer = csv.writer(_Echo(), lineterminator="\n")


def _as_csv(cells: Sequence[str]) -> str:
    return str(_writer.writerow(cells))
