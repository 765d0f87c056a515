"""What was: the slots of a window, and the incidents; as JSON and as CSV."""

from flask import Blueprint, Response, jsonify, request

from monitor import history
from monitor.problems import Refusal
from monitor.service import Service
from monitor.summary import WINDOWS
from monitor.watch import View


def blueprint(service: Service) -> Blueprint:
    """Return the routes that tell the past."""
    routes = Blueprint("history", __name__)
    valid_for = service.settings.sample_valid_for

    @routes.get("/api/history")
    def get_history() -> Response:
        name, table = one_of("window", tuple(WINDOWS), "24h"), _table()
        said = history.history(_kept(service), name, valid_for)
        if table:
            return _csv(f"history-{name}", history.as_csv(history.SLOT_COLUMNS, said["slots"]))
        return jsonify(said)

    @routes.get("/api/incidents")
    def get_incidents() -> Response:
        table = _table()
        listed = history.listed(_kept(service), valid_for)
        if table:
            return _csv("incidents", history.as_csv(history.INCIDENT_COLUMNS, listed))
        return jsonify({"incidents": listed})

    return routes


def one_of(name: str, known: tuple[str, ...], default: str) -> str:
    """Return a value of the query; raises Refusal naming the values that can be."""
    given = request.args.get(name, default)
    if given not in known:
        raise Refusal(400, "invalid-query", f"?{name}= can be {', '.join(known)}.")
    return given


def _table() -> bool:
    return one_of("format", ("json", "csv"), "json") == "csv"


def _kept(service: Service) -> View:
    """Visit, and return a view that has a history."""
    view = service.view()
    if view is None or not view.kept or view.fault:
        said = service.status(view)
        reason = said["history"]["reason"] or said["reason"]
        raise Refusal(503, "no-history", f"There is no history: {reason}")
    return view


def _csv(name: str, text: str) -> Response:
    answer = Response(text, mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer
