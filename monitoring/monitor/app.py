"""The composition root: settings in, a WSGI application out.

GET /, /api/dashboard                   the dashboard
GET /api/status, /api/check, /api/live  how the API is, now
GET /api/history, /api/incidents        how it was
GET /api/metrics, /api/badge/...        for Prometheus, for a README
GET /api/openapi.json                   all of these in OpenAPI
GET /livez                              200 as long as the process answers
"""

import logging

from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from monitor import problems
from monitor.problems import Refusal
from monitor.routes import badges, described, history, metrics, pages, state
from monitor.service import start
from monitor.settings import Settings

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take that method."),
}
_OTHER = ("bad-request", "The request can't be understood.")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the monitor as a WSGI application; raises SettingsError."""
    service = start(settings or Settings(api_fault="MAIN_API_URL is not set: it tells which API to watch"))
    app = Flask("monitor", static_folder=None)
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for part in (pages, state, history, metrics, badges, described):
        app.register_blueprint(part.blueprint(service))
    app.after_request(_add_headers)
    app.register_error_handler(Refusal, problems.response)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unexpected)
    return app


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    return response


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return problems.response(Refusal(status, *_HTTP.get(status, _OTHER), headers=headers))


def _unexpected(error: Exception) -> Response:
    logging.getLogger("monitor").error("a request failed", exc_info=error)
    return problems.response(Refusal(500, "internal", "Something failed here; the log has the traceback."))
