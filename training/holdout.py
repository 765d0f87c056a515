"""Scores on rows that were held out, with intervals by the bootstrap."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from training.intervals import Bounds, clip

Rows = npt.NDArray[np.int64]
RESAMPLES = 1000


def bootstrap(compute: Callable[[Rows], dict[str, float]], count: int, seed: int) -> dict[str, Bounds]:
    """Return each score's 95% percentile interval over resamples of `count` rows (Efron 1979)."""
    generator = np.random.default_rng(seed)
    drawn = [compute(generator.integers(0, count, count)) for _ in range(RESAMPLES)]
    return {name: clip(name, _middle([each[name] for each in drawn])) for name in drawn[0]}


def _middle(values: list[float]) -> Bounds:
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)
