"""What the dashboard shows: pure, and all of it taken from what the JSON addresses say."""

from typing import Any

from monitor.page import events
from monitor.page.cards import cards, missing
from monitor.page.days import days, figures
from monitor.page.drift import drift
from monitor.page.goldens import goldens
from monitor.page.headline import headline, title
from monitor.page.links import badges, pinger
from monitor.page.models import model, others
from monitor.page.pipeline import runs
from monitor.page.response import response
from monitor.page.times import moment, now_of, spelled
from monitor.page.words import sentence

__all__ = ["page"]

Json = dict[str, Any]


def page(
    status: Json,
    history: Json | None,
    bars: Json | None,
    incidents: list[Json] | None,
    *,
    refresh_seconds: int,
    window: str,
    host_url: str,
    charts: bool,
) -> Json:
    """Return the context of templates/dashboard.html; the first four are as the addresses answer them."""
    now = now_of(status["checked_at"], status["checked_seconds_ago"])
    kept = status["history"]
    shown = drift(status["drift"], status["model"])
    alerts, listed = events.alerts(status["alerts"]), events.incidents(incidents)
    return _about(status, spelled(now) if now else None, refresh_seconds, window, host_url, charts) | {
        "head": headline(status, now),
        "cards": cards(status),
        "response": response(history, window),
        "days": days(bars, now),
        "uptime": figures(status["uptime"]),
        "model": model(status["model"]),
        "others": others(status["models"], status["model"]),
        "goldens": goldens(status["goldens"]),
        "runs": runs(status["models"]),
        "drift": shown,
        "drift_more": events.more(status["drift"], shown),
        "drift_missing": sentence(status["drift_missing"] or ""),
        "missing": missing(status),
        "alerts": alerts,
        "alerts_more": events.more(status["alerts"], alerts),
        "alerts_told": events.told(status["notifications"]),
        "incidents": listed,
        "incidents_more": events.more(incidents, listed),
        "history": kept
        | {"reason": sentence(kept["reason"] or "No history is kept"), "since_moment": moment(kept["since"])},
    }


def _about(
    status: Json, now: str | None, refresh_seconds: int, window: str, host_url: str, charts: bool
) -> Json:
    return {
        "title": title(status),
        "state": status["state"],
        "now": now or "",
        "refresh_seconds": refresh_seconds,
        "window": window,
        "charts": charts,
        "badges": badges(host_url),
        "pinger": pinger(host_url),
    }
