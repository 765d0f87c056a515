"""The dashboard, and the one library that it draws with."""

from pathlib import Path

from flask import Blueprint, Response, abort, make_response, render_template, request, send_from_directory

from monitor import history
from monitor.page import page
from monitor.routes.history import one_of
from monitor.service import Service

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
WINDOWS = ("1h", "24h", "7d", "90d")
STATIC = Path(__file__).resolve().parent.parent / "static"
CHART = "chart.umd.js"


def blueprint(service: Service) -> Blueprint:
    """Return the pages' routes."""
    routes = Blueprint("pages", __name__)
    settings = service.settings

    @routes.get("/")
    @routes.get("/api/dashboard")
    def get_dashboard() -> Response:
        window = one_of("window", WINDOWS, "24h")
        view = service.view()
        kept = view if view and view.kept and view.fault is None else None
        valid = settings.sample_valid_for
        context = page(
            service.status(view),
            history.history(kept, window, valid) if kept else None,
            history.history(kept, "90d", valid) if kept else None,
            history.listed(kept, valid) if kept else None,
            refresh_seconds=settings.monitoring_refresh_rate,
            window=window,
            # Not its host_url, which fails for names that are no IDNA.
            host_url=f"{request.scheme}://{request.host}/",
            charts=(STATIC / CHART).is_file(),
        )
        return make_response(render_template("dashboard.html", **context))

    @routes.get(f"/static/{CHART}")
    def get_chart() -> Response:
        if not (STATIC / CHART).is_file():
            abort(404)
        answer = send_from_directory(STATIC, CHART, max_age=86_400)
        answer.headers["Cache-Control"] = "public, max-age=86400"
        return answer

    @routes.after_request
    def restrict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return routes
