"""From checked rows to answers: pure, apart from the engine's own arithmetic."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np
import numpy.typing as npt

from mlapi.columns import Columns, Feature, Row, to_columns
from mlapi.engine import Engine, NoAnswer, Outputs
from mlapi.intervals import ends

Answer = dict[str, Any]
Card = Mapping[str, Any]
NO_INTERVAL = "the model's prediction for these values is one that its interval can't be drawn around"
MOST_NAMED = 10  # Of the rows that a model refuses; finding each takes several calls of the engine.


@dataclass(frozen=True)
class Predicted:
    """The answers of one call, with what explaining them needs."""

    answers: list[Answer]
    columns: Columns
    outputs: Outputs
    seconds: float  # The engine's time alone.


def predict(card: Card, engine: Engine, rows: Sequence[Row]) -> Predicted:
    """Return one answer per row, in order. Raises NoAnswer naming the rows."""
    columns = to_columns(card["features"], rows)
    begun = perf_counter()
    try:
        outputs = engine(columns)
    except NoAnswer as error:
        raise NoAnswer(list(islice(_refused(engine, columns, 0, len(rows)), MOST_NAMED))) from error
    seconds = perf_counter() - begun
    _refuse_unanswerable(card, outputs)
    shape = _regression if card["task"] == "regression" else _classification
    answers = [
        answer | {"warnings": warnings}
        for answer, warnings in zip(shape(card, outputs), _warnings(card["features"], rows), strict=True)
    ]
    return Predicted(answers, columns, outputs, seconds)


def species(card: Card, answers: Sequence[Answer]) -> Iterator[str]:
    """Yield the name of each predicted class; of a regression, the empty name."""
    named = card["task"] == "classification"
    return (class_name(answer["prediction"]) if named else "" for answer in answers)


def _refused(engine: Engine, columns: Columns, start: int, stop: int) -> Iterator[int]:
    """Yield the rows that the engine refuses, by halves, since asking one by one takes long."""
    try:
        engine({name: column[start:stop] for name, column in columns.items()})
    except NoAnswer:
        if stop - start == 1:
            yield start
            return
        middle = (start + stop) // 2
        yield from _refused(engine, columns, start, middle)
        yield from _refused(engine, columns, middle, stop)


def _refuse_unanswerable(card: Card, outputs: Outputs) -> None:
    if card["task"] == "regression":
        values = outputs.predictions.astype(np.float64)
        _refuse_infinite(values[:, None])
        _refuse_infinite(np.stack(ends(card["interval"], values), axis=1), NO_INTERVAL)
    elif outputs.probabilities is not None:
        _refuse_infinite(outputs.probabilities)


def _refuse_infinite(numbers: npt.NDArray[Any], *said: str) -> None:
    if not np.isfinite(numbers).all():
        raise NoAnswer(np.flatnonzero(~np.isfinite(numbers).all(axis=1)).tolist(), *said)


def _regression(card: Card, outputs: Outputs) -> Iterator[Answer]:
    unit = card["output"]["unit"]
    level, values = card["interval"]["level"], outputs.predictions.astype(np.float64)
    reached = np.stack([values, *ends(card["interval"], values)], axis=1)
    for value, low, high in reached.tolist():
        yield {
            "prediction": value,
            "unit": unit,
            "interval": {"level": level, "low": low, "high": high},
        }


def _classification(card: Card, outputs: Outputs) -> Iterator[Answer]:
    classes = card["output"]["classes"]
    names = [class_name(label) for label in classes]
    chosen = chosen_classes(card, outputs.predictions).tolist()
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
    return f"{feature['low']:.15g} to {feature['high']:.15g}{unit}"
