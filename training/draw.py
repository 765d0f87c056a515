"""Rows drawn from what a card says of its features: anyone who has the bundle can draw the same ones."""

from typing import Any

import numpy as np
import pandas as pd

from training.features import Feature, JsonValue
from training.jitter import MISSING_SHARE, UNSEEN_SHARE, unseen_value
from training.rows import to_table

COUNT = 200


def draw(features: list[Feature], seed: int) -> pd.DataFrame:
    """Return 200 rows: numbers evenly from their range, categories at times not seen, gaps where allowed."""
    rng = np.random.default_rng(seed)
    columns = {feature.name: [_value(feature, rng) for _ in range(COUNT)] for feature in features}
    rows = [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]
    return to_table(features, rows)


def from_card(card: dict[str, Any]) -> list[Feature]:
    """Return the features that a card describes."""
    return [Feature(**each | {"values": tuple(each.get("values", ()))}) for each in card["features"]]


def _value(feature: Feature, rng: np.random.Generator) -> JsonValue:
    chance = rng.random()
    if feature.nullable and chance < MISSING_SHARE:
        return None
    if feature.open and chance > 1 - UNSEEN_SHARE:
        return unseen_value(feature)
    if feature.kind == "category":
        return feature.values[int(rng.integers(len(feature.values)))]
    if feature.kind == "boolean":
        return bool(rng.integers(2))
    if feature.low is None or feature.high is None:
        return feature.typical
    number = float(rng.uniform(feature.low, feature.high))
    return round(number) if feature.kind == "integer" else number
