"""The interval of an answer: where it ends, on the scale that its bundle names."""

from collections.abc import Mapping
from math import exp, isfinite
from typing import Any

import numpy as np
import numpy.typing as npt

Interval = Mapping[str, Any]
Numbers = npt.NDArray[np.float64]
LARGEST_LOG = 700.0  # Beyond it a factor e^q is no finite number.


def is_sound(interval: Interval) -> bool:
    """Tell whether an interval is one that can be served: a known scale with the numbers that it needs."""
    found = interval["quantile"]
    if interval["scale"] == "ratio":
        return len(found) == 2 and all(map(_is_number, found)) and 0 <= found[0] <= found[1]
    most = {"absolute": float("inf"), "log": LARGEST_LOG}.get(interval["scale"])
    return most is not None and _is_number(found) and 0 <= found <= most


def factors(interval: Interval) -> tuple[float, float] | None:
    """Return what a prediction is multiplied with to get both ends; None where something is added."""
    found = interval["quantile"]
    if interval["scale"] == "ratio":
        return found[0], found[1]
    return (exp(-found), exp(found)) if interval["scale"] == "log" else None


def ends(interval: Interval, predictions: Numbers) -> tuple[Numbers, Numbers]:
    """Return the lower and the upper ends [rows]; NaN where a factor is asked of what is not above 0."""
    by = factors(interval)
    if by is None:
        return predictions - interval["quantile"], predictions + interval["quantile"]
    with np.errstate(over="ignore"):  # what becomes infinite is no answer, which the caller says
        positive = np.where(predictions > 0, predictions, np.nan)
        return positive * by[0], positive * by[1]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
