"""What /api/predict answers to a model's goldens."""

from dataclasses import dataclass
from typing import Any

from monitor import pins, shapes
from monitor.pins import Pin
from monitor.probe.listing import Key

_MOST = 10_000


@dataclass(frozen=True)
class Answer:
    """One prediction, and the classes' probabilities where there are any."""

    prediction: Any
    probabilities: dict[str, float] | None


@dataclass(frozen=True)
class Answers:
    """The predictions in order, and the sha256 of the bundle that gave them."""

    sha256: str
    each: list[Answer]


def read_answers(value: Any, key: Key, pin: Pin) -> Answers:
    """Return the answers to a pin's goldens. Raises WrongShape, also where they are another model's."""
    said = shapes.an_object(value, "")
    model = shapes.an_object(said.get("model"), "model")
    answered = (
        shapes.name(model.get("name"), "model/name"),
        shapes.version(model.get("version"), "model/version"),
    )
    if answered != key:
        raise shapes.WrongShape("model", f"{' '.join(key)}, and is {' '.join(answered)}")
    sent = len(pin["goldens"])
    rows = shapes.a_list(said.get("predictions"), "predictions", _MOST)
    if len(rows) != sent:
        raise shapes.WrongShape("predictions", f"{sent} answers, and are {len(rows)}")
    each = [_answer(row, f"predictions/{at}", pin["task"]) for at, row in enumerate(rows)]
    return Answers(shapes.sha256(model.get("sha256"), "model/sha256"), each)


def _answer(value: Any, at: str, task: str) -> Answer:
    row = shapes.an_object(value, at)
    if task == "regression":
        return Answer(shapes.number(row.get("prediction"), f"{at}/prediction"), None)
    label = shapes.label(row.get("prediction"), f"{at}/prediction")
    shares = shapes.nullable(pins.probabilities, row.get("probabilities"), f"{at}/probabilities")
    return Answer(label, shares)
