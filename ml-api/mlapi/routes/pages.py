"""GET /: a page on which a person tries the models."""

from flask import Blueprint, Response, make_response, render_template, request

from mlapi.models import BrokenModel
from mlapi.page import page
from mlapi.problems import Refusal
from mlapi.routes.cards import listing
from mlapi.routes.state import why_unready
from mlapi.service import Service

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


def blueprint(service: Service) -> Blueprint:
    """Return the page's route."""
    routes = Blueprint("pages", __name__)

    @routes.get("/")
    def get_page() -> Response:
        shown = listing(service)
        try:
            model = service.models.ready(service.slot(request.args))
        except BrokenModel as error:
            return make_response(render_template("broken.html", reason=str(error), models=shown), 503)
        except Refusal as refusal:
            reason = why_unready(service) if refusal.status == 503 else refusal.detail
            return make_response(render_template("broken.html", reason=reason, models=shown), refusal.status)
        keyed = bool(service.settings.api_keys)
        context = page(model.bundle.card, model.bundle.sha256, shown, _address(), keyed=keyed)
        return make_response(render_template("index.html", **context))

    @routes.after_request
    def restrict(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return routes


def _address() -> str:
    """Return where the page was asked for, as it was spelled: host_url fails for names that are no IDNA."""
    return f"{request.scheme}://{request.host}/"
