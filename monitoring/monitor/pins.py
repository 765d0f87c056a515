"""The answers that the monitor expects: a bundle's sha256, its goldens and their tolerance."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal, NotRequired, TypedDict, cast

from monitor import shapes, strict_json
from monitor.shapes import WrongShape

MOST_GOLDENS = 1_000
"""Of a pin that was shipped; a card may name fewer, see `probe.card`."""
_TASKS = ("regression", "classification")
_MOST_FIELDS = 1_000


class Tolerance(TypedDict):
    """How far a number may be from the expected one."""

    absolute: float


class Golden(TypedDict):
    """A row, and the answer to it."""

    input: dict[str, Any]
    prediction: Any
    probabilities: NotRequired[dict[str, float]]


class Pin(TypedDict):
    """What the monitor must know of one version of a model."""

    sha256: str
    task: Literal["regression", "classification"]
    tolerance: Tolerance
    goldens: list[Golden]


Pins = dict[tuple[str, str], Pin]
"""By model and version."""


class PinsError(ValueError):
    """Names what is wrong with the file of pins."""


def shipped(path: Path) -> Pins:
    """Return the pins of goldens.json; none where there is no such file. Raises PinsError."""
    try:
        models = strict_json.loads(path.read_bytes())
        return {
            key: pin
            for name, versions in shapes.an_object(models, "").items()
            for key, pin in _versions(shapes.name(name, "a model"), versions).items()
        }
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise PinsError(f"{path.name} can't be read: {error.strerror}") from error
    except strict_json.NotJson as error:
        raise PinsError(f"{path.name} is not JSON: {error}") from error
    except WrongShape as error:
        raise PinsError(f"{path.name} holds no pins: {error}") from error


def spelled(pin: Pin) -> str:
    """Return a pin as text, to be kept."""
    return json.dumps(pin, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def parsed(text: str) -> Pin | None:
    """Return the pin that a text spells, or None where it spells none."""
    try:
        return read(strict_json.loads(text.encode(errors="replace")), "")
    except (strict_json.NotJson, WrongShape):
        return None


def read(value: Any, at: str, most: int = MOST_GOLDENS) -> Pin:
    """Return a pin, without whatever else stands beside it. Raises WrongShape."""
    found = shapes.an_object(value, at)
    task = cast(
        Literal["regression", "classification"], shapes.one_of(found.get("task"), f"{at}/task", _TASKS)
    )
    tolerance = shapes.an_object(found.get("tolerance"), f"{at}/tolerance").get("absolute")
    goldens = shapes.a_list(found.get("goldens"), f"{at}/goldens", most)
    if not goldens:
        raise WrongShape(f"{at}/goldens", "a list of at least one")
    predicted: Callable[[Any, str], Any] = shapes.number if task == "regression" else shapes.label
    return {
        "sha256": shapes.sha256(found.get("sha256"), f"{at}/sha256"),
        "task": task,
        "tolerance": {"absolute": shapes.amount(tolerance, f"{at}/tolerance/absolute")},
        "goldens": [_golden(each, f"{at}/goldens/{n}", predicted) for n, each in enumerate(goldens)],
    }


def probabilities(value: Any, at: str) -> dict[str, float]:
    """Return the probability of each class. Raises WrongShape."""
    found = shapes.an_object(value, at)
    return {name: shapes.number(share, at) for name, share in found.items()}


def _versions(name: str, versions: Any) -> Pins:
    return {
        (name, shapes.version(version, f"a version of {name}")): read(pin, f"{name}/{version}")
        for version, pin in shapes.an_object(versions, name).items()
    }


def _golden(value: Any, at: str, predicted: Callable[[Any, str], Any]) -> Golden:
    found = shapes.an_object(value, at)
    golden: Golden = {
        "input": _row(found.get("input"), f"{at}/input"),
        "prediction": predicted(found.get("prediction"), f"{at}/prediction"),
    }
    if found.get("probabilities") is not None:
        golden["probabilities"] = probabilities(found["probabilities"], f"{at}/probabilities")
    return golden


def _row(value: Any, at: str) -> dict[str, Any]:
    row = shapes.an_object(value, at)
    if len(row) > _MOST_FIELDS:
        raise WrongShape(at, f"an object of at most {_MOST_FIELDS} fields")
    for each in row.values():
        shapes.nullable(shapes.label, each, at)
    return row
