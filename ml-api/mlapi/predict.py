"""From checked rows to answers: pure, apart from the engine's own arithmetic."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from time import perf_counter
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mlapi.columns import Columns, Row, columnar
from mlapi.engine import Engine, NoAnswer, Outputs
from mlapi.intervals import ends
from mlapi.unusual import Watch, watch

Answer = dict[str, Any]
Card = Mapping[str, Any]
Shape = Callable[[Outputs], list[Answer]]
NO_INTERVAL = "the model's prediction for these values is one that its interval can't be drawn around"
MOST_NAMED = 10  # Of the rows that a model refuses; finding each takes several calls of the engine.


@dataclass(frozen=True)
class Plan:
    """How to answer rows of one model: all that its card says of it, worked out once.

    shape: from the engine's outputs to one answer per row; raises NoAnswer.
    """

    columns: Callable[[Sequence[Row]], Columns]
    shape: Shape
    watch: Watch


class Predicted(NamedTuple):
    """The answers of one call, with what explaining them needs."""

    answers: list[Answer]
    columns: Columns
    outputs: Outputs
    seconds: float  # The engine's time alone.


def plan(card: Card) -> Plan:
    """Return how a card's model is asked."""
    shape = _regression(card) if card["task"] == "regression" else _classification(card)
    return Plan(columnar(card["features"]), shape, watch(card["features"]))


def predict(plan: Plan, engine: Engine, rows: Sequence[Row]) -> Predicted:
    """Return one answer per row, in order. Raises NoAnswer naming the rows."""
    columns = plan.columns(rows)
    begun = perf_counter()
    try:
        outputs = engine(columns)
    except NoAnswer as error:
        raise NoAnswer(list(islice(_refused(engine, columns, 0, len(rows)), MOST_NAMED))) from error
    seconds = perf_counter() - begun
    answers = plan.shape(outputs)
    for answer, row in zip(answers, rows, strict=True):
        answer["warnings"] = plan.watch(row)
    return Predicted(answers, columns, outputs, seconds)


def classes(card: Card, answers: Sequence[Answer]) -> dict[str, int]:
    """Return how many rows were answered with each class; those of a regression have the empty one."""
    if card["task"] == "regression":
        return {"": len(answers)}
    return Counter(class_name(answer["prediction"]) for answer in answers)


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


def _regression(card: Card) -> Shape:
    unit, level, reach = card["output"]["unit"], card["interval"]["level"], ends(card["interval"])

    def shape(outputs: Outputs) -> list[Answer]:
        # Plain numbers: for one row numpy takes four times as long.
        values = outputs.predictions.astype(np.float64, copy=False).tolist()
        _refuse([at for at, value in enumerate(values) if not isfinite(value)])
        reached = [reach(value) for value in values]
        _refuse([at for at, both in enumerate(reached) if not all(map(isfinite, both))], NO_INTERVAL)
        return [
            {"prediction": value, "unit": unit, "interval": {"level": level, "low": low, "high": high}}
            for value, (low, high) in zip(values, reached, strict=True)
        ]

    return shape


def _classification(card: Card) -> Shape:
    labels = card["output"]["classes"]
    names, position = [class_name(label) for label in labels], _positions(card)

    def shape(outputs: Outputs) -> list[Answer]:
        chosen = [position[label] for label in outputs.predictions.tolist()]
        if outputs.probabilities is None:
            return [{"prediction": labels[at], "confidence": None, "probabilities": None} for at in chosen]
        table = outputs.probabilities.tolist()
        _refuse([at for at, chances in enumerate(table) if not all(map(isfinite, chances))])
        return [
            {
                "prediction": labels[at],
                "confidence": chances[at],
                "probabilities": dict(zip(names, chances, strict=True)),
            }
            for at, chances in zip(chosen, table, strict=True)
        ]

    return shape


def _refuse(rows: list[int], *said: str) -> None:
    if rows:
        raise NoAnswer(rows, *said)


def class_name(label: str | int | bool) -> str:
    """Return a class as a JSON key: a text as it is, anything else as JSON writes it."""
    return str(label).lower() if isinstance(label, bool) else str(label)


def chosen_classes(card: Card, predictions: npt.NDArray[Any]) -> npt.NDArray[np.intp]:
    """Return [rows] the position of each predicted label among the classes."""
    position = _positions(card)
    return np.array([position[label] for label in predictions.tolist()], dtype=np.intp)


def _positions(card: Card) -> dict[Any, int]:
    return {label: at for at, label in enumerate(card["output"]["classes"])}
