"""The Flask application: every address, and what each of its answers goes through."""

from flask import Flask, Response, g, request
from werkzeug.exceptions import NotFound

from mlapi import errors, responses
from mlapi.access import cors
from mlapi.access.door import QUESTIONS, Door, told
from mlapi.counting import Counting
from mlapi.headers import HEADERS, REQUEST_ID
from mlapi.ids import new_id
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
    if service.settings.cors_origins:
        _let_in(app, service.settings.cors_origins)
    if service.door:
        _guard(app, service.door)
    errors.handle(app, responses.problem)
    return app


def _guard(app: Flask, door: Door) -> None:
    """Let every call through the door that takes more than a question, and say what the door says."""

    def admit() -> None:
        if request.url_rule is not None and request.method not in QUESTIONS:
            door.admit(request.environ)

    def tell(response: Response) -> Response:
        response.headers.extend(told(request.environ))
        return response

    app.before_request(admit)
    app.after_request(tell)


def _let_in(app: Flask, origins: tuple[str, ...]) -> None:
    """Answer the browsers of pages from these origins."""

    def preflight() -> Response | None:
        if not cors.is_preflight(origins, request.environ):
            return None
        nothing_here = isinstance(request.routing_exception, NotFound)
        return None if nothing_here else Response(status=204, headers=cors.PREFLIGHT)

    def allow(response: Response) -> Response:
        response.vary.add("Origin")
        response.headers.extend(cors.headers(origins, request.environ))
        return response

    app.before_request(preflight)
    app.after_request(allow)


def _name_call() -> None:
    g.call_id = new_id()


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers[REQUEST_ID] = g.call_id
    return response
