"""The models that older addresses ask: always the same ones, whatever DEFAULT_MODEL is."""

from collections.abc import Iterable
from typing import Any

from flask import Response, request

from mlapi.bodies import body
from mlapi.faults import Fault, Faults
from mlapi.models import Slot
from mlapi.payload import decode_json, invalid, unsupported
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.service import Service, load

JSON = "application/json"


def slot(service: Service, name: str, version: str | None = None) -> Slot:
    """Return a model's version, the newest one where none is named. Raises Refusal 404 or 503."""
    try:
        return service.slot({"model": name} | ({"version": version} if version else {}))
    except Refusal as refusal:
        if refusal.status != 404:
            raise
        which = f"{name} {version}" if version else name
        said = f"This address asks the model {which}, which is not deployed here; /api/models lists all."
        raise Refusal(404, refusal.kind, said) from refusal


def card(service: Service, name: str, version: str | None = None) -> dict[str, Any] | None:
    """Return a model's card, or None where it is not deployed or its card can't be trusted."""
    try:
        bundle = slot(service, name, version).bundle
    except Refusal:
        return None
    return bundle.card if bundle else None


def health(service: Service, slots: Iterable[Slot]) -> Response:
    """Answer how models are, in the words of /api/health; 503 where none of them can answer."""
    checks = {}
    for one in slots:
        # Whether a model can answer is known once it was loaded and asked its goldens.
        load(service.models, one)
        checks[f"{one.name}/{one.version}"] = {"state": one.state} | (
            {"reason": one.fault} if one.fault else {}
        )
    broken = sum(check["state"] == "broken" for check in checks.values())
    status = "unhealthy" if broken == len(checks) else "degraded" if broken else "healthy"
    return json_response({"status": status, "checks": checks}, 503 if status == "unhealthy" else 200)


def read_json() -> tuple[Any, bool]:
    """Return the request's JSON, and whether it may hold what is no proper JSON. Raises Refusal."""
    if request.mimetype != JSON:
        raise unsupported(f"The content type must be {JSON}.", JSON)
    if request.mimetype_params.get("charset", "utf-8").lower() not in ("utf-8", "utf8", "us-ascii"):
        raise unsupported("The charset must be utf-8.", JSON)
    return decode_json(body(JSON))


def refused(*faults: Fault) -> Refusal:
    """Return the refusal of a body in which there are no rows where they should be."""
    return invalid(Faults.of(*faults))
