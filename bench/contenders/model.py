"""The one model that all contenders serve: its card, its file, and rows to ask of it."""

import json
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from bench.contender import Row

ROOT = Path(__file__).resolve().parent.parent.parent
NAME = "math-score"


@cache
def folder() -> Path:
    """Return the newest version's folder, which the API serves unless told otherwise."""
    return max((ROOT / "ml-api" / "artifacts" / NAME).glob("[0-9]*"), key=lambda version: int(version.name))


def file() -> Path:
    """Return the card's file."""
    return folder() / "bundle.json"


@cache
def card() -> dict[str, Any]:
    """Return what training wrote of it."""
    found: dict[str, Any] = json.loads(file().read_bytes())
    return found


def pickled() -> Path:
    """Return the file that every peer loads."""
    return folder() / "model.joblib"


def goldens() -> list[Row]:
    """Return the inputs of the card's goldens."""
    return [golden["input"] for golden in card()["goldens"]]


def rows(count: int) -> list[Row]:
    """Return as many valid rows, always the same: the goldens first, then what the card's schema allows."""
    chance = random.Random(f"{NAME}/{count}")  # noqa: S311 - they have to be the same each time
    features = card()["input"]["properties"]
    drawn = ({name: _drawn(feature, chance) for name, feature in features.items()} for _ in range(count))
    return [*goldens(), *drawn][:count]


def _drawn(feature: Mapping[str, Any], chance: random.Random) -> str | int:
    """Return a value of a category, or a whole number within its limits."""
    if "enum" in feature:
        return str(chance.choice(feature["enum"]))
    return chance.randint(feature["minimum"], feature["maximum"])
