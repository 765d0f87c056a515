"""Rows of the maths model, counted into the bins of its own baseline as the API does."""

import csv
import json
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from random import Random
from typing import Any

from monitor.counted import Bins
from monitor.probe.baseline import read_baseline
from training.data import students

ROOT = Path(__file__).resolve().parents[3]
CARD = json.loads((ROOT / "ml-api/artifacts/math-score/1/bundle.json").read_bytes())
SAID = CARD["baseline"]["features"]
BASELINE: Bins = read_baseline(CARD["baseline"])
NUMBERS = tuple(name for name, each in SAID.items() if "edges" in each)

Row = Mapping[str, Any]


def fresh(random: Random, rows: int) -> list[dict[str, Any]]:
    """Return students of the generator who were not in the training data."""
    drawn = csv.DictReader(students.lines(random, rows))
    found = [{name: row[name] for name in SAID} for row in drawn]
    return [{**row, **{name: float(row[name]) for name in NUMBERS}} for row in found]


def shifted(rows: Iterable[Row], feature: str, by: float) -> list[dict[str, Any]]:
    """Return rows with a number moved, but not beyond the best score."""
    return [{**row, feature: min(100.0, row[feature] + by)} for row in rows]


def deviation(feature: str) -> float:
    """Return a score's standard deviation in the training data."""
    values = [float(row[feature]) for row in csv.DictReader(students.students_csv().decode().splitlines())]
    mean = sum(values) / len(values)
    return float((sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5)


def counted(rows: list[dict[str, Any]]) -> Bins:
    """Return how many rows fall into each bin."""
    found = {name: Counter(_bin(name, row[name]) for row in rows) for name in SAID}
    return {name: {label: found[name][label] for label in bins} for name, bins in BASELINE.items()}


def _bin(feature: str, value: Any) -> str:
    return str(bisect_right(SAID[feature]["edges"], value)) if feature in NUMBERS else str(value)
