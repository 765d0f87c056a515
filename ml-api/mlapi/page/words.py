"""How names and values of a model's inputs are called in front of people."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from mlapi.page.numerals import exact

Feature = Mapping[str, Any]


def names_for_people(features: Sequence[Feature]) -> list[str]:
    """Return the features' names for people; as they are where two would become one."""
    nice = [name_for_people(feature["name"], feature["unit"]) for feature in features]
    often = Counter(nice)
    return [
        label if often[label] == 1 else feature["name"] for feature, label in zip(features, nice, strict=True)
    ]


def name_for_people(name: str, unit: str | None = None) -> str:
    """Return a column's name as a person would write it: bill_length_mm, in mm, is Bill length."""
    words = name.replace("_", " ").split()
    if len(words) > 1 and words[-1] == unit:
        words.pop()
    text = " ".join(words)
    return text[:1].upper() + text[1:] if text else name


def choices(feature: Feature) -> list[Any]:
    """Return the values of a category or boolean, in the order of the options."""
    return [False, True] if feature["kind"] == "boolean" else list(feature.get("values", []))


def value_for_people(value: Any) -> str:
    """Return an input's value as text."""
    if value is None:
        return "missing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return exact(value) if isinstance(value, float) else str(value)
