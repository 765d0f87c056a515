"""How far live inputs are from those of training: the population stability index, against chance.

Under no drift PSI / (1/N + 1/M) is about chi-squared with B - 1 degrees, for N live rows, M of training and
B bins; so a threshold holds for any number of rows, where a fixed one alarms at random with few.
"""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from monitor import chi2
from monitor.counted import Bins

ALPHA = 0.01
"""How often a window in which nothing moved is over a threshold, over all features together."""
CONFIRMING = 0.05
"""How often a feature that did not move confirms another window: it alone is asked, so it has no share."""
LEAST = 0.1
"""No smaller PSI alarms: with very many rows chance explains nothing, and trifles would alarm."""
SMOOTHING = 0.5
FEWEST = 150
"""A feature of which fewer rows are known is not judged."""


@dataclass(frozen=True)
class Judged:
    """A feature's PSI, what it must pass to alarm, and what to confirm that another window did."""

    psi: float
    threshold: float
    confirming: float

    @property
    def over(self) -> bool:
        """Tell whether it alarms."""
        return self.psi > self.threshold

    @property
    def near(self) -> bool:
        """Tell whether it confirms an alarm."""
        return self.psi > min(self.confirming, self.threshold)


def judged(baseline: Bins, live: Bins) -> dict[str, Judged]:
    """Return every feature that has enough rows; alpha is shared among them (Bonferroni)."""
    enough = [name for name in baseline if sum(live[name].values()) >= FEWEST]
    return {name: _judged(baseline[name], live[name], ALPHA / len(enough)) for name in enough}


def _judged(baseline: Mapping[str, int], live: Mapping[str, int], alpha: float) -> Judged:
    # A bin that is empty in both, such as `missing` where nothing may be missing, is none.
    labels = [label for label in baseline if baseline[label] or live[label]]
    if len(labels) < 2:
        return Judged(0.0, LEAST, LEAST)
    expected, observed = [baseline[label] for label in labels], [live[label] for label in labels]
    scale = 1 / sum(expected) + 1 / sum(observed)
    alarms, confirms = (max(LEAST, scale * chi2.upper(a, len(labels) - 1)) for a in (alpha, CONFIRMING))
    return Judged(psi(expected, observed), alarms, confirms)


def psi(expected: Iterable[int], observed: Iterable[int]) -> float:
    """Return the PSI of counts by bin, each smoothed so that an empty one is finite."""
    p, q = _shares(expected), _shares(observed)
    return math.fsum((b - a) * math.log(b / a) for a, b in zip(p, q, strict=True))


def _shares(counts: Iterable[int]) -> list[float]:
    smoothed = [count + SMOOTHING for count in counts]
    return [count / sum(smoothed) for count in smoothed]
