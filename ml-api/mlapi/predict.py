"""From checked rows to answers: pure, apart from the engine's own arithmetic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from mlapi.columns import Columns, Feature, Row, to_columns
from mlapi.engine import Engine, Outputs

Answer = dict[str, Any]
Card = Mapping[str, Any]


class Unanswerable(ValueError):
    """Rows for which the model has no finite answer; `rows` are their positions."""

    def __init__(self, rows: list[int]) -> None:
        super().__init__("the model has no finite answer for these values")
        self.rows = rows


@dataclass(frozen=True)
class Predicted:
    """The answers of one call, with what explaining them needs."""

    answers: list[Answer]
    columns: Columns
    outputs: Outputs


def predict(card: Card, engine: Engine, rows: Sequence[Row]) -> Predicted:
    """Return one answer per row, in order. Raises Unanswerable."""
    columns = to_columns(card["features"], rows)
    outputs = engine(columns)
    _refuse_unanswerable(card, outputs)
    shape = _regression if card["task"] == "regression" else _classification
    answers = [
        answer | {"warnings": warnings}
        for answer, warnings in zip(shape(card, outputs), _warnings(card["features"], rows), strict=True)
    ]
    return Predicted(answers, columns, outputs)


def _refuse_unanswerable(card: Card, outputs: Outputs) -> None:
    numbers = outputs.predictions if card["task"] == "regression" else outputs.probabilities
    if numbers is not None and not np.isfinite(numbers).all():
        finite = np.isfinite(numbers.reshape(len(numbers), -1)).all(axis=1)
        raise Unanswerable(np.flatnonzero(~finite).tolist())


def _regression(card: Card, outputs: Outputs) -> Iterator[Answer]:
    unit = card["output"]["unit"]
    level, reach = card["interval"]["level"], card["interval"]["quantile"]
    for value in outputs.predictions.astype(np.float64).tolist():
        interval = {"level": level, "low": value - reach, "high": value + reach}
        yield {"prediction": value, "unit": unit, "interval": interval}


def _classification(card: Card, outputs: Outputs) -> Iterator[Answer]:
    classes = card["output"]["classes"]
    position = {label: at for at, label in enumerate(classes)}
    names = [class_name(label) for label in classes]
    chosen = [position[label] for label in outputs.predictions.tolist()]
    if outputs.probabilities is None:
        for at in chosen:
            yield {"prediction": classes[at], "confidence": None, "probabilities": None}
        return
    for at, chances in zip(chosen, outputs.probabilities.tolist(), strict=True):
        shares = dict(zip(names, chances, strict=True))
        yield {"prediction": classes[at], "confidence": chances[at], "probabilities": shares}


def class_name(label: str | int | bool) -> str:
    """Return a class as a JSON key: a text as it is, anything else as JSON writes it."""
    return str(label).lower() if isinstance(label, bool) else str(label)


def chosen_classes(card: Card, predictions: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return [rows] the position of each predicted label among the classes."""
    position = {label: at for at, label in enumerate(card["output"]["classes"])}
    return np.array([position[label] for label in predictions.tolist()], dtype=np.intp)


def _warnings(features: Sequence[Feature], rows: Sequence[Row]) -> Iterator[list[dict[str, str]]]:
    bounded = [feature for feature in features if feature["kind"] in ("number", "integer")]
    opened = [feature for feature in features if feature.get("open")]
    for row in rows:
        yield [*_beyond_range(bounded, row), *_unseen(opened, row)]


def _beyond_range(bounded: Sequence[Feature], row: Row) -> Iterator[dict[str, str]]:
    for feature in bounded:
        value = row.get(feature["name"])
        if value is not None and not feature["low"] <= value <= feature["high"]:
            side = "below" if value < feature["low"] else "above"
            yield {"feature": feature["name"], "detail": f"{side} the training range, {_range(feature)}"}


def _unseen(opened: Sequence[Feature], row: Row) -> Iterator[dict[str, str]]:
    for feature in opened:
        if row.get(feature["name"]) is not None and row[feature["name"]] not in feature["values"]:
            yield {"feature": feature["name"], "detail": "a category that was not seen in training"}


def _range(feature: Feature) -> str:
    unit = f" {feature['unit']}" if feature["unit"] else ""
    return f"{feature['low']:g} to {feature['high']:g}{unit}"
