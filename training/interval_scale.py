"""The scale on which a model errs alike everywhere, and with it the 90% interval of its answers.

From low to high that is: absolute, prediction - q to prediction + q; log, prediction / e^q to
prediction * e^q; ratio, prediction * a to prediction * b.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from training.folds import ScoringError
from training.intervals import middle_ninety, ninety

Array = npt.NDArray[Any]
Scale = Literal["absolute", "log", "ratio"]
Quantile = float | list[float]

METHODS: dict[Scale, str] = {
    "absolute": "quantile of the absolute residuals of",
    "log": "quantile of the absolute residuals of the logarithms of",
    "ratio": "5% and 95% quantiles of the truth divided by",
}


def quantile(scale: Scale, truth: Array, predicted: Array) -> Quantile:
    """Return what nine of ten errors stay within: one number, or two for the ratio.

    Raises ScoringError where a prediction, or on the log scale a truth, is not above 0.
    """
    _check(scale, truth, predicted)
    if scale == "absolute":
        return ninety(truth - predicted)
    if scale == "log":
        return ninety(np.log(truth) - np.log(predicted))
    return list(middle_ninety(truth / predicted))


def held(scale: Scale, found: Quantile, truth: Array, predicted: Array) -> Array:
    """Return which truths [rows] are inside the intervals; around a prediction without one none is."""
    low, high = ends(scale, found, predicted)
    return np.asarray((low <= truth) & (truth <= high) & has_interval(scale, predicted))


def ends(scale: Scale, found: Quantile, predicted: Array) -> tuple[Array, Array]:
    """Return the intervals' lower and upper ends [rows]."""
    if isinstance(found, list):
        return predicted * found[0], predicted * found[1]
    if scale == "log":
        return predicted * np.exp(-found), predicted * np.exp(found)
    return predicted - found, predicted + found


def has_interval(scale: Scale, predicted: Array) -> Array:
    """Return which predictions [rows] have an interval: on a scale of factors those above 0."""
    return np.asarray((scale == "absolute") | (predicted > 0))


def errors(scale: Scale, truth: Array, predicted: Array) -> Array:
    """Return what the card's histogram counts: truth - prediction, or truth / prediction."""
    return np.asarray(truth - predicted if scale == "absolute" else truth / predicted)


def in_words(scale: Scale, found: Quantile, unit: str | None) -> str:
    """Say how far an interval reaches from its prediction."""
    if isinstance(found, list):
        return f"prediction * {found[0]:.3g} to * {found[1]:.3g}"
    if scale == "log":
        return f"prediction / {np.exp(found):.3g} to * {np.exp(found):.3g}"
    return f"+-{found:.3g} {unit or ''}".rstrip()


def _check(scale: Scale, truth: Array, predicted: Array) -> None:
    if not has_interval(scale, predicted).all():
        raise ScoringError(f"the {scale} scale of the interval needs predictions above 0")
    if scale == "log" and not (truth > 0).all():
        raise ScoringError("the log scale of the interval needs a target above 0")
