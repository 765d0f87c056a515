"""Which bin of the training data's distribution a value falls into: counts that drift is judged by."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from mlapi.columns import Columns
from mlapi.predict import class_name
from mlapi.telemetry import BINS, Tally, key

MISSING, OTHER = "missing", "other"
FEW = 10
"""Rows up to which one after the other is faster than all at once."""


class Bins:
    """Counts the rows of one model by feature and bin."""

    def __init__(self, model: tuple[str, str], baseline: Mapping[str, Any]) -> None:
        self._features = [
            _Numbers(model, name, said["edges"]) if "edges" in said else _Values(model, name, said["values"])
            for name, said in baseline["features"].items()
        ]

    def __call__(self, columns: Columns) -> Tally:
        """Return how many rows fall into each bin; of every feature, they add up to the rows."""
        tally: Tally = {}
        for feature in self._features:
            values = columns[feature.name].tolist()
            if len(values) > FEW:
                tally.update(feature.many(values))
                continue
            for value in values:
                counter = feature.counter(value)
                tally[counter] = tally.get(counter, 0) + 1
        return tally

    def keys(self) -> list[str]:
        """Return every counter that there can be."""
        return [counter for feature in self._features for counter in feature.keys]


class _Numbers:
    """Bins of a number, by their position: bin i holds edges[i-1] <= x < edges[i]."""

    def __init__(self, model: tuple[str, str], name: str, edges: Sequence[float]) -> None:
        self.name = name
        self._edges = list(edges)
        labels = [*map(str, range(len(edges) + 1)), MISSING]
        self.keys = [key(BINS, *model, name, label) for label in labels]

    def counter(self, value: float) -> str:
        """Return the counter of one value; a number that isn't equal to itself is missing."""
        return self.keys[bisect_right(self._edges, value) if value == value else -1]

    def many(self, values: Sequence[float]) -> Tally:
        """Return the counters of many values."""
        numbers = np.array(values, dtype=np.float64)
        missing = np.isnan(numbers)
        at = np.searchsorted(self._edges, numbers[~missing], side="right")
        counts = [*np.bincount(at, minlength=len(self._edges) + 1).tolist(), int(missing.sum())]
        return {counter: count for counter, count in zip(self.keys, counts, strict=True) if count}


class _Values:
    """Bins of a category or boolean, by name."""

    def __init__(self, model: tuple[str, str], name: str, values: Sequence[Any]) -> None:
        self.name = name
        self._of = {value: key(BINS, *model, name, _label(value)) for value in values}
        self._missing, self._other = (key(BINS, *model, name, label) for label in (MISSING, OTHER))
        self.keys = [*self._of.values(), self._other, self._missing]

    def counter(self, value: Any) -> str:
        """Return the counter of one value."""
        if value is None or value != value:
            return self._missing
        return self._of.get(value, self._other)

    def many(self, values: Sequence[Any]) -> Tally:
        """Return the counters of many values."""
        tally: Tally = {}
        for value, count in Counter(values).items():
            counter = self.counter(value)
            tally[counter] = tally.get(counter, 0) + count
        return tally


def _label(value: Any) -> str:
    """Return a value's bin; a category that is called like one of ours stands in quotes."""
    label = class_name(value)
    return f'"{label}"' if label in (MISSING, OTHER) else label
