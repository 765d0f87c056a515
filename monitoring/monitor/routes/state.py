"""How is the API: as JSON, as a status code, and now."""

from flask import Blueprint, Response, jsonify, request

from monitor.problems import Refusal
from monitor.service import Service, require_token
from monitor.status import Json
from monitor.times import rfc3339

UNWELL = ("down", "unknown", "unconfigured")
OPEN_CHECK_MAX_AGE = 5.0
"""Where anybody may ask for a probe, nobody makes more than one in so many seconds."""


def blueprint(service: Service) -> Blueprint:
    """Return the routes that tell the state."""
    routes = Blueprint("state", __name__)

    @routes.get("/livez")
    def get_livez() -> Response:
        return jsonify({"status": "alive"})

    @routes.get("/api/status")
    def get_status() -> tuple[Response, int]:
        said = service.status(service.view())
        return jsonify(said), _code(said)

    @routes.get("/api/check")
    def get_check() -> tuple[Response, int]:
        secret = service.settings.cron_secret
        require_token(request, secret)
        said = service.status(service.view(0.0 if secret else OPEN_CHECK_MAX_AGE, wait=True))
        return jsonify(said), _code(said)

    @routes.get("/api/live")
    def get_live() -> Response:
        if service.watched is None:
            raise Refusal(404, "unconfigured", service.settings.api_fault or "There is no API to watch.")
        point = service.watched.live.point()
        return jsonify(point | {"at": rfc3339(point["at"])})

    return routes


def _code(said: Json) -> int:
    wanted = request.args.get("fail")
    if wanted not in (None, "503"):
        raise Refusal(400, "invalid-query", "?fail= can be 503.")
    return 503 if wanted and said["state"] in UNWELL else 200
