"""The state of the watched API as JSON-shaped data: what /api/status answers and every page shows."""

from collections.abc import Iterable
from typing import Any

from monitor import alerts, incidents, live_status, record, summary, traffic
from monitor.sample import Goldens, Model, Run, Sample
from monitor.times import rfc3339
from monitor.watch import View

UPTIME = ("24h", "7d", "30d", "90d")
LATENCY = "24h"
Json = dict[str, Any]


def unconfigured(fault: str) -> Json:
    """Return the status of a monitor that was told no API."""
    return _empty() | {"state": "unconfigured", "reason": fault, "history": _history(False, None, None, None)}


def status(view: View, api: str, valid_for: float, why_not_kept: str | None) -> Json:
    """Return the status of the watched API; what is not known is None."""
    said = _empty() | {"api": api, "history": _kept(view, why_not_kept)}
    sample = view.sample
    if sample is None:
        return said | _past(view, valid_for) | {"state": "unknown", "reason": "no probe has ended yet"}
    said |= _seen(sample, view, valid_for) | _past(view, valid_for)
    if view.speaks(valid_for):
        return said | {
            "state": sample["state"],
            "reason": sample["reason"],
            "since": rfc3339(record.number(view.tables, "since")) if view.kept else None,
            "alerts": _alerts(view),
        }
    reason = f"the last probe was more than {valid_for:.0f} s ago"
    ended = rfc3339(sample["at"] + valid_for) if view.kept else None
    return said | {"state": "unknown", "reason": reason, "since": ended}


def _empty() -> Json:
    names = (
        *("state", "since", "reason", "api", "checked_at", "checked_seconds_ago", "valid_seconds", "probe"),
        *(
            "uptime",
            "latency",
            "traffic",
            "model",
            "models",
            "goldens",
            "drift",
            "drift_missing",
            "live",
            "alerts",
            "notifications",
            "incidents",
            "history",
        ),
    )
    return dict.fromkeys(names) | {"models": [], "goldens": []}


def _seen(sample: Sample, view: View, valid_for: float) -> Json:
    age = max(0.0, view.now - sample["at"])
    default = next((model for model in sample["models"] if model["default"]), None)
    return {
        "checked_at": rfc3339(sample["at"]),
        "checked_seconds_ago": round(age, 1),
        "valid_seconds": round(max(0.0, valid_for - age), 1),
        "probe": {
            "seconds": sample["seconds"],
            "status": sample["status"],
            "latency": sample["latency"],
            "tls_expires_at": rfc3339(sample["tls_expires_at"]),
            "checks": sample["checks"],
        },
        "traffic": five(view) | {"simulated": _simulated(sample)},
        "model": _model(default) if default else None,
        "models": [_model(model) for model in sample["models"]],
        "goldens": sample["goldens"],
        **live_status.told(view),
    }


def _past(view: View, valid_for: float) -> Json:
    if not view.kept:
        return {}
    windows = {
        name: summary.window(view.tables, name, view.now, view.sample, valid_for)
        for name in dict.fromkeys((*UPTIME, LATENCY))
    }
    return {
        "uptime": {name: _uptime(windows[name]) for name in UPTIME},
        "latency": {"window": LATENCY} | percentiles(windows[LATENCY]),
        "incidents": _incidents(view, valid_for),
    }


def _uptime(window: summary.Window) -> Json:
    return {
        "ratio": window.uptime,
        "coverage": window.coverage,
        "known_seconds": window.known_seconds,
        "down_seconds": round(window.known_seconds - window.up_seconds, 3),
    }


def percentiles(window: summary.Window) -> Json:
    """Return how many golden calls were timed in a window, and their p50, p95 and p99 in seconds."""
    return {"count": sum(window.buckets.values())} | {
        f"p{q}": window.percentile(q / 100) for q in (50, 95, 99)
    }


def _incidents(view: View, valid_for: float) -> Json:
    found = incidents.listed(view.tables["incidents"], view.sample, view.now, valid_for)
    recent = [one for one in found if one.end is None or one.end > view.now - 90 * alerts.DAY]
    # Not always the first: one that began before the clock was set back has a later start.
    lasting = next((one for one in found if one.end is None), None)
    return {"open": incident(lasting) if lasting else None, "count_90d": len(recent)}


def incident(one: incidents.Incident) -> Json:
    """Return an incident as /api/incidents tells it."""
    return {
        "state": one.state,
        "start": rfc3339(one.start),
        "end": rfc3339(one.end),
        "seconds": round(one.seconds, 3),
        "known_seconds": round(one.known_seconds, 3),
        "reasons": list(one.reasons),
    }


def _alerts(view: View) -> list[Json] | None:
    if not view.kept:
        return None
    listed = alerts.listed(view.tables.get(alerts.TABLE, {}))
    return [{**alert, "since": rfc3339(alert["since"])} for alert in listed]


def _kept(view: View, why_not: str | None) -> Json:
    kept = view.kept and view.fault is None
    damaged = f"a damaged history file lies aside as {view.aside[-1]}" if view.aside else None
    first = record.number(view.tables, "first") if kept else None
    return _history(kept, view.backend, view.fault or why_not or damaged, first)


def _history(kept: bool, backend: str | None, reason: str | None, since: float | None) -> Json:
    return {"kept": kept, "backend": backend, "reason": reason, "since": rfc3339(since)}


def _model(model: Model) -> Json:
    return {**model, "run": _run(model["run"]), "failed_run": _run(model["failed_run"])}


def _run(run: Run | None) -> Json | None:
    return {**run, "finished_at": rfc3339(run["finished_at"])} if run else None


def five(view: View) -> Json:
    """Return the five numbers of the API's traffic, each None where it is not known, and what is missing."""
    sample = view.sample
    assert sample is not None
    before = record.before(view.tables) or {"at": sample["at"], "traffic": None}
    seconds = sample["at"] - before["at"]
    now = sample["traffic"]
    return {
        "data_processed": now["predictions"] if now else None,
        "throughput": traffic.throughput(before["traffic"], now, seconds),
        "accuracy": live_status.share_right(view),
        "latency": traffic.median(before["traffic"], now),
        "pipelines": len(set(_pipelines(sample["models"]))) if sample["models"] else None,
        "missing": sample["traffic_missing"],
    }


def _simulated(sample: Sample) -> float | None:
    """Return how many of the requests that were counted a simulation made."""
    return sample["traffic"].get("simulated", 0.0) if sample["traffic"] else None


def _pipelines(models: Iterable[Model]) -> Iterable[str]:
    return (model["run"]["pipeline"] for model in models if model["run"] and model["run"]["success"])


def matched(goldens: Goldens) -> float:
    """Return the share of goldens that were answered right."""
    return goldens["matching"] / goldens["total"] if goldens["total"] else 0.0
