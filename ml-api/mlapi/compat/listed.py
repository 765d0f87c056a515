"""Rows in, {"prediction": [...]} out: the shape of the food drive and of the housing API."""

from typing import Any

from flask import Response

from mlapi import calls, strict_json
from mlapi.compat import bound
from mlapi.faults import Fault
from mlapi.models import Model
from mlapi.payload import Payload
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.service import Service

BOSTON = frozenset(
    ("CRIM", "ZN", "INDUS", "CHAS", "NOX", "RM", "AGE", "DIS", "RAD", "TAX", "PTRATIO", "B", "LSTAT")
)
NO_BOSTON = (
    "These are the columns of the Boston housing table, one of which is racial: no model of it ships. "
    "Send the columns of this API's own model (/api/model-info tells them), or deploy a model of yours; "
    "docs/compat.md says how."
)


def answered(model: Model, payload: Payload) -> Response:
    """Return the predictions of checked rows, in order. Raises Refusal."""
    found = calls.answer(model, payload).answers
    return calls.sendable(json_response({"prediction": [answer["prediction"] for answer in found]}))


def answer_list(service: Service, value: Any, *, suspicious: bool) -> Response:
    """Answer a list of rows, or a text that holds one as JSON: so the housing exporter sends them."""
    slot = bound.slot(service, service.settings.compat_list_model)
    model = calls.open_model(service, slot)
    if isinstance(value, str):
        value, suspicious = _unwrapped(value)
    if not isinstance(value, list):
        raise bound.refused(Fault("", "must be a list of rows, as JSON or as a text that holds JSON"))
    return answered(model, _checked(model, value, suspicious=suspicious))


def _unwrapped(text: str) -> tuple[Any, bool]:
    try:
        return strict_json.decode(text.encode())
    except strict_json.NotJson as error:
        raise Refusal(400, "not-json", f"Within the text that was sent as JSON: {error}") from error


def _checked(model: Model, rows: list[Any], *, suspicious: bool) -> Payload:
    try:
        return model.read.checked(rows, lambda position: f"/{position}", suspicious=suspicious)
    except Refusal as refusal:
        if refusal.kind == "invalid-input" and _is_boston(rows):
            raise Refusal(refusal.status, refusal.kind, NO_BOSTON, refusal.faults) from refusal
        raise


def _is_boston(rows: list[Any]) -> bool:
    """Tell whether the first row has most of Boston's columns, however they are spelled."""
    first = rows[0] if rows else None
    return isinstance(first, dict) and len(BOSTON & {name.upper() for name in first}) > len(BOSTON) / 2
