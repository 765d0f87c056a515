"""What each feature adds to an answer: exact baseline Shapley values against the typical row.

Shapley (1953); with a baseline row for absent features, Sundararajan and Najmi (2020).
"""

from collections.abc import Callable, Iterator
from functools import lru_cache
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

from mlapi.columns import Columns, to_columns, typical_row
from mlapi.engine import Engine, NoAnswer, Outputs
from mlapi.predict import Card, Predicted, chosen_classes

MAX_ROWS = 1000
_CHUNK = 16_384  # Rows asked of the engine at a time: bounds memory, and how late a deadline is noticed.

_NO_WAY = "The model has no finite answer on the way from the typical row to this one."

Value = Callable[[Outputs, npt.NDArray[np.intp]], npt.NDArray[Any]]
InTime = Callable[[float], bool]


class NotExplained(Exception):
    """This model's answers, or so many of them, can't be explained; the message says why."""


def explain(card: Card, engine: Engine, predicted: Predicted, in_time: InTime) -> list[dict[str, Any]]:
    """Return one explanation per answer; the contributions sum to its value less the baseline's.

    in_time: asked before each chunk with the share that is done; where it says no, NotExplained is raised.
    Raises NotExplained.
    """
    how = card["explain"]
    if how["method"] == "none":
        raise NotExplained(f"This model's answers can't be explained: {how['reason']}")
    names = [feature["name"] for feature in card["features"]]
    mixing = _mixing(how["method"], len(names))
    values = _coalition_values(card, engine, predicted, mixing[0], in_time)
    contributions = values @ mixing[1].T
    return [
        {
            "scale": how["scale"],
            "baseline": float(value[0]),
            "contributions": dict(zip(names, row, strict=True)),
        }
        for value, row in zip(values, contributions.tolist(), strict=True)
    ]


def _coalition_values(
    card: Card,
    engine: Engine,
    predicted: Predicted,
    masks: npt.NDArray[np.bool_],
    in_time: InTime,
) -> npt.NDArray[Any]:
    """Return [rows, coalitions]: the value where a coalition's features are the row's, others typical."""
    value = _value(card)
    typical = to_columns(card["features"], [typical_row(card["features"])])
    classes = _classes(card, predicted)
    found = []
    for part in _parts(len(predicted.answers), len(masks)):
        if not in_time(part.start / len(predicted.answers)):
            raise NotExplained("Explaining so many rows takes too long; send fewer.")
        mixed = {
            name: np.where(masks[:, at], column[part, None], typical[name][0]).reshape(-1)
            for at, (name, column) in enumerate(predicted.columns.items())
        }
        outputs = _ask(engine, mixed)
        found.append(value(outputs, np.repeat(classes[part], len(masks))).reshape(-1, len(masks)))
    return _finite(np.concatenate(found))


def _ask(engine: Engine, mixed: Columns) -> Outputs:
    try:
        return engine(mixed)
    except NoAnswer as error:
        raise NotExplained(_NO_WAY) from error


def _finite(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    if not np.isfinite(values).all():
        raise NotExplained(_NO_WAY)
    return values


def _parts(rows: int, coalitions: int) -> Iterator[slice]:
    step = max(1, _CHUNK // coalitions)
    return (slice(start, start + step) for start in range(0, rows, step))


def _classes(card: Card, predicted: Predicted) -> npt.NDArray[np.intp]:
    if card["task"] == "regression":
        return np.zeros(len(predicted.answers), dtype=np.intp)
    return chosen_classes(card, predicted.outputs.predictions)


def _value(card: Card) -> Value:
    """Return what is shared out: the prediction, its class's probability, or the second class's log-odds."""
    scale = card["explain"]["scale"]
    if scale == "output":
        return lambda outputs, _: outputs.predictions.astype(np.float64)
    if scale == "probability":
        return lambda outputs, classes: _chances(outputs)[np.arange(len(classes)), classes]
    return lambda outputs, _: np.log(_chances(outputs)[:, 1]) - np.log(_chances(outputs)[:, 0])


def _chances(outputs: Outputs) -> npt.NDArray[Any]:
    if outputs.probabilities is None:
        raise NotExplained("This model gives no probabilities to explain.")
    tiny = np.finfo(np.float64).tiny
    return np.clip(outputs.probabilities.astype(np.float64), tiny, None)


@lru_cache(maxsize=8)
def _mixing(method: str, features: int) -> tuple[npt.NDArray[np.bool_], npt.NDArray[Any]]:
    """Return masks [coalitions, features], the empty one first, and weights [features, coalitions]."""
    if method == "additive":
        masks = np.vstack([np.zeros(features, dtype=bool), np.eye(features, dtype=bool)])
        weights = np.hstack([-np.ones((features, 1)), np.eye(features)])
        return masks, weights
    numbers = np.arange(2**features)[:, None]
    masks = (numbers >> np.arange(features)) & 1 == 1
    sizes = masks.sum(axis=1)
    share = [factorial(s) * factorial(features - s - 1) / factorial(features) for s in range(features)]
    joined = np.array([0.0, *share])[sizes]  # s members, one of them the feature: s - 1 came before it
    without = np.array([*share, 0.0])[sizes]
    return masks, np.where(masks.T, joined, -without)
