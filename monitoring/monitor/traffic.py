"""What the API's own counters say, between two readings: rows a second, and how long an answer takes."""

from itertools import pairwise
from math import inf, isfinite

from monitor.sample import Traffic


def throughput(before: Traffic | None, after: Traffic | None, seconds: float) -> float | None:
    """Return rows a second between two readings; None when a counter went back, or nothing can be said."""
    if before is None or after is None or seconds <= 0:
        return None
    rows = after["predictions"] - before["predictions"]
    return rows / seconds if rows >= 0 else None


def simulated(before: Traffic | None, after: Traffic | None) -> bool:
    """Tell whether a simulation made requests between two readings."""
    if before is None or after is None:
        return False
    return after.get("simulated", 0.0) > before.get("simulated", 0.0)


def median(before: Traffic | None, after: Traffic | None) -> float | None:
    """Return the median seconds of the answers given between two readings, to the width of a bucket."""
    if before is None or after is None:
        return None
    counts = _between(before["seconds"], after["seconds"])
    total = counts[-1][1] if counts else 0.0
    if total <= 0:
        return None
    low, below = 0.0, 0.0
    for bound, count in counts:
        if count >= total / 2:
            return _inside(low, bound, (total / 2 - below) / (count - below))
        low, below = bound, count
    return None


def _inside(low: float, high: float, share: float) -> float:
    # Nothing is known of where an answer above the last bound lies.
    return low + (high - low) * share if isfinite(high) else low


def _between(before: dict[str, float], after: dict[str, float]) -> list[tuple[float, float]]:
    """Return how many answers came meanwhile, cumulated by bound; empty when a counter went back."""
    bounds = sorted((inf if le == "+Inf" else float(le), le) for le in after)
    counts = [(bound, after[le] - before.get(le, 0.0)) for bound, le in bounds]
    rising = all(low[1] <= high[1] for low, high in pairwise(counts))
    return counts if rising and counts and counts[0][1] >= 0 else []
