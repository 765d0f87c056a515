"""What the API counted of each model version: rows, bins of its inputs, and true outcomes."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from monitor import shapes
from monitor.counted import Bins, Feedback, Key, Tallies, Tally
from monitor.probe.exposed import MOST_LINES, samples

_ROWS = "ml_predictions_total"
_BINS = "ml_feature_bin_total"
_SUMS = {
    "ml_feedback_total": "count",
    "ml_feedback_absolute_error_sum": "absolute",
    "ml_feedback_squared_error_sum": "squared",
    "ml_feedback_correct_total": "correct",
}
_LARGEST = 2**63


def read_tallies(text: str, *, bins: bool = True) -> Tallies:
    """Return what a text exposes, by model and version. Raises Failed, and WrongShape."""
    rows: dict[Key, int] = defaultdict(int)
    for key, _, value in _counters(text, (_ROWS,)):
        rows[key] += _whole(value, _ROWS)
    found = _bins(text) if bins else {}
    feedback = _feedback(text)
    return {key: Tally(count, found.get(key, {}), feedback.get(key)) for key, count in rows.items()}


def _bins(text: str) -> dict[Key, Bins]:
    found: dict[Key, Bins] = {}
    if text.count(f"\n{_BINS}") >= MOST_LINES:
        return found  # A very wide model is no fault; its inputs are not judged.
    for key, labels, value in _counters(text, (_BINS,)):
        bins = found.setdefault(key, {}).setdefault(labels.get("feature", ""), {})
        if labels.setdefault("bin", "") in bins:
            raise shapes.WrongShape(_BINS, "told once for each bin")
        bins[labels["bin"]] = _whole(value, _BINS)
    return found


def _feedback(text: str) -> dict[Key, Feedback]:
    found: dict[Key, dict[str, float]] = {}
    for key, labels, value in _counters(text, tuple(_SUMS)):
        sums, name = found.setdefault(key, {}), _SUMS[labels["__name__"]]
        if name in sums:
            raise shapes.WrongShape("the feedback", "told once for each model")
        sums[name] = value
    return {key: _checked(sums) for key, sums in found.items() if "count" in sums}


def _checked(sums: Mapping[str, float]) -> Feedback:
    if sums.get("correct", 0.0) > sums["count"]:
        raise shapes.WrongShape("the feedback", "right at most as often as it was told")
    return Feedback(**sums)


def _counters(text: str, names: tuple[str, ...]) -> Iterator[tuple[Key, dict[str, Any], float]]:
    """Yield key, labels (the counter's name among them) and value of each counter."""
    for sample in samples(text, names):
        key = (sample.labels.get("model", ""), sample.labels.get("model_version", ""))
        yield key, sample.labels | {"__name__": sample.name}, shapes.amount(sample.value, sample.name)


def _whole(value: float, at: str) -> int:
    if value != int(value) or value >= _LARGEST:
        raise shapes.WrongShape(at, "a whole number")
    return int(value)
