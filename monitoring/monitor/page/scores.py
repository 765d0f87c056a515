"""How good a model was in training: every score with its interval, beside a dummy's."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from monitor.page.numerals import rounded

_LABELS = {
    "r2": "R\N{SUPERSCRIPT TWO}",
    "rmse": "RMSE",
    "mae": "MAE",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "log_loss": "Log loss",
}
_UP_TO_ONE = ("r2", "accuracy", "balanced_accuracy")
_IN_UNITS = ("rmse", "mae")


@dataclass(frozen=True, kw_only=True)
class ScoreRow:
    """A score as text, and its places on a line from 0 to 100."""

    label: str
    value: str
    unit: str
    interval: str | None
    dummy: str | None
    at: float
    whisker: tuple[float, float] | None
    dummy_at: float | None
    floors: list[float]
    says: str


def label(name: str) -> str:
    """Return a score's name for people."""
    return _LABELS.get(name, name)


def score_rows(model: Mapping[str, Any]) -> list[ScoreRow]:
    """Return a model's scores in the card's order."""
    return [_row(name, score, model) for name, score in model["scores"].items()]


def _row(name: str, score: Mapping[str, Any], model: Mapping[str, Any]) -> ScoreRow:
    place = _Line(name, score)
    low, high, dummy = score["low"], score["high"], score["dummy"]
    known = low is not None and high is not None
    interval = f"{rounded(low)} to {rounded(high)}" if known else None
    floors = model["floors"]
    return ScoreRow(
        label=label(name),
        value=rounded(score["value"]),
        unit=(model["unit"] or "") if name in _IN_UNITS else "",
        interval=interval,
        dummy=None if dummy is None else rounded(dummy),
        at=place(score["value"]),
        whisker=(place(low), place(high)) if known else None,
        dummy_at=None if dummy is None else place(dummy),
        floors=[place(floors["warning"]), place(floors["critical"])] if floors["score"] == name else [],
        says=f"{label(name)} {rounded(score['value'])}",
    )


class _Line:
    """Maps a score to 2..98 of its line, so that a mark at an end is seen whole."""

    def __init__(self, name: str, score: Mapping[str, Any]) -> None:
        seen = [score[key] for key in ("value", "low", "high", "dummy") if score[key] is not None]
        self.low: float = min(0.0, *seen)
        self.high: float = max(1.0 if name in _UP_TO_ONE else 0.0, *seen)

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(2 + 96 * min(max(share, 0), 1), 2)
