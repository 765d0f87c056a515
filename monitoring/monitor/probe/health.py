"""What /api/health says."""

from dataclasses import dataclass
from typing import Any

from monitor import shapes
from monitor.probe.api import Api
from monitor.probe.faults import Failed
from monitor.probe.line import Reply
from monitor.probe.plain import plain
from monitor.probe.replies import json_value, value_of

_STATES = ("healthy", "degraded", "unhealthy")
_MOST_CHECKS = 1_000
_NAMED = 3


@dataclass(frozen=True)
class Health:
    """The API's own opinion of itself."""

    status: str
    reason: str
    default: tuple[str, str] | None


def read_health(reply: Reply, api: Api) -> Health:
    """Return what a reply says of the API's health. Raises Failed, and WrongShape."""
    if reply.status != 503:
        return _health(json_value(reply, api))
    try:  # Unhealthy answers 503, but so does a gateway in front of it.
        return _health(value_of(reply))
    except (Failed, shapes.WrongShape):
        return _health(json_value(reply, api))


def _health(value: Any) -> Health:
    said = shapes.an_object(value, "")
    status = shapes.one_of(said.get("status"), "status", _STATES)
    reason = shapes.nullable(shapes.text, said.get("reason"), "reason")
    checks = shapes.an_object(said.get("checks", {}), "checks")
    named = shapes.nullable(shapes.an_object, said.get("default_model"), "default_model")
    why = plain(reason).rstrip(".") if reason else _broken(checks)
    return Health(status, why, _default(named) if named else None)


def _default(named: dict[str, Any]) -> tuple[str, str]:
    at = "default_model"
    return shapes.name(named.get("name"), f"{at}/name"), shapes.version(named.get("version"), f"{at}/version")


def _broken(checks: dict[str, Any]) -> str:
    """Return which checks are broken and why, as far as that can be read."""
    if len(checks) > _MOST_CHECKS:
        raise shapes.WrongShape("checks", f"at most {_MOST_CHECKS}")
    found = [
        f"{plain(name, 100)} {_said(check.get('reason'))}"
        for name, check in checks.items()
        if isinstance(check, dict) and check.get("state") == "broken"
    ]
    return plain("; ".join(found[:_NAMED]))


def _said(reason: Any) -> str:
    return plain(reason).rstrip(".") if isinstance(reason, str) else "is broken"
