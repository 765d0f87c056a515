"""Rows whose answers are known: few, and unlike each other."""

from typing import Any

import numpy as np
import numpy.typing as npt

from training.features import Feature, JsonValue
from training.fitted import Answers, Fitted
from training.rows import to_rows, to_table

Row = dict[str, JsonValue]
Trait = tuple[str, Any]

FEW = 8
MOST = 20
# Between two classes that are as likely as this, engines may differ by rounding alone.
UNSURE = 0.01
WEIGHTS = {"class": 100, "missing": 50, "low": 3, "high": 3, "category": 1}


def choose(fitted: Fitted, seed: int) -> list[dict[str, Any]]:
    """Return about 8 rows with scikit-learn's answers: the example first, then as unlike as can be had.

    They cover, in this order of weight: every class (at most 20), missing values, each number's
    least and greatest value, and the categories; seeded random rows fill up.
    """
    rows = [example(fitted), *to_rows(fitted.features, fitted.table)]
    answers = fitted.answer(to_table(fitted.features, rows))
    traits = [
        _traits(fitted.features, row, label)
        for row, label in zip(rows, _labels(fitted, answers), strict=True)
    ]
    count = max(FEW, min(len(fitted.output.classes), MOST))
    return [golden(fitted, rows[each]) for each in _cover(traits, _usable(answers), count, seed)]


def example(fitted: Fitted) -> Row:
    """Return the row that people are shown."""
    return fitted.example or to_rows(fitted.features, fitted.table.head(1))[0]


def golden(fitted: Fitted, row: Row) -> dict[str, Any]:
    """Return a row with scikit-learn's answer to it alone."""
    answers = fitted.answer(to_table(fitted.features, [row]))
    found: dict[str, Any] = {"input": row, "prediction": answers.predictions.tolist()[0]}
    if fitted.task == "regression":
        found["prediction"] = float(found["prediction"])
    if answers.probabilities is not None:
        names = [class_name(label) for label in fitted.output.classes]
        found["probabilities"] = dict(zip(names, answers.probabilities[0].tolist(), strict=True))
    return found


def class_name(label: str | int | bool) -> str:
    """Return a class as a JSON key: a text as it is, anything else as JSON writes it."""
    return str(label).lower() if isinstance(label, bool) else str(label)


def _labels(fitted: Fitted, answers: Answers) -> list[Any]:
    return (
        answers.predictions.tolist() if fitted.task == "classification" else [None] * len(answers.predictions)
    )


def _traits(features: list[Feature], row: Row, label: Any) -> frozenset[Trait]:
    """Return what a row shows: (kind of trait, which)."""
    found: set[Trait] = {("class", label)}
    for feature in features:
        value = row[feature.name]
        if value is None:
            found.add(("missing", feature.name))
        elif feature.kind in ("number", "integer"):
            found |= {(end, feature.name) for end in ("low", "high") if value == getattr(feature, end)}
        else:
            found.add(("category", (feature.name, value)))
    return frozenset(found)


def _usable(answers: Answers) -> npt.NDArray[np.bool_]:
    """Return which rows have a clear answer; all of them where there are no two classes to confuse."""
    if answers.probabilities is None or answers.probabilities.shape[1] < 2:
        return np.ones(len(answers.predictions), dtype=bool)
    best = np.sort(answers.probabilities, axis=1)
    return np.asarray(best[:, -1] - best[:, -2] >= UNSURE)


def _cover(traits: list[frozenset[Trait]], usable: npt.NDArray[np.bool_], count: int, seed: int) -> list[int]:
    """Return positions: the first, then greedily whichever adds most, then random ones."""
    free = [each for each in range(1, len(traits)) if usable[each]]
    chosen, covered = [0], set(traits[0])
    while len(chosen) < count and free:
        best = max(free, key=lambda each: (_worth(traits[each] - covered), -each))
        if not traits[best] - covered:
            break
        chosen.append(best)
        free.remove(best)
        covered |= traits[best]
    order: list[int] = np.random.default_rng(seed).permutation(free).tolist()
    return chosen + order[: count - len(chosen)]


def _worth(traits: frozenset[Trait]) -> int:
    return sum(WEIGHTS[kind] for kind, _ in traits)
