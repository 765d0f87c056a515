"""The monitor's addresses.

GET /            a page with the state
GET /api/status  the state as JSON
GET /livez       200 as long as the process answers
"""

from dataclasses import asdict

from flask import Flask, Response, render_template
from flask.typing import ResponseReturnValue

from monitor.settings import Settings
from monitor.status import status


def create_app(settings: Settings | None = None) -> Flask:
    """Return the monitor as a WSGI application."""
    app = Flask(__name__, static_folder=None)
    watched = (settings or Settings()).main_api_url

    @app.after_request
    def never_cached(response: Response) -> Response:
        response.headers["Cache-Control"] = "no-store"
        return response

    @app.get("/")
    def page() -> str:
        return render_template("page.html", status=status(watched), main_api_url=watched)

    @app.get("/api/status")
    def state() -> ResponseReturnValue:
        return asdict(status(watched))

    @app.get("/livez")
    def live() -> ResponseReturnValue:
        return {"status": "ok"}

    return app
