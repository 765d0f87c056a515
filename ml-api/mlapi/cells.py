"""Texts as cells of a table that a person may open in a spreadsheet."""

import re

# A spreadsheet runs what begins so; in some languages the wide forms count as well.
_WIDE = (
    "\N{FULLWIDTH EQUALS SIGN}\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH HYPHEN-MINUS}\N{FULLWIDTH COMMERCIAL AT}"
)
_FORMULA = tuple(f"=+-@\t\r\n{_WIDE}")
_INERT = re.compile(r"[+-]?((\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?)?", re.ASCII)


def cell(text: str) -> str:
    """Return a text that no spreadsheet runs: a formula gets an apostrophe; signs and numbers do nothing."""
    return f"'{text}" if text.startswith(_FORMULA) and not _INERT.fullmatch(text) else text
