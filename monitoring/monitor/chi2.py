"""The chi-squared distribution's upper quantiles, without scipy, which is too large for a deployment."""

import math
from functools import lru_cache

_STEPS = 500
_EXACT = 1e-15


@lru_cache(1024)
def upper(alpha: float, degrees: int) -> float:
    """Return the x that a chi-squared variable exceeds with probability alpha, by bisection."""
    low, high = 0.0, float(degrees) + 1
    while tail(high, degrees) > alpha:
        low, high = high, 2 * high
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if tail(middle, degrees) > alpha else (low, middle)
    return (low + high) / 2


def tail(x: float, degrees: int) -> float:
    """Return the probability of more than x: the regularised upper incomplete gamma Q(degrees/2, x/2)."""
    shape, at = degrees / 2, x / 2
    if at <= 0:
        return 1.0
    scale = math.exp(shape * math.log(at) - at - math.lgamma(shape))
    # Each is quick on its side of the mean (Abramowitz & Stegun 6.5.29 and 6.5.31).
    return 1 - scale * _series(shape, at) if at < shape + 1 else scale * _fraction(shape, at)


def _series(shape: float, at: float) -> float:
    term = total = 1 / shape
    for step in range(1, _STEPS):
        term *= at / (shape + step)
        total += term
        if term < total * _EXACT:
            break
    return total


def _fraction(shape: float, at: float) -> float:
    """Return the continued fraction, evaluated forwards by Lentz's method."""
    below = at + 1 - shape
    ratio, inverse = 1e300, 1 / below
    value = inverse
    for step in range(1, _STEPS):
        factor = step * (shape - step)
        below += 2
        inverse = 1 / (below + factor * inverse)
        ratio = below + factor / ratio
        value *= ratio * inverse
        if abs(ratio * inverse - 1) < _EXACT:
            break
    return value
