"""How good the model is: every score with its interval, beside a model that knows only the target."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mlapi.page.axis import Axis, Tick
from mlapi.page.numerals import exact, rounded, rounded_like

WIDTH = 320.0
INSET = 8.0  # Room for half a mark at both ends.

_MEANINGS = {
    "r2": ("R²", "Share of the variance that is explained. 1 is perfect."),
    "rmse": ("RMSE", "Typical error; large ones weigh more. 0 is perfect."),
    "mae": ("MAE", "Average error. 0 is perfect."),
    "accuracy": ("Accuracy", "Share of rows that got the right answer. 1 is perfect."),
    "balanced_accuracy": ("Balanced accuracy", "The same, with every class weighing alike. 1 is perfect."),
    "log_loss": ("Log loss", "How far the probabilities are from the truth. 0 is perfect."),
}
_UP_TO_ONE = ("r2", "accuracy", "balanced_accuracy")
_IN_UNITS = ("rmse", "mae")


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """A score in numbers and as places on an axis."""

    label: str
    meaning: str
    unit: str
    value: str
    low: str | None
    high: str | None
    dummy: str
    ticks: list[Tick]
    at: float
    whisker: tuple[float, float] | None
    dummy_at: float
    floors: list[float]


def score_rows(bundle: Mapping[str, Any]) -> list[ScoreRow]:
    """Return the scores in the bundle's order."""
    unit = bundle["output"]["unit"] or ""
    floors = bundle["floors"]
    return [
        _row(name, score, unit, [floors["warning"], floors["critical"]] if floors["score"] == name else [])
        for name, score in bundle["scores"].items()
    ]


def score_label(name: str) -> str:
    """Return a score's name for people."""
    return _MEANINGS.get(name, (name, ""))[0]


def _row(name: str, score: Mapping[str, Any], unit: str, floors: list[float]) -> ScoreRow:
    axis = _axis(name, score)
    low, high = score["low"], score["high"]
    known = low is not None and high is not None
    label, meaning = _MEANINGS.get(name, (name, ""))
    return ScoreRow(
        label=label,
        meaning=meaning,
        unit=unit if name in _IN_UNITS else "",
        value=rounded(score["value"]),
        low=rounded_like(low, score["value"]) if known else None,
        high=rounded_like(high, score["value"]) if known else None,
        dummy=_shorter(score["dummy"], score["value"]),
        ticks=[Tick(axis(end), _end(end)) for end in _ends(axis)],
        at=axis(score["value"]),
        whisker=(axis(low), axis(high)) if known else None,
        dummy_at=axis(score["dummy"]),
        floors=[axis(floor) for floor in floors],
    )


def _axis(name: str, score: Mapping[str, Any]) -> Axis:
    seen = [
        value for value in (score["value"], score["low"], score["high"], score["dummy"]) if value is not None
    ]
    low = min(0.0, *seen)
    high = 1.0 if name in _UP_TO_ONE else (max(seen) or 1.0)
    return Axis(low, high, INSET, WIDTH - INSET)


def _ends(axis: Axis) -> list[float]:
    """Return what to label: zero and the end, the start only where it is well below zero."""
    return [axis.low, 0.0, axis.high] if axis.low < -0.2 * axis.high else [0.0, axis.high]


def _end(value: float) -> str:
    return exact(value) if value == int(value) else rounded(value)


def _shorter(value: float, reference: float) -> str:
    """Return the shorter of both roundings, so that a dummy of -0.0123 stands as -0.012 beside 0.873."""
    return min(rounded_like(value, reference), rounded(value), key=len)
