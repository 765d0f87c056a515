"""The whole numbers that the older penguin classifier takes for island and sex, and what they stand for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mlapi.faults import Faults, RowCheck

CODES: Mapping[str, tuple[str, ...]] = {
    "island": ("Torgersen", "Biscoe", "Dream"),
    "sex": ("female", "male"),
}
"""Feature -> its categories, each at the place that is its code."""


@dataclass(frozen=True)
class Encoding:
    """The encoded fields of one model: field -> the feature that it stands for, and category by code."""

    features: Mapping[str, str]
    categories: Mapping[str, Mapping[int, str]]

    def field(self, feature: str) -> str:
        """Return what a feature is called where it is encoded."""
        return next((field for field, name in self.features.items() if name == feature), feature)

    def decoded(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """Return a checked row with the model's own features and categories."""
        return {self.features.get(field, field): self._value(field, value) for field, value in row.items()}

    def _value(self, field: str, value: Any) -> Any:
        return self.categories[field].get(value) if field in self.categories else value


def encoding(features: Sequence[Mapping[str, Any]]) -> Encoding:
    """Return which features of a card are encoded, and how; a category that the model refuses has no code."""
    names, categories = {}, {}
    for feature in features:
        codes = _codes(feature)
        if codes:
            field = f"{feature['name']}_encoded"
            names[field], categories[field] = feature["name"], codes
    return Encoding(names, categories)


def _codes(feature: Mapping[str, Any]) -> dict[int, str]:
    if feature["kind"] != "category":
        return {}
    return {
        code: category
        for code, category in enumerate(CODES.get(feature["name"], ()))
        if feature["open"] or category in feature["values"]
    }


def encoded_schema(schema: Mapping[str, Any], encoded: Encoding) -> dict[str, Any]:
    """Return the JSON Schema of encoded rows, from that of the model's own."""
    properties = {
        encoded.field(name): _property(encoded, encoded.field(name), said)
        for name, said in schema["properties"].items()
    }
    required = [encoded.field(name) for name in schema["required"]]
    return {"$schema": schema["$schema"], "type": "object", "properties": properties} | {
        "required": required,
        "additionalProperties": False,
    }


def _property(encoded: Encoding, field: str, said: Mapping[str, Any]) -> dict[str, Any]:
    if field not in encoded.categories:
        return dict(said)
    codes = encoded.categories[field]
    nullable = isinstance(said["type"], list)
    meanings = ", ".join(f"{code} {category}" for code, category in codes.items())
    return {
        "type": ["integer", "null"] if nullable else "integer",
        "enum": [*codes, None] if nullable else [*codes],
        "description": f"{said['description']}: {meanings}" if said.get("description") else meanings,
    }


class EncodedCheck(RowCheck):
    """Checks encoded rows; its faults point at the encoded fields and count for the features behind them."""

    def __init__(self, schema: dict[str, Any], encoded: Encoding) -> None:
        super().__init__(schema)
        self._encoded = encoded

    def __call__(self, rows: Sequence[Any], base: Callable[[int], str], *, suspicious: bool) -> Faults:
        """Return all faults of encoded rows; see RowCheck."""
        found = super().__call__(rows, base, suspicious=suspicious)
        features = self._encoded.features
        listed = [
            replace(fault, feature=features.get(fault.feature, fault.feature)) for fault in found.listed
        ]
        return Faults(listed, found.total)
