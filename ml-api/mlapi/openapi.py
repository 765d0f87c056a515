"""The API's description, OpenAPI 3.1, made from a bundle's own schema."""

from collections.abc import Mapping, Sequence
from typing import Any

from mlapi.access.described import SCHEMES, guarded
from mlapi.predict import class_name

Schema = dict[str, Any]
_PROBLEM = {"$ref": "#/components/responses/Problem"}


def document(
    card: Mapping[str, Any],
    models: Sequence[Mapping[str, Any]],
    max_rows: int,
    others: Schema,
    *,
    keyed: bool = False,
    limited: bool = False,
) -> Schema:
    """Return the OpenAPI document for one model; ?model=&version= give that of another.

    others: path -> description of the addresses that other modules answer; keyed: what is more than a
    question asks for a key; limited: nobody may call as often as they like.
    """
    said = _open(card, models, max_rows, others)
    for path in said["paths"].values():
        if "post" in path:
            path["post"] = guarded(path["post"], keyed=keyed, limited=limited)
    return said


def _open(
    card: Mapping[str, Any], models: Sequence[Mapping[str, Any]], max_rows: int, others: Schema
) -> Schema:
    return {
        "openapi": "3.1.0",
        "jsonSchemaDialect": "https://json-schema.org/draft/2020-12/schema",
        "info": {
            "title": f"{card['title']}: predictions",
            "version": card["version"],
            "description": card["description"],
        },
        "paths": {
            "/api/predict": {"post": _predict(models)},
            "/api/feedback": {"post": _feedback()},
            "/api/metrics": {"get": scrape("metrics")},
            "/api/model-info": {"get": _get("modelInfo", "The model's card", _choice(models), {404, 503})},
            "/api/models": {"get": _get("models", "Every model and version with its state")},
            "/api/openapi.json": {"get": _get("openapi", "This description", _choice(models), {404, 503})},
            "/api/health": {"get": _health()},
            "/readyz": {"get": _health("ready", "Whether the default model can answer")},
            "/livez": {"get": _get("live", "Whether the process answers")},
        }
        | others,
        "components": {
            "schemas": {
                "Row": {key: value for key, value in card["input"].items() if key != "$schema"},
                "Rows": {"type": "array", "items": _ref("Row"), "minItems": 1, "maxItems": max_rows},
                "Instances": _closed({"instances": _ref("Rows")}),
                "Answer": _answer(card, whole=True),
                "RowAnswer": _answer(card, whole=False),
                "Answers": _closed(
                    {"id": {"type": "string"}, "predictions": {"type": "array", "items": _ref("RowAnswer")}}
                    | {"model": _ref("Model")}
                ),
                "Model": _closed({key: {"type": "string"} for key in ("name", "version", "sha256")}),
                "Outcome": _closed({"receipt": {"type": "string"}, "actual": _actual(card)}),
                "Problem": _problem(),
            },
            "securitySchemes": SCHEMES,
            "responses": {
                "Problem": {
                    "description": "What is wrong, all of it",
                    "content": {"application/problem+json": {"schema": _ref("Problem")}},
                }
            },
        },
    }


def _predict(models: Sequence[Mapping[str, Any]]) -> Schema:
    explain = {"name": "explain", "in": "query", "schema": {"type": "boolean"}}
    explain["description"] = "true adds each feature's contribution"
    receipts = {"name": "receipts", "in": "query", "schema": {"type": "boolean"}}
    receipts["description"] = "true adds a receipt to each answer of a batch, for feedback"
    csv = {"schema": {"type": "string"}}
    return {
        "operationId": "predict",
        "summary": "Predict one row or many",
        "parameters": [*_choice(models), explain, receipts],
        "requestBody": {
            "required": True,
            "content": {
                "application/json": {"schema": {"oneOf": [_ref("Row"), _ref("Rows"), _ref("Instances")]}},
                "text/csv": csv,
            },
        },
        "responses": {
            "200": {
                "description": "One answer, or the answers in the rows' order",
                "content": {
                    "application/json": {"schema": {"oneOf": [_ref("Answer"), _ref("Answers")]}},
                    "text/csv": csv,
                },
            }
        }
        | {str(status): _PROBLEM for status in (400, 404, 413, 415, 422, 503)},
    }


