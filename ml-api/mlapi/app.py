"""The composition root: settings in, a WSGI application out."""

import logging
from uuid import uuid4

from flask import Flask, Response, g
from werkzeug.exceptions import HTTPException

from mlapi import problems
from mlapi.counting import Counting
from mlapi.payload import MAX_BYTES
from mlapi.problems import Refusal
from mlapi.routes import cards, feedback, metrics, pages, predictions, state
from mlapi.service import start
from mlapi.settings import Settings

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_HTTP = {
    404: ("not-found", "There is nothing at this address."),
    405: ("method-not-allowed", "This address does not take that method."),
    413: ("too-large", f"A body may have at most {MAX_BYTES} bytes."),
}
_OTHER = ("bad-request", "The request can't be understood.")


def create_app(settings: Settings | None = None) -> Flask:
    """Return the API over verified bundles.

    A broken bundle doesn't stop the start: health tells. Raises SettingsError.
    """
    service = start(settings or Settings())
    # The platform serves public/ before it asks this application.
    app = Flask("mlapi", static_folder=None)
    # One more than is taken, so that a body without a length can be seen to be too large.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES + 1
    # An address is right or a 404; a redirect would repeat the query.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for part in (predictions, feedback, state, cards, metrics, pages):
        app.register_blueprint(part.blueprint(service))
    Counting(app, service.ledger)
    app.before_request(_name_call)
    app.after_request(_add_headers)
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(HTTPException, _http_problem)
    app.register_error_handler(Exception, _unexpected)
    return app


def _name_call() -> None:
    g.call_id = str(uuid4())


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.call_id
    return response


def _refused(refusal: Refusal) -> Response:
    if refusal.kind == "invalid-input":
        g.faults = refusal.faults.listed
    return problems.response(refusal, g.call_id)


def _http_problem(error: HTTPException) -> Response:
    status = error.code or 500
    headers = {name: value for name, value in error.get_headers() if name == "Allow"}
    return problems.response(Refusal(status, *_HTTP.get(status, _OTHER), headers=headers), g.call_id)


def _unexpected(error: Exception) -> Response:
    # The caller learns the call's id, the operator the traceback under the same id.
    logging.getLogger("mlapi").error("call %s failed", g.call_id, exc_info=error)
    return problems.response(
        Refusal(500, "internal", "Something failed here; the id finds it in the log."), g.call_id
    )
