"""What the older addresses have in common in OpenAPI."""

from collections.abc import Mapping
from typing import Any

Schema = dict[str, Any]
ANYTHING: Schema = {"type": "object"}
NUMBER: Schema = {"type": "number"}
_PROBLEM: Schema = {"$ref": "#/components/responses/Problem"}


def posted(operation: str, summary: str, body: Schema, answer: Schema) -> Schema:
    """Return the description of an address that takes rows and answers predictions."""
    said = _answered(operation, summary, answer, (400, 404, 413, 415, 422, 503))
    return said | {"requestBody": {"required": True, "content": _json(body)}}


def asked(operation: str, summary: str, answer: Schema = ANYTHING) -> Schema:
    """Return the description of an address that is only looked at."""
    return _answered(operation, summary, answer, (404, 503))


def health(operation: str, summary: str) -> Schema:
    """Return the description of an address that tells how models are."""
    states = {"type": "object", "additionalProperties": closed({"state": {"type": "string"}}, "reason")}
    said = asked(operation, summary, closed({"status": {"enum": ["healthy", "degraded"]}, "checks": states}))
    unwell = closed({"status": {"const": "unhealthy"}, "checks": states})
    said["responses"]["503"] = {
        "description": "None of the models can answer",
        "content": _json(unwell) | {"application/problem+json": {"schema": ANYTHING}},
    }
    return said


def rows(card: Mapping[str, Any] | None, max_rows: int) -> tuple[Schema, Schema]:
    """Return the schemas of a row and of a list of rows, as far as the model is known."""
    row = {key: said for key, said in card["input"].items() if key != "$schema"} if card else ANYTHING
    return row, listed(row, max_rows)


def listed(row: Schema, max_rows: int) -> Schema:
    """Return the schema of a list of rows."""
    return {"type": "array", "items": row, "minItems": 1, "maxItems": max_rows}


def predictions(card: Mapping[str, Any] | None) -> Schema:
    """Return the schema of {"prediction": [...]}."""
    value = _prediction(card) if card else {}
    return closed({"prediction": {"type": "array", "items": value}})


def _prediction(card: Mapping[str, Any]) -> Schema:
    return NUMBER if card["task"] == "regression" else {"enum": card["output"]["classes"]}


def closed(properties: Schema, *optional: str) -> Schema:
    """Return the schema of an object with these keys and no others; optional ones are texts."""
    return {
        "type": "object",
        "properties": properties | {name: {"type": "string"} for name in optional},
        "required": list(properties),
        "additionalProperties": False,
    }


def _answered(operation: str, summary: str, answer: Schema, problems: tuple[int, ...]) -> Schema:
    responses: Schema = {"200": {"description": "As the older clients read it", "content": _json(answer)}}
    return {
        "operationId": operation,
        "summary": summary,
        "responses": responses | {str(status): _PROBLEM for status in problems},
    }


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
