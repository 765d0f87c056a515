"""The JSON Schemas of the monitor's answers; what is not known is null, and nothing else is left out."""

from collections.abc import Mapping
from typing import Any

from monitor import accuracy, drift, sample
from monitor.status import UPTIME

Schema = dict[str, Any]
STATES = ("up", "degraded", "down", "unknown", "unconfigured")
_TEXT: Schema = {"type": "string"}
_TRUTH: Schema = {"type": "boolean"}
_NUMBER: Schema = {"type": "number"}
_WHOLE: Schema = {"type": "integer", "minimum": 0}
_TIME: Schema = {"type": "string", "format": "date-time"}


def status() -> Schema:
    """Return the schema of /api/status."""
    said = {
        "state": {"enum": list(STATES)},
        "since": _or_null(_TIME),
        "reason": _TEXT,
        "api": _or_null(_TEXT),
    }
    said |= {"checked_at": _or_null(_TIME), "checked_seconds_ago": _or_null(_NUMBER)}
    said |= {"valid_seconds": _or_null(_NUMBER), "probe": _or_null(_probe())}
    said |= {"uptime": _or_null(closed(dict.fromkeys(UPTIME, _uptime()))), "latency": _or_null(_latency())}
    said |= {"traffic": _or_null(_traffic()), "model": _or_null(_known(sample.Model))}
    said |= {"models": _list(_known(sample.Model)), "goldens": _list(_known(sample.Goldens))}
    said |= {"drift": _or_null(_list(_known(drift.Row))), "drift_missing": _or_null(_TEXT)}
    said |= {"live": _or_null(_list(_known(accuracy.Live))), "alerts": _or_null(_list(_alert()))}
    said |= {"notifications": _or_null(_told()), "incidents": _or_null(_counted()), "history": _history()}
    return closed(said)


def history() -> Schema:
    """Return the schema of /api/history."""
    said = {"window": _TEXT, "slot_seconds": _WHOLE, "start": _TIME, "end": _TIME}
    said |= {"uptime": _or_null(_NUMBER), "coverage": _NUMBER, "latency": closed(_percentiles())}
    return closed(said | {"slots": _list({"$ref": "#/components/schemas/Slot"})})


def slot() -> Schema:
    """Return the schema of a slot."""
    times = dict.fromkeys(("known_seconds", "up_seconds", "degraded_seconds"), _NUMBER)
    quantiles = dict.fromkeys(("p50", "p95", "p99"), _or_null(_NUMBER))
    return closed({"start": _TIME, **times, "probes": _WHOLE, "failures": _WHOLE, **quantiles})


def incidents() -> Schema:
    """Return the schema of /api/incidents."""
    return closed({"incidents": _list({"$ref": "#/components/schemas/Incident"})})


def incident() -> Schema:
    """Return the schema of an incident."""
    said = {"state": {"enum": ["degraded", "down"]}, "start": _TIME, "end": _or_null(_TIME)}
    return closed(said | {"seconds": _NUMBER, "known_seconds": _NUMBER, "reasons": _list(_TEXT)})


def point() -> Schema:
    """Return the schema of /api/live."""
    numbers = dict.fromkeys(("throughput", "accuracy", "mae", "latency"), _or_null(_NUMBER))
    return closed({"at": _TIME, **numbers, "missing": _or_null(_TEXT), "simulated": _TRUTH})


def five() -> Schema:
    """Return the schema of the five numbers."""
    return closed(dict.fromkeys(_FIVE, _or_null(_NUMBER)))


def badge() -> Schema:
    """Return the schema of what shields.io reads."""
    said = {"schemaVersion": {"const": 1}, "cacheSeconds": _WHOLE}
    return closed(said | dict.fromkeys(("label", "message", "color"), _TEXT))


def problem() -> Schema:
    """Return the schema of a refusal, RFC 9457."""
    return closed({"type": _TEXT, "title": _TEXT, "status": {"type": "integer"}, "detail": _TEXT})


def closed(properties: Mapping[str, Schema]) -> Schema:
    """Return the schema of an object with these keys and no others."""
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


_FIVE = ("data_processed", "throughput", "accuracy", "latency", "pipelines")


def _probe() -> Schema:
    said = {"seconds": _NUMBER, "status": _or_null(_WHOLE), "tls_expires_at": _or_null(_TIME)}
    return closed(said | {"latency": _or_null(_NUMBER), "checks": _list(_known(sample.Check))})


def _uptime() -> Schema:
    measured = dict.fromkeys(("coverage", "known_seconds", "down_seconds"), _NUMBER)
    return closed({"ratio": _or_null(_NUMBER), **measured})


def _latency() -> Schema:
    return closed({"window": _TEXT, **_percentiles()})


def _percentiles() -> Schema:
    return {"count": _WHOLE, **dict.fromkeys(("p50", "p95", "p99"), _or_null(_NUMBER))}


def _traffic() -> Schema:
    numbers = dict.fromkeys((*_FIVE, "simulated"), _or_null(_NUMBER))
    return closed({**numbers, "missing": _or_null(_TEXT)})


def _alert() -> Schema:
    states = {"severity": _TEXT, "state": {"enum": ["pending", "firing"]}}
    texts = dict.fromkeys(("name", "subject", "summary"), _TEXT)
    return closed({**texts, **states, "since": _or_null(_TIME)})


def _told() -> Schema:
    return closed({"channels": _WHOLE, "waiting": _WHOLE, "failing": _list({"type": "object"})})


def _counted() -> Schema:
    return closed({"open": _or_null({"$ref": "#/components/schemas/Incident"}), "count_90d": _WHOLE})


def _history() -> Schema:
    texts = {"backend": _or_null(_TEXT), "reason": _or_null(_TEXT)}
    return closed({"kept": _TRUTH, **texts, "since": _or_null(_TIME)})


def _known(record: type) -> Schema:
    """Return the schema of an object with the fields of a record, whatever they hold."""
    return closed({name: {} for name in record.__annotations__})


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}
