"""Are the answers the expected ones? Pure."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.pins import Golden, Pin
from monitor.probe.answers import Answer
from monitor.probe.plain import plain
from monitor.sample import Difference

_MOST_DIFFERING = 10
_EXAMPLES = 3
_MOST_CLASSES = 5  # Of those whose probabilities are wrong, the worst.
_LONGEST_LABEL = 60


@dataclass(frozen=True)
class Comparison:
    """How many answers are right, and those that aren't."""

    matching: int
    max_abs_error: float | None
    differing: list[Difference]
    examples: list[Difference]


Errors = dict[str, float]
"""How far off a number is: of each class, or of the prediction (under the empty name)."""


def compared(pin: Pin, answers: Sequence[Answer]) -> Comparison:
    """Compare as many answers as there are goldens, in order."""
    tolerance = pin["tolerance"]["absolute"]
    judged = [_judged(pin, *pair) for pair in zip(pin["goldens"], answers, strict=True)]
    wrong = [at for at, row in enumerate(judged) if not row.right(tolerance)]
    every = [error for row in judged for error in row.errors.values()]
    return Comparison(
        matching=len(judged) - len(wrong),
        max_abs_error=max(every, default=None),
        differing=[judged[at].difference(at, tolerance) for at in wrong[:_MOST_DIFFERING]],
        examples=[row.example(at) for at, row in enumerate(judged[:_EXAMPLES])],
    )


@dataclass(frozen=True)
class _Row:
    """A golden beside its answer."""

    golden: Golden
    answer: Answer
    same: bool
    errors: Errors

    def right(self, tolerance: float) -> bool:
        return self.same and all(error <= tolerance for error in self.errors.values())

    def example(self, at: int) -> Difference:
        expected, received = self.golden["prediction"], self.answer.prediction
        return {"golden": at + 1, "expected": _shown(expected), "received": _shown(received)}

    def difference(self, at: int, tolerance: float) -> Difference:
        plainly = self.example(at)
        off = [name for name, error in self.errors.items() if error > tolerance]
        if not self.same or not self.answer.probabilities:
            return plainly
        worst = sorted(off, key=lambda name: -self.errors[name])[:_MOST_CLASSES]
        return {
            "golden": at + 1,
            "expected": _with(plainly["expected"], self.golden["probabilities"], worst),
            "received": _with(plainly["received"], self.answer.probabilities, worst),
        }


def _judged(pin: Pin, golden: Golden, answer: Answer) -> _Row:
    expected, received = golden["prediction"], answer.prediction
    if pin["task"] == "regression":
        return _Row(golden, answer, True, {"": _off(expected, received)})
    # A label is right or wrong: True is not 1, though Python calls them equal.
    same = isinstance(expected, bool) == isinstance(received, bool) and bool(expected == received)
    return _Row(golden, answer, same, _shares_off(golden.get("probabilities"), answer.probabilities))


def _shares_off(expected: dict[str, float] | None, received: dict[str, float] | None) -> Errors:
    if not expected or not received:
        return {}
    # A class that only one of them names is off by all that the other gives it.
    return {name: _off(expected.get(name, 0.0), received.get(name, 0.0)) for name in expected | received}


def _off(expected: float, received: float) -> float:
    # The difference of two finite numbers can be beyond all bounds, which JSON can't hold.
    return min(abs(expected - received), sys.float_info.max)


def _with(label: Any, shares: dict[str, float], names: list[str]) -> dict[str, Any]:
    shown = {plain(name, _LONGEST_LABEL): shares.get(name) for name in names}
    return {"label": label, "probabilities": shown}


def _shown(label: Any) -> Any:
    return plain(label, _LONGEST_LABEL) if isinstance(label, str) else label
