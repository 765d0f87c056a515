"""The form: one field per feature of the model."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, log10
from typing import Any

from mlapi.page.axis import Axis
from mlapi.page.bars import Bar, bars
from mlapi.page.numerals import exact
from mlapi.page.words import Feature, choices, names_for_people, value_for_people

STRIP = 100  # Width of the drawing of what was seen in training.


@dataclass(frozen=True, kw_only=True)
class Option:
    """A choice; `value` is its position, since a text can't carry whether it was a text."""

    value: str
    text: str
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Field:
    """One input of the form, ready to be written as HTML."""

    id: str
    name: str
    label: str
    control: str
    value: str
    unit: str
    description: str
    hint: str
    nullable: bool
    step: str
    limits: dict[str, str]
    options: list[Option]
    strip: list[Bar]


def fields(bundle: Mapping[str, Any]) -> list[Field]:
    """Return the fields with the example filled in."""
    example = bundle["input"]["examples"][0]
    labels = names_for_people(bundle["features"])
    baseline = bundle["baseline"]["features"]
    return [
        _field(at, feature, label, example.get(feature["name"]), baseline.get(feature["name"], {}))
        for at, (feature, label) in enumerate(zip(bundle["features"], labels, strict=True))
    ]


def _field(at: int, feature: Feature, label: str, value: Any, baseline: Mapping[str, Any]) -> Field:
    control = _control(feature)
    return Field(
        id=f"field-{at}",
        name=feature["name"],
        label=label,
        control=control,
        value=_typed(value),
        unit=feature["unit"] or "",
        description=feature["description"],
        hint=". ".join(_hints(feature, control)),
        nullable=feature["nullable"],
        step=_step(feature) if control == "number" else "",
        limits=_limits(feature),
        options=[
            Option(value=str(n), text=value_for_people(choice), chosen=choice == value and value is not None)
            for n, choice in enumerate(choices(feature))
        ],
        strip=_strip(feature, baseline) if control == "number" else [],
    )


def _control(feature: Feature) -> str:
    if feature["kind"] in ("number", "integer"):
        return "number"
    return "open" if feature.get("open") else "select"


def _typed(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else json.dumps(value)


def _hints(feature: Feature, control: str) -> list[str]:
    said = []
    if control == "number":
        said.append(f"Trained on {exact(feature['low'])} to {exact(feature['high'])}")
        said += _accepted(feature)
    if control == "open":
        said.append(f"Trained on {len(feature['values'])} values, takes others too")
    return [*said, "May be left empty"] if feature["nullable"] else said


def _accepted(feature: Feature) -> list[str]:
    low, high = feature["minimum"], feature["maximum"]
    if low is not None and high is not None:
        return [f"Takes {exact(low)} to {exact(high)}"]
    if low is not None:
        return [f"Takes {exact(low)} and above"]
    return [] if high is None else [f"Takes up to {exact(high)}"]


def _limits(feature: Feature) -> dict[str, str]:
    given = {"min": feature.get("minimum"), "max": feature.get("maximum")}
    return {name: json.dumps(limit) for name, limit in given.items() if limit is not None}


def _step(feature: Feature) -> str:
    """Return what an arrow key adds: 1, or for fractions what crosses the range in 50 to 500 steps."""
    span = feature["high"] - feature["low"]
    if feature["kind"] == "integer":
        return "1"
    return f"{10.0 ** floor(log10(span / 50)):.12g}" if span else "any"


def _strip(feature: Feature, baseline: Mapping[str, Any]) -> list[Bar]:
    low, high = feature["low"], feature["high"]
    if low == high or "edges" not in baseline:
        return []
    edges = [low, *baseline["edges"], high]
    return bars(edges, baseline["counts"], Axis(low, high, 0, STRIP), 1, 1)
