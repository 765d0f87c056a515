"""What live traffic says of the served models, as /api/status tells it: drift and live accuracy."""

from dataclasses import asdict
from typing import Any

from monitor import accuracy, drift
from monitor.accuracy import Live
from monitor.counted import Key
from monitor.drift import Row
from monitor.sample import Sample, keys
from monitor.watch import View

Json = dict[str, Any]


def told(view: View) -> Json:
    """Return `drift`, why it is not known of the default model, and `live`; None for what is not known."""
    rows, live = drifting(view), outcomes(view)
    return {
        "drift": [asdict(row) for row in rows] or None,
        "drift_missing": _missing(view, rows),
        "live": [asdict(each) for each in live] or None,
    }


def drifting(view: View) -> list[Row]:
    """Return the features of the served models in their last windows, the worst first."""
    return drift.listed(view.tables.get(drift.TABLE, {}), keys(view.sample))


def outcomes(view: View) -> list[Live]:
    """Return the live accuracy of the served models."""
    return accuracy.listed(view.tables.get(accuracy.TABLE, {}), keys(view.sample))


def share_right(view: View) -> float | None:
    """Return the default model's live share of right classes."""
    default = _default(view.sample)
    return next((one.accuracy for one in outcomes(view) if (one.model, one.version) == default), None)


def _missing(view: View, rows: list[Row]) -> str | None:
    key = _default(view.sample)
    if key and any((row.model, row.version) == key for row in rows):
        return None
    if not view.kept:
        return "No history is kept, so no window of inputs can be."
    waiting = drift.waiting(view.tables.get(drift.TABLE, {}), key) if key else None
    if waiting is not None:
        enough = "The first window is still open" if waiting >= drift.FEW else "Not enough data"
        return f"{enough}: {waiting} of {drift.ROWS} rows."
    if view.sample and view.sample["traffic_missing"]:
        return view.sample["traffic_missing"]
    return "The API counts no inputs that could be compared to those of training."


def _default(sample: Sample | None) -> Key | None:
    models = sample["models"] if sample else []
    return next(((one["name"], one["version"]) for one in models if one["default"]), None)
