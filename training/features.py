"""What a model's input and output are, and the JSON Schema that says so."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from training.scale import Scale

Kind = Literal["number", "integer", "boolean", "category"]
Task = Literal["regression", "classification"]
JsonValue = str | int | float | bool | None

OPEN_CATEGORY_LENGTH = 200
MOST_WHOLE = 2**53 - 1  # The largest whole number that every JSON reader keeps exact.


@dataclass(frozen=True, kw_only=True)
class Feature:
    """One input column.

    low, high: the range seen in training, in `unit`; minimum, maximum: hard limits (number, integer).
    values: the categories seen in training, sorted; open: whether others are taken (category).
    typical: the median or the most frequent value; contributions are measured against it.
    """

    name: str
    kind: Kind
    typical: JsonValue
    description: str = ""
    unit: str | None = None
    nullable: bool = False
    low: float | None = None
    high: float | None = None
    minimum: float | None = None
    maximum: float | None = None
    values: tuple[str | int, ...] = ()
    open: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the feature as it stands in bundle.json."""
        shared = ("name", "kind", "unit", "description", "nullable", "typical")
        own = {
            "number": ("low", "high", "minimum", "maximum"),
            "integer": ("low", "high", "minimum", "maximum"),
            "boolean": (),
            "category": ("values", "open"),
        }
        everything = asdict(self) | {"values": list(self.values)}
        return {key: everything[key] for key in shared + own[self.kind]}


@dataclass(frozen=True, kw_only=True)
class Output:
    """What a model predicts; `classes` in the estimator's order and no scale, or a scale and no classes."""

    name: str
    unit: str | None = None
    description: str = ""
    classes: tuple[str | int | bool, ...] = ()
    scale: Scale | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the output as it stands in bundle.json."""
        said = {"name": self.name, "unit": self.unit, "description": self.description}
        own = {"classes": list(self.classes)} if self.scale is None else asdict(self.scale)
        return said | own


def input_schema(features: list[Feature], example: dict[str, JsonValue]) -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of one input row."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {feature.name: _property(feature) for feature in features},
        "required": [feature.name for feature in features if not feature.nullable],
        "additionalProperties": False,
        "examples": [example],
    }


def _property(feature: Feature) -> dict[str, Any]:
    said: dict[str, Any] = {"type": _json_type(feature)}
    if feature.kind == "category" and not feature.open:
        said["enum"] = [*feature.values, *([None] if feature.nullable else [])]
    elif feature.kind == "category":
        said |= _open_limits(feature)
    for limit in ("minimum", "maximum"):
        if getattr(feature, limit) is not None:
            said[limit] = getattr(feature, limit)
    if feature.description:
        said["description"] = feature.description
    if feature.unit:
        said["x-unit"] = feature.unit
    return said


def _open_limits(feature: Feature) -> dict[str, int]:
    if "integer" in _json_type(feature):
        return {"minimum": -MOST_WHOLE, "maximum": MOST_WHOLE}
    return {"maxLength": OPEN_CATEGORY_LENGTH}


def _json_type(feature: Feature) -> str | list[str]:
    base: str = feature.kind
    if feature.kind == "category":
        base = "integer" if feature.values and isinstance(feature.values[0], int) else "string"
    return [base, "null"] if feature.nullable else base
