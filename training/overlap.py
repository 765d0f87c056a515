"""How many of the rows that should be held out are rows that the model was fitted on."""

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import numpy.typing as npt
import pandas as pd

from training.errors import TrainingError
from training.sealed import sha256

HELP = "give rows that were held out from fitting"


class NotHeldOut(TrainingError):
    """The test rows are the training rows; a score on them says nothing."""


def refuse_same(data: Path, test: Path) -> None:
    """Raise NotHeldOut where two files are the same to the byte."""
    if sha256(data.read_bytes()) == sha256(test.read_bytes()):
        raise NotHeldOut(f"{test.name} is the same file as the training rows", HELP)


def caveats(
    inputs: pd.DataFrame, target: npt.NDArray[Any], test_inputs: pd.DataFrame, test_target: npt.NDArray[Any]
) -> list[str]:
    """Return a sentence on test rows that also stand in the training rows, if there are any.

    Both frames have the same columns. Raises NotHeldOut where all of them do.
    """
    known = set(_rows(inputs, target))
    asked = _rows(test_inputs, test_target)
    both = sum(row in known for row in asked)
    if both == len(asked):
        raise NotHeldOut(f"all {both:,} test rows also stand in the training rows", HELP)
    said = f"{both:,} of {len(asked):,} test rows also stand in the training rows"
    return [f"{said}, which may flatter the scores."] if both else []


def _rows(inputs: pd.DataFrame, target: npt.NDArray[Any]) -> list[tuple[Hashable, ...]]:
    """Return rows that compare by value: 1 equals 1.0, and a gap a gap, which NaN would not."""
    columns = [[None if pd.isna(value) else value for value in inputs[name].tolist()] for name in inputs]
    return list(zip(*columns, target.tolist(), strict=True))
