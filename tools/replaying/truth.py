"""The true value in a table's cell, as a model's target has it, and how an answer fares against it."""

import math
from collections.abc import Sequence
from typing import Any

from tools.card import Card

Value = float | int | str | bool


class NoTruth(ValueError):
    """A cell that holds no value of the target; the message says what would be one."""


def read(cell: str, card: Card) -> Value:
    """Return what a cell says: a number, or the class of that name. Raises NoTruth."""
    if card.task == "classification":
        return _class(cell, card.classes)
    try:
        number = float(cell)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise NoTruth(f"{card.output['name']}: must be a number")
    return number


def _class(cell: str, classes: Sequence[Value]) -> Value:
    for label in classes:
        if cell == str(label) or (isinstance(label, bool) and cell.lower() == str(label).lower()):
            return label
    raise NoTruth("the true value must be one of the model's classes")


def error(card: Card, prediction: Any, truth: Value) -> float:
    """Return how far an answer is off: in the target's unit, or 1 for a wrong class and 0 for a right one."""
    if card.task == "classification":
        return float(prediction != truth)
    return abs(float(prediction) - float(truth))


def as_number(card: Card, prediction: Any) -> float:
    """Return an answer as a gauge can show it: itself, or the class's position in the card's list, from 0."""
    if card.task == "classification":
        return float(card.classes.index(prediction))
    return float(prediction)
