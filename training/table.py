"""Reads a CSV file into a table of texts, in which row 1 is the first one under the header."""

import csv
import io
import re

import pandas as pd

from training.errors import TrainingError

MISSING = ("", "NA")
MOST_NAMED = 10


class DataFault(TrainingError):
    """The data are not what the model needs; names columns, checks and rows, never values."""


def read_table(data: bytes) -> pd.DataFrame:
    """Return a CSV file's rows, every value a text, "" and NA as missing.

    Header names are brought to the form race_ethnicity: small letters, all else as "_".
    Raises DataFault where the file is no such table.
    """
    header, *rows = _records(data)
    ragged = [number for number, row in enumerate(rows, 1) if len(row) != len(header)]
    if ragged:
        raise DataFault(f"as many cells as the header ({len(header)}) failed in {in_rows(ragged)}")
    names = [re.sub(r"\W+", "_", name.strip().lower()) for name in header]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise DataFault(*(f"column {name}: is there more than once" for name in twice))
    cells = [[None if cell.strip() in MISSING else cell.strip() for cell in row] for row in rows]
    return pd.DataFrame(cells, columns=names, index=range(1, len(rows) + 1), dtype=object)


def in_rows(numbers: list[int]) -> str:
    """Return row numbers in words, the first ten of them."""
    shown = ", ".join(str(number) for number in numbers[:MOST_NAMED])
    more = f" and {len(numbers) - MOST_NAMED:,} more" if len(numbers) > MOST_NAMED else ""
    return f"{'row' if len(numbers) == 1 else 'rows'} {shown}{more}"


def _records(data: bytes) -> list[list[str]]:
    try:
        text = data.decode("utf-8-sig")
        records = list(csv.reader(io.StringIO(text.rstrip("\r\n"), newline=""), strict=True))
    except UnicodeDecodeError as error:
        raise DataFault("the file is not UTF-8 text") from error
    except csv.Error as error:
        raise DataFault(f"the file is not CSV: {error}") from error
    if not records or not records[0]:
        raise DataFault("the file has no header line")
    return records
