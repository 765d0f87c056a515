"""Is it alive, is it ready, is it well: three questions with three answers."""

from typing import Any

from flask import Blueprint, Response

from mlapi.counting import uncounted
from mlapi.responses import json_response
from mlapi.service import Service

COUNTERS = "counters file"


def blueprint(service: Service) -> Blueprint:
    """Return the routes for probes and people who ask how it is."""
    routes = Blueprint("state", __name__)

    @routes.get("/livez")
    def get_livez() -> Response:
        uncounted()
        return json_response({"status": "alive"})

    @routes.get("/readyz")
    def get_readyz() -> Response:
        uncounted()
        reason = why_unready(service)
        said = {"status": "not ready", "reason": reason} if reason else {"status": "ready"}
        return json_response(said, 503 if reason else 200)

    @routes.get("/api/health")
    def get_health() -> Response:
        said = health(service)
        return json_response(said, 503 if said["status"] == "unhealthy" else 200)

    return routes


def why_unready(service: Service) -> str:
    """Return why the default model can't answer, or nothing."""
    if "index.json" in service.models.faults:
        return service.models.faults["index.json"]
    slot = service.default()
    return slot.fault if slot else "the default model is not in artifacts/index.json"


def health(service: Service) -> dict[str, Any]:
    """Return the state of the whole and of every model."""
    checks: dict[str, dict[str, str]] = {
        file: {"state": "broken", "reason": reason} for file, reason in service.models.faults.items()
    }
    for slot in service.models:
        why = {"reason": slot.fault} if slot.fault else {}
        checks[f"{slot.name}/{slot.version}"] = {"state": slot.state, **why}
    aside = service.ledger.aside()
    if aside:  # Until somebody takes it away: it holds what was counted before.
        checks[COUNTERS] = {"state": "broken", "reason": f"was damaged and lies aside as {aside[-1]}"}
    reason = why_unready(service)
    broken = any(check["state"] == "broken" for check in checks.values())
    status = "unhealthy" if reason else "degraded" if broken else "healthy"
    default = service.default()
    named = {"name": default.name, "version": default.version} if default else None
    return {"status": status, "default_model": named, "checks": checks} | (
        {"reason": reason} if reason else {}
    )
