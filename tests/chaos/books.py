"""The bound: what was acknowledged, what may be counted beyond it, and what is counted."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tests.chaos.life import Call, Life

KINDS = ("calls", "rows", "refused", "labels")
"""Calls for predictions with their rows, calls with faults, and true outcomes that were told."""


@dataclass(frozen=True)
class Books:
    """What one deployment's counters must say of each kind."""

    acknowledged: Counter[str]
    doubtful: Counter[str]
    late: Counter[str]
    lost: Counter[str]

    def faults(self, stored: Mapping[str, int]) -> list[str]:
        """Return where acknowledged <= stored <= acknowledged + doubtful does not hold, in words.

        What was answered late may be missing where a kill came before it was counted.
        """
        bounds = {
            kind: (
                self.acknowledged[kind] - self.lost[kind],
                self.acknowledged[kind] + self.doubtful[kind],
            )
            for kind in KINDS
        }
        return [
            f"{kind}: {least} <= {stored[kind]} <= {most} does not hold"
            for kind, (least, most) in bounds.items()
            if not least <= stored[kind] <= most
        ]


def kept(lives: Iterable[Life]) -> Books:
    """Return the books of the processes that counted in one store."""
    books = Books(Counter(), Counter(), Counter(), Counter())
    for life in lives:
        books.acknowledged.update(_sum(life.answered()))
        books.doubtful.update(_sum(call for call in life.calls if call.outcome != "answered"))
        books.late.update(_sum(life.late()))
        books.lost.update(_sum(life.lost()))
    return books


def stored(counters: Mapping[str, int]) -> Counter[str]:
    """Return what a store's counters say of each kind."""
    found: Counter[str] = Counter()
    for counter, value in counters.items():
        family, *labels = json.loads(counter)
        if family == "ml_requests_total" and labels[:2] == ["POST", "/api/predict"]:
            found[{"200": "calls", "422": "refused"}.get(labels[2], "other")] += value
        elif family == "ml_predictions_total":
            found["rows"] += value
        elif family == "ml_feedback_total":
            found["labels"] += value
        elif family == "ml_store_late_requests_total":
            found["late"] += value
    return found


def torn(counters: Mapping[str, int]) -> list[str]:
    """Return which counters of one and the same write differ, in words."""
    sums: Counter[tuple[str, ...]] = Counter()
    for counter, value in counters.items():
        family, *labels = json.loads(counter)
        if family == "ml_feature_bin_total":
            sums["rows of", labels[0], labels[1], labels[2]] += value
        elif family == "ml_predictions_total":
            sums["rows", labels[0], labels[1]] += value
        elif family == "model_prediction_requests_total":
            sums["calls", labels[0], labels[1]] += value
        elif family == "model_prediction_duration_seconds" and labels[-1] != "sum":
            sums["timed", labels[0], labels[1]] += value
    said = []
    for (what, *model), value in sums.items():
        whole = sums["rows" if what.startswith("rows") else "calls", model[0], model[1]]
        if value != whole:
            said.append(f"{what} {' '.join(model)}: {value} of {whole}")
    return said


def _sum(calls: Iterable[Call]) -> Counter[str]:
    total: Counter[str] = Counter()
    for call in calls:
        total.update(dict(call.counts))
    return total
