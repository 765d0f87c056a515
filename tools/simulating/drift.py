"""Drift that is wished for: `reading_score=-0.5sd` moves a number, `island=Dream:+20%` a category's share."""

import argparse
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass

from tools.simulating.draw import Column, Numbers, Values, reshared, shifted
from tools.terminal import ToolError, printable

FORMS = "use FEATURE=-0.5sd for a number, FEATURE=VALUE:+20% for a category"
_AMOUNT = r"(?P<amount>[+-]?(\d+(\.\d*)?|\.\d+))"
_SHIFT = re.compile(rf"(?P<feature>.+?)={_AMOUNT}sd", re.ASCII)
_SHARE = re.compile(rf"(?P<feature>.+?)=(?P<value>.*):{_AMOUNT}%", re.ASCII)


@dataclass(frozen=True)
class Drift:
    """A feature that moves; value: the category whose share it is, None for a number."""

    feature: str
    amount: float
    value: str | None = None


def parse(text: str) -> Drift:
    """Return what one --drift says, for argparse."""
    for form, one in ((_SHIFT, 1), (_SHARE, 100)):
        found = form.fullmatch(text)
        if found and math.isfinite(amount := float(found["amount"])):
            return Drift(found["feature"], amount / one, found.groupdict().get("value"))
    raise argparse.ArgumentTypeError(f"{text!r} is no drift: {FORMS}")


def drifted(columns: Sequence[Column], drifts: Sequence[Drift]) -> list[Column]:
    """Return the columns after all drifts. Raises ToolError where one doesn't fit."""
    found = {column.name: column for column in columns}
    for at, drift in enumerate(drifts):
        if any((drift.feature, drift.value) == (other.feature, other.value) for other in drifts[:at]):
            raise ToolError(f"--drift {printable(drift.feature, 64)}: told twice.")
        if drift.feature not in found:
            named = printable(", ".join(found), 1_000)
            raise ToolError(f"--drift {printable(drift.feature, 64)}: no such feature; there are: {named}.")
        found[drift.feature] = _moved(found[drift.feature], drift)
    return list(found.values())


def _moved(column: Column, drift: Drift) -> Column:
    if isinstance(column, Numbers) and drift.value is None:
        return shifted(column, drift.amount)
    if isinstance(column, Values) and drift.value is not None:
        return reshared(column, _value(column, drift.value), drift.amount)
    raise ToolError(f"--drift {printable(drift.feature, 64)}: {FORMS}.")


def _value(column: Values, text: str) -> object:
    for value in column.values:
        if text in (str(value), str(value).lower() if isinstance(value, bool) else str(value)):
            return value
    named = printable(", ".join(map(str, column.values)), 1_000)
    raise ToolError(f"--drift {printable(column.name, 64)}: no such value; there are: {named}.")
