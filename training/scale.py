"""The target's scale: what an error is counted in once the model is in use."""

import math
from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from training.errors import TrainingError

LARGEST = 1e100


class TargetFault(TrainingError):
    """The target's numbers have no scale."""


@dataclass(frozen=True)
class Scale:
    """The training target's mean and its standard deviation (of the rows themselves; above 0)."""

    mean: float
    deviation: float


def scale(target: npt.NDArray[Any]) -> Scale:
    """Return the scale of numbers [rows], the same to the last bit on every machine.

    Raises TargetFault where all are the same, or too large or too close to 0 to be squared.
    """
    values = target.astype(float).tolist()
    least, most = min(values), max(values)
    if least == most:
        raise TargetFault("the target is the same number in every row, so there is nothing to predict")
    if max(-least, most) > LARGEST:
        raise TargetFault(f"the target holds numbers beyond {LARGEST:g}, of which no errors can be summed")
    # fsum is exact, so no sum depends on how a processor pairs the terms.
    mean = math.fsum(values) / len(values)
    deviation = math.sqrt(math.fsum((value - mean) ** 2 for value in values) / len(values))
    if deviation == 0:
        raise TargetFault("the target's numbers are too close to 0 to be told apart")
    return Scale(mean, deviation)
