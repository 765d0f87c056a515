"""Writes the rows into docs/compat.md, each system's table between its two marks."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.compat.row import Row

PAGE = Path(__file__).resolve().parents[2] / "docs" / "compat.md"
_TABLE = re.compile(r"(?<=<!-- rows: )([a-z-]+)( -->\n).*?(?=<!-- end -->)", re.DOTALL)
HEADER = "| the older system had | type here | what comes back |\n|---|---|---|\n"


class NoTable(ValueError):
    """The page and the table don't have the same systems."""


def written(page: str, table: Mapping[str, Sequence[Row]]) -> str:
    """Return the page with the rows of the table. Raises NoTable."""
    marked = [found[1] for found in _TABLE.finditer(page)]
    if marked != list(table):
        raise NoTable(f"the page has tables for {marked}, the rows are of {list(table)}")
    return _TABLE.sub(lambda found: found[1] + found[2] + _rows(table[found[1]]), page)


def _rows(rows: Sequence[Row]) -> str:
    return HEADER + "".join(
        f"| {_cell(row.older)} | {_typed(row)} | {_cell(row.answer.in_words())} |\n" for row in rows
    )


def _typed(row: Row) -> str:
    asked = f"<br>and, while it runs, {_code(row.asked)}" if row.asked else ""
    then = f"<br>and then {_code(row.then)}" if row.then else ""
    return _code(row.here) + asked + then


def _code(text: str) -> str:
    return f"`{_cell(text)}`"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
