"""How sure a number is: 95% intervals of scores, and what 90% of an answer's errors stay within."""

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import stats

Array = npt.NDArray[Any]
Bounds = tuple[float, float]

LIMITS = {
    "r2": (-np.inf, 1.0),
    "rmse": (0.0, np.inf),
    "mae": (0.0, np.inf),
    "accuracy": (0.0, 1.0),
    "balanced_accuracy": (0.0, 1.0),
    "log_loss": (0.0, np.inf),
    "coverage": (0.0, 1.0),
}


def corrected(values: Array, test_share: float) -> Bounds:
    """Return the 95% interval of a mean over folds that share training rows.

    test_share: test rows / training rows. The corrected resampled t-test of Nadeau and Bengio,
    "Inference for the Generalization Error", Machine Learning 52 (2003): the variance of the mean is
    var * (1/J + test/train), with J - 1 degrees of freedom.
    """
    count = len(values)
    spread = float(np.var(values, ddof=1)) * (1 / count + test_share)
    half = float(stats.t.ppf(0.975, count - 1)) * spread**0.5
    return float(np.mean(values)) - half, float(np.mean(values)) + half


def clip(name: str, bounds: Bounds) -> Bounds:
    """Return bounds without the values that a score can't take."""
    least, most = LIMITS[name]
    return float(np.clip(bounds[0], least, most)), float(np.clip(bounds[1], least, most))


def ninety(residuals: Array) -> float:
    """Return the absolute residual of rank ceil((n + 1) * 0.9), the largest where there are too few."""
    count = len(residuals)
    rank = -(-(count + 1) * 9 // 10)
    return float(np.sort(np.abs(residuals))[min(rank, count) - 1])


def middle_ninety(values: Array) -> Bounds:
    """Return the values between which 90% lie: of ranks floor((n + 1) * 0.05) and ceil((n + 1) * 0.95).

    The least or the largest where there are too few.
    """
    count = len(values)
    low, high = (count + 1) // 20, -(-(count + 1) * 19 // 20)
    ordered = np.sort(values)
    return float(ordered[max(low, 1) - 1]), float(ordered[min(high, count) - 1])
