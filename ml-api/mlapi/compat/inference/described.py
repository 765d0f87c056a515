"""The protocol's addresses in OpenAPI."""

from typing import Any

from mlapi.compat.described import closed
from mlapi.compat.inference.datatypes import NAMES
from mlapi.service import Service

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string"}
_ERROR = closed({"error": _TEXT})
_PARAMETERS: Schema = {"type": "object", "description": "tolerated; none of them changes the answer"}


def paths(service: Service) -> Schema:
    """Return the addresses' descriptions."""
    said: Schema = {
        "/v2": {"get": _asked("inferenceServer", "What this server is", _server())},
        "/v2/health/live": {"get": _asked("inferenceLive", "Whether it answers", _truth("live"))},
        "/v2/health/ready": {
            "get": _asked("inferenceReady", "Whether the default model can answer", _truth("ready"), 503)
        },
    }
    model = _in_path("model", sorted({slot.name for slot in service.models}))
    version = _in_path("version", sorted({slot.version for slot in service.models}))
    for ending, place, chosen in (
        ("", "/v2/models/{model}", [model]),
        ("Version", "/v2/models/{model}/versions/{version}", [model, version]),
    ):
        parameters = {"parameters": chosen}
        said |= {
            place: {"get": _metadata(ending) | parameters},
            f"{place}/ready": {"get": _ready(ending) | parameters},
            f"{place}/infer": {"post": _infer(ending, service.settings.max_rows) | parameters},
        }
    return said


def _in_path(name: str, values: list[str]) -> Schema:
    return {"name": name, "in": "path", "required": True, "schema": {"enum": values}}


def _server() -> Schema:
    return closed({"name": _TEXT, "version": _TEXT, "extensions": {"type": "array", "items": _TEXT}})


def _truth(name: str) -> Schema:
    return closed({name: {"const": True}})


def _metadata(ending: str) -> Schema:
    shape = {"type": "array", "items": {"type": "integer"}}
    tensor = closed({"name": _TEXT, "datatype": {"enum": list(NAMES)}, "shape": shape})
    tensors = {"type": "array", "items": tensor}
    said = {"name": _TEXT, "versions": {"type": "array", "items": _TEXT}, "platform": _TEXT}
    said |= {"inputs": tensors, "outputs": tensors}
    properties = {"type": "object", "additionalProperties": _TEXT}
    answer = closed(said | {"properties": properties})
    return _asked(f"inferenceModel{ending}", "What a model takes and gives", answer, 404, 503)


def _ready(ending: str) -> Schema:
    answer = closed({"name": _TEXT, "ready": {"const": True}})
    return _asked(f"inferenceModelReady{ending}", "Whether a model can answer", answer, 404, 503)


def _infer(ending: str, max_rows: int) -> Schema:
    answer = closed(
        {"model_name": _TEXT, "model_version": _TEXT, "id": _TEXT}
        | {"outputs": {"type": "array", "items": closed(_tensor() | {"data": {"type": "array"}})}}
    )
    said = _asked(
        f"infer{ending}", "Predict the rows of tensors, one for each feature", answer, 400, 404, 413, 415, 503
    )
    content = {"application/json": {"schema": _request(max_rows)}}
    return said | {"requestBody": {"required": True, "content": content}}


def _tensor() -> Schema:
    rows = {"type": "integer", "minimum": 1}
    shape = {"type": "array", "items": rows, "minItems": 1, "maxItems": 2}
    return {"name": _TEXT, "datatype": {"enum": list(NAMES)}, "shape": shape}


def _request(max_rows: int) -> Schema:
    values = {"type": "array", "minItems": 1, "maxItems": max_rows}
    tensor = {"type": "object", "properties": _tensor() | {"data": values, "parameters": _PARAMETERS}}
    wanted = {"type": "object", "properties": {"name": _TEXT, "parameters": _PARAMETERS}}
    return {
        "type": "object",
        "properties": {
            "id": _TEXT,
            "parameters": _PARAMETERS,
            "inputs": {
                "type": "array",
                "items": tensor | {"required": ["name", "shape", "datatype", "data"]},
                "minItems": 1,
            },
            "outputs": {"type": "array", "items": wanted | {"required": ["name"]}},
        },
        "required": ["inputs"],
    }


def _asked(operation: str, summary: str, answer: Schema, *errors: int) -> Schema:
    refused: Schema = {"description": "What is wrong, all of it", "content": _json(_ERROR)}
    return {
        "operationId": operation,
        "summary": summary,
        "responses": {"200": {"description": "As the protocol says", "content": _json(answer)}}
        | {str(status): refused for status in errors},
    }


def _json(schema: Schema) -> Schema:
    return {"application/json": {"schema": schema}}