def _feedback() -> Schema:
    outcomes = {"oneOf": [_ref("Outcome"), {"type": "array", "items": _ref("Outcome"), "minItems": 1}]}
    count = {"type": "integer", "minimum": 0}
    said = {"schema": _closed({"counted": count, "repeated": count})}
    return {
        "operationId": "feedback",
        "summary": "Tell the true outcome of an earlier answer, by its receipt",
        "requestBody": {"required": True, "content": {"application/json": {"schema": outcomes}}},
        "responses": {"200": {"description": "How many count", "content": {"application/json": said}}}
        | {str(status): _PROBLEM for status in (400, 410, 413, 415, 422, 429, 503)},
    }


def _actual(card: Mapping[str, Any]) -> Schema:
    return {"enum": card["output"]["classes"]} if card["task"] == "classification" else {"type": "number"}


def scrape(operation: str) -> Schema:
    """Return the description of an address for Prometheus."""
    text = {"schema": {"type": "string"}}
    kinds = {"text/plain": text, "application/openmetrics-text": text}
    return {
        "operationId": operation,
        "summary": "What was counted, for Prometheus",
        "responses": {"200": {"description": "All metrics", "content": kinds}, "401": _PROBLEM},
    }


def _answer(card: Mapping[str, Any], *, whole: bool) -> Schema:
    number: Schema = {"type": "number"}
    if card["task"] == "regression":
        interval = _closed({"level": number, "low": number, "high": number})
        said: Schema = {"prediction": number, "unit": {"type": ["string", "null"]}, "interval": interval}
    else:
        classes = card["output"]["classes"]
        shares = _closed({class_name(label): number for label in classes}) | {"type": ["object", "null"]}
        said = {"prediction": {"enum": classes}, "confidence": {"type": ["number", "null"]}}
        said["probabilities"] = shares
    warning = _closed({"feature": {"type": "string"}, "detail": {"type": "string"}})
    said["warnings"] = {"type": "array", "items": warning}
    schema = _closed({"id": {"type": "string"}} | said | {"model": _ref("Model")} if whole else said)
    schema["properties"]["receipt"] = {"type": "string"}
    contributions = _closed({feature["name"]: number for feature in card["features"]})
    schema["properties"]["explanation"] = _closed(
        {"scale": {"type": "string"}, "baseline": number, "contributions": contributions}
    )
    return schema


def _problem() -> Schema:
    text = {"type": "string"}
    fault = _closed({"pointer": text, "detail": text})
    schema = _closed(
        {"type": text, "title": text, "status": {"type": "integer"}, "detail": text, "instance": text}
    )
    schema["properties"] |= {"errors": {"type": "array", "items": fault}, "errors_total": {"type": "integer"}}
    return schema


def _choice(models: Sequence[Mapping[str, Any]]) -> list[Schema]:
    names = sorted({model["name"] for model in models})
    versions = sorted({model["version"] for model in models})
    return [
        {"name": "model", "in": "query", "schema": {"enum": names}, "description": "default: this model"},
        {
            "name": "version",
            "in": "query",
            "schema": {"enum": versions},
            "description": "default: the newest",
        },
    ]


def _get(
    operation: str, summary: str, parameters: Sequence[Schema] = (), faults: set[int] | None = None
) -> Schema:
    said: Schema = {"operationId": operation, "summary": summary, "responses": {"200": _object("As it says")}}
    if parameters:
        said["parameters"] = list(parameters)
    said["responses"] |= {str(status): _PROBLEM for status in sorted(faults or set())}
    return said


def _health(operation: str = "health", summary: str = "How the service and every model are") -> Schema:
    said = _get(operation, summary)
    said["responses"]["503"] = _object("The default model can't answer; the reason names the file")
    return said


def _object(description: str) -> Schema:
    return {"description": description, "content": {"application/json": {"schema": {"type": "object"}}}}


def _closed(properties: Schema) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}
