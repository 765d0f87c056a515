"""The composition root: settings in, a WSGI application out."""

from uuid import uuid4

from flask import Flask, Response, g

from mlapi import errors, problems
from mlapi.counting import Counting
from mlapi.payload import MAX_BYTES
from mlapi.routes import cards, feedback, metrics, pages, predictions, state
from mlapi.service import start
from mlapi.settings import Settings

_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


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
    if service.settings.compat:
        # Nobody waits for what is switched off.
        from mlapi import compat

        compat.register(app, service)
    Counting(app, service.ledger)
    app.before_request(_name_call)
    app.after_request(_add_headers)
    errors.handle(app, problems.response)
    return app


def _name_call() -> None:
    g.call_id = str(uuid4())


def _add_headers(response: Response) -> Response:
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.call_id
    return response
