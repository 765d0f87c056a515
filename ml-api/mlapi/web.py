"""The Flask application: every address, and what each of its answers goes through."""

from uuid import uuid4

from flask import Flask, Response, g

from mlapi import errors, responses
from mlapi.counting import Counting
from mlapi.headers import HEADERS, REQUEST_ID
from mlapi.payload import MAX_BYTES
from mlapi.routes import cards, feedback, metrics, pages, predictions, state
from mlapi.service import Service


def create_web(service: Service) -> Flask:
    """Return the API's addresses as a Flask application."""
    # The platform serves public/ before it asks this application.
    app = Flask("mlapi", static_folder=None)
    # One more than is taken, so that a body without a length can be seen to be too large.
    app.config["MAX_CONTENT_LENGTH"] = MAX_BYTES + 1
    # An address is right or a 404; a redirect would repeat the query.
    app.url_map.strict_slashes = app.url_map.merge_slashes = False
    for part in (predictions, feedback, state, cards, metrics, pages):
        app.register_blueprint(part.blueprint(service))
    if service.settings.compat:
        # Who switched them off may have deleted their folder.
        from mlapi import compat

        for blueprint in compat.blueprints(service):
            app.register_blueprint(blueprint)
    Counting(app, service.ledger)
    app.before_request(_name_call)
    app.after_request(_add_headers)
    errors.handle(app, responses.problem)
    return app


def _name_call() -> None:
    g.call_id = str(uuid4())


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers[REQUEST_ID] = g.call_id
    return response
