"""/api/badge/...: the state, the uptime and the response time as small pictures."""

from flask import Blueprint, Response, jsonify

from monitor import badge, history
from monitor.badge import Badge
from monitor.problems import Refusal
from monitor.routes.history import one_of
from monitor.service import Service
from monitor.status import UPTIME, Json

KINDS = ("status", "uptime", "latency")


def blueprint(service: Service) -> Blueprint:
    """Return the badges' route."""
    routes = Blueprint("badges", __name__)

    @routes.get("/api/badge/<kind>.<form>")
    def get_badge(kind: str, form: str) -> Response:
        if kind not in KINDS or form not in ("svg", "json"):
            raise Refusal(
                404, "not-found", "There are the badges status, uptime and latency, as .svg and .json."
            )
        made = _made(service, kind, one_of("window", UPTIME, "30d"))
        answer = jsonify(badge.as_json(made)) if form == "json" else _picture(made)
        answer.headers["Cache-Control"] = "public, max-age=60"
        answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"  # They are shown on other sites.
        return answer

    return routes


def _made(service: Service, kind: str, window: str) -> Badge:
    view = service.view()
    if kind == "status":
        return badge.status(service.status(view))
    known: Json | None = None
    if view and view.kept and view.fault is None:
        known = history.history(view, window, service.settings.sample_valid_for)
    return badge.uptime(window, known) if kind == "uptime" else badge.latency(window, known)


def _picture(made: Badge) -> Response:
    return Response(badge.as_svg(made), mimetype="image/svg+xml")
