"""From the body of a call with true outcomes to what is counted: all, or a refusal that names every fault.

Errors are whole numbers: absolute ones in thousandths of the target's standard deviation, squared ones in
millionths of its variance. None that is counted passes 200 deviations, so a label adds at most
200 * 1e3 = 2e5 and 200**2 * 1e6 = 4e10, far below the largest increment of 2**53. A counter of 2**62 holds
115 million of the worst labels (three years of 100,000 a day), or 4.6e12 that are one deviation off.
With n labels, MAE = sum * 1e-3 * deviation / n and RMSE = sqrt(sum * 1e-6 / n) * deviation.
"""

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mlapi.faults import Fault, Faults
from mlapi.receipts import BadReceipt, ExpiredReceipt, Prediction, Receipt, read
from mlapi.strict_json import NOT_FINITE, Repeated

Card = Mapping[str, Any]

MOST = 1000
"""Labels in one call."""
FARTHEST = 100.0  # Deviations from the mean, for a prediction and for its true outcome.
KEYS = ("receipt", "actual")
EXPIRED = str(ExpiredReceipt())


class BadFeedback(ValueError):
    """Feedback of which nothing is counted; expired: its only faults are receipts that are too old."""

    def __init__(self, *found: Fault) -> None:
        super().__init__("feedback that can't be counted")
        self.faults = Faults.of(*found, most=MOST)
        self.expired = all(fault.detail == EXPIRED for fault in found)


class UnusableReceipt(ValueError):
    """A true receipt of an answer that can't be held against an outcome; says why."""


@dataclass(frozen=True)
class Label:
    """An earlier answer with its true outcome (a number or a class), and what it counts, as `errors` does."""

    receipt: Receipt
    actual: Prediction
    errors: dict[str, int]


@dataclass(frozen=True)
class Feedback:
    """The labels of a call, each receipt once; repeated: how often one stood there again."""

    labels: list[Label]
    repeated: int


@dataclass(frozen=True)
class Reader:
    """What reading needs to know; card_of returns the card of a model and version, None if not served."""

    secrets: Sequence[str]
    now: float
    card_of: Callable[[str, str], Card | None]


def read_feedback(body: object, reader: Reader) -> Feedback:
    """Return the labels of a decoded body: an object, or a list of 1 to MOST. Raises BadFeedback.

    A receipt that stands there again with the same outcome is a repeat; with another one it is a fault.
    """
    labels: dict[str, Label] = {}
    found: list[Fault] = []
    items = _items(body)
    for pointer, item in items:
        label = _label(item, pointer, reader)
        if not isinstance(label, Label):
            found += label
        elif labels.setdefault(label.receipt.id, label).actual != label.actual:
            found.append(Fault(f"{pointer}/actual", "differs from what the same receipt stands with before"))
    if found:
        raise BadFeedback(*found)
    return Feedback(list(labels.values()), len(items) - len(labels))


def errors(card: Card, receipt: Receipt, actual: Prediction) -> dict[str, int]:
    """Return what a label counts: {"absolute", "squared"} or {"correct"}; any of them may be 0.

    The outcomes are such as `read_feedback` lets pass.
    """
    if card["task"] == "classification":
        return {"correct": int(actual == receipt.prediction)}
    off = abs(float(actual) - float(receipt.prediction)) / card["output"]["deviation"]
    return {"absolute": round(off * 1e3), "squared": round(off * off * 1e6)}


def _items(body: object) -> list[tuple[str, Any]]:
    """Return the entries of a body, each with the pointer to it."""
    if not isinstance(body, list):
        return [("", body)]
    if not 1 <= len(body) <= MOST:
        raise BadFeedback(Fault("", f"must hold 1 to {MOST} true outcomes"))
    return [(f"/{at}", item) for at, item in enumerate(body)]


def _label(item: Any, pointer: str, reader: Reader) -> Label | list[Fault]:
    if not isinstance(item, dict):
        return [Fault(pointer, "must be an object with receipt and actual")]
    found = list(_shape_faults(item, pointer))
    if "receipt" not in item:
        return found
    try:
        receipt, card = _answer(item["receipt"], reader)
    except (BadReceipt, ExpiredReceipt, UnusableReceipt) as error:
        return [*found, Fault(f"{pointer}/receipt", str(error))]
    if found:
        return found
    actual = _outcome(card, item["actual"])
    if actual is None:
        return [Fault(f"{pointer}/actual", _expected(card))]
    return Label(receipt, actual, errors(card, receipt, actual))


def _shape_faults(item: dict[Any, Any], pointer: str) -> Iterator[Fault]:
    """Yield what is wrong whatever model the receipt is of."""
    twice = item.keys_twice if isinstance(item, Repeated) else ()
    yield from (Fault(f"{pointer}/{key}", "stands more than once") for key in twice if key in KEYS)
    if not item.keys() <= set(KEYS):
        yield Fault(pointer, "must hold nothing beside receipt and actual")
    yield from (Fault(f"{pointer}/{key}", "is required") for key in KEYS if key not in item)
    actual = item.get("actual", "")
    if not isinstance(actual, int | float | str):
        yield Fault(f"{pointer}/actual", "must be a number or a class of the model")
    elif isinstance(actual, float) and not math.isfinite(actual):
        yield Fault(f"{pointer}/actual", NOT_FINITE)


def _answer(token: object, reader: Reader) -> tuple[Receipt, Card]:
    """Return what a receipt says, and the card of the model that gave that answer."""
    if not isinstance(token, str):
        raise BadReceipt
    receipt = read(reader.secrets, token, reader.now)
    card = reader.card_of(receipt.model, receipt.version)
    if card is None:
        raise UnusableReceipt("is of a model or version that is not served any more")
    if card["task"] == "regression" and "deviation" not in card["output"]:
        raise UnusableReceipt("is of a model whose card has no scale to count errors on")
    if _outcome(card, receipt.prediction) is None:
        raise UnusableReceipt("is of an answer that this model can't give, or too far off to be counted")
    return receipt, card


def _outcome(card: Card, value: Any) -> Prediction | None:
    """Return a value as the card's target has it, or None where it can't be one."""
    if card["task"] == "classification":
        return next((each for each in card["output"]["classes"] if _is(each, value)), None)
    if isinstance(value, bool | str):
        return None
    mean, reach = card["output"]["mean"], FARTHEST * card["output"]["deviation"]
    # Compared before it is converted: a whole number can be too large for a float.
    return float(value) if mean - reach <= value <= mean + reach else None


def _is(label: Prediction, value: Any) -> bool:
    """Return whether a value is this class; true is not 1, but 1.0 is."""
    return label == value and isinstance(label, bool) == isinstance(value, bool)


def _expected(card: Card) -> str:
    if card["task"] == "classification":
        return "must be one of the model's classes, as its card lists them"
    return f"must be a number within {FARTHEST:g} standard deviations of the training data's mean"
