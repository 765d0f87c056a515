"""The protocol's addresses in OpenAPI."""

from typing import Any

from mlapi.compat.described import closed
from mlapi.compat.invocations.forms import FORMS, INPUTS, INSTANCES, RECORDS, SPLIT
from mlapi.service import Service

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_ROWS: Schema = {"$ref": "#/components/schemas/Rows"}


def paths(service: Service) -> Schema:
    """Return the addresses' descriptions."""
    choice = [
        {"name": name, "in": "query", "schema": {"enum": values}, "description": says}
        for name, values, says in (
            ("model", sorted({slot.name for slot in service.models}), "default: DEFAULT_MODEL"),
            ("version", sorted({slot.version for slot in service.models}), "default: the newest"),
        )
    ]
    content = {"application/json": {"schema": _forms(service.settings.max_rows)}}
    invocations = {
        "operationId": "invocations",
        "summary": "Predict rows in the forms of MLflow's clients",
        "parameters": choice,
        "requestBody": {"required": True, "content": content | {"text/csv": {"schema": _TEXT}}},
        "responses": _responses("application/json", _predictions(), 400, 404, 413, 415, 503),
    }
    return {
        "/invocations": {"post": invocations},
        "/ping": {"get": _plain("invocationsPing", "Whether the default model can answer", 503)},
        "/version": {"get": _plain("invocationsVersion", "Which MLflow's protocol this is")},
    }


def _plain(operation: str, summary: str, *errors: int) -> Schema:
    return {
        "operationId": operation,
        "summary": summary,
        "responses": _responses("text/plain", _TEXT, *errors),
    }


def _responses(media_type: str, answer: Schema, *errors: int) -> Schema:
    error = closed({"error_code": _TEXT, "message": _TEXT})
    refused = {"description": "What is wrong, all of it", "content": {"application/json": {"schema": error}}}
    answered = {"description": "As MLflow's server answers", "content": {media_type: {"schema": answer}}}
    return {"200": answered} | {str(status): refused for status in errors}


def _predictions() -> Schema:
    value = {"type": ["number", "string", "boolean"]}
    return closed({"predictions": {"type": "array", "items": value, "minItems": 1}})


def _forms(max_rows: int) -> Schema:
    lists = {"type": "array", "items": {"type": "array"}, "minItems": 1, "maxItems": max_rows}
    split = closed({"data": lists})
    split["properties"] |= {"columns": {"type": "array", "items": _TEXT}, "index": {"type": "array"}}
    rows = {"anyOf": [_ROWS, lists, {"$ref": "#/components/schemas/Row"}, _columns(max_rows)]}
    return {
        "type": "object",
        "properties": {SPLIT: split, RECORDS: _ROWS, INSTANCES: rows, INPUTS: rows}
        | {"params": {"description": "passed over"}},
        "oneOf": [{"required": [form]} for form in FORMS],
    }


def _columns(max_rows: int) -> Schema:
    column = {"type": "array", "minItems": 1, "maxItems": max_rows}
    return {"type": "object", "additionalProperties": column, "description": "a list for each feature"}
