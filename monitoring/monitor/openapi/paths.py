"""The monitor's addresses as OpenAPI lists them: what may be asked, and the status codes of the answers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from monitor.openapi import schemas
from monitor.openapi.schemas import Schema
from monitor.status import UPTIME
from monitor.summary import WINDOWS

BADGES = ("status", "uptime", "latency")
_JSON = "application/json"
_PROBLEM: Schema = {"$ref": "#/components/responses/Problem"}
_TEXT: Schema = {"type": "string"}


def paths(guarded: Collection[str]) -> Schema:
    """Return path -> its description; guarded: those that ask for a bearer token."""
    said = {**_state(), **_past(), **_rest()}
    return {path: {"get": _asking(get) if path in guarded else get} for path, get in said.items()}


def _state() -> Schema:
    status: Schema = {"$ref": "#/components/schemas/Status"}
    unwell = {"503": _answer({_JSON: status}, "With ?fail=503: it is down, unknown or unconfigured")}
    fail = _query("fail", ("503",), "answer 503 where the API is down, unknown or unconfigured")
    return {
        "/api/status": _get("status", "How the API is", {_JSON: status}, [fail], unwell),
        "/api/check": _get("check", "How the API is, asked anew", {_JSON: status}, [fail], unwell),
        "/api/live": _get("live", "A point for the live chart", {_JSON: schemas.point()}, [], _problems(404)),
    }


def _past() -> Schema:
    window, form = _query("window", WINDOWS), _query("format", ("json", "csv"))
    slots, incidents = (
        {_JSON: schema, "text/csv": _TEXT} for schema in (schemas.history(), schemas.incidents())
    )
    none = _problems(503)
    return {
        "/api/history": _get("history", "The slots of a window", slots, [window, form], none),
        "/api/incidents": _get("incidents", "What went wrong, newest first", incidents, [form], none),
    }


def _rest() -> Schema:
    metrics = {_JSON: schemas.five(), "text/plain": _TEXT, "application/openmetrics-text": _TEXT}
    form = _query("format", ("json", "prometheus"), "unset: Accept decides")
    drawn = {"image/svg+xml": _TEXT, _JSON: schemas.badge()}
    badge = [_in_path("kind", BADGES), _in_path("form", ("svg", "json")), _query("window", UPTIME)]
    alive = {_JSON: schemas.closed({"status": {"const": "alive"}})}
    return {
        "/api/metrics": _get("metrics", "For Prometheus, or five numbers as JSON", metrics, [form]),
        "/api/badge/{kind}.{form}": _get("badge", "A small picture", drawn, badge, _problems(404)),
        "/api/openapi.json": _get("openapi", "This description", {_JSON: {"type": "object"}}),
        "/livez": _get("live", "Whether the process answers", alive) | {"operationId": "alive"},
    }


def _get(
    operation: str,
    summary: str,
    kinds: Mapping[str, Schema],
    parameters: Sequence[Schema] = (),
    others: Schema | None = None,
) -> Schema:
    """Return the description of an address; one with a query refuses the values that it does not know."""
    asked = any(parameter["in"] == "query" for parameter in parameters)
    answers = {"200": _answer(kinds, "As docs/monitor.md tells it"), **(_problems(400) if asked else {})}
    said: Schema = {"operationId": operation, "summary": summary, "responses": answers | (others or {})}
    return said | ({"parameters": list(parameters)} if parameters else {})


def _asking(said: Schema) -> Schema:
    return said | {"security": [{"token": []}], "responses": said["responses"] | _problems(401)}


def _problems(*statuses: int) -> Schema:
    return {str(status): _PROBLEM for status in statuses}


def _answer(kinds: Mapping[str, Schema], description: str) -> Schema:
    return {
        "description": description,
        "content": {kind: {"schema": schema} for kind, schema in kinds.items()},
    }


def _query(name: str, values: Collection[str], says: str = "") -> dict[str, Any]:
    return _parameter(name, "query", values) | ({"description": says} if says else {})


def _in_path(name: str, values: Collection[str]) -> dict[str, Any]:
    return _parameter(name, "path", values) | {"required": True}


def _parameter(name: str, place: str, values: Collection[str]) -> dict[str, Any]:
    return {"name": name, "in": place, "schema": {"enum": list(values)}}
