"""The interval of an answer: where it ends, on the scale that its bundle names."""

from collections.abc import Callable, Mapping
from math import exp, isfinite, nan
from typing import Any

Interval = Mapping[str, Any]
Ends = Callable[[float], tuple[float, float]]
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


def ends(interval: Interval) -> Ends:
    """Return a function from a prediction to its interval's lower and upper end.

    Where a factor is asked of what is not above 0 they are NaN; they may be infinite.
    """
    by = factors(interval)
    if by is None:
        distance = interval["quantile"]
        return lambda prediction: (prediction - distance, prediction + distance)
    low, high = by
    return lambda prediction: (prediction * low, prediction * high) if prediction > 0 else (nan, nan)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)
