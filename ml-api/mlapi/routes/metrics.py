"""/api/metrics: what was counted, by all instances together, as Prometheus text or OpenMetrics."""

from collections.abc import Callable, Iterator

from flask import Blueprint, Response, request

from mlapi import telemetry
from mlapi.access.keys import bearer, same
from mlapi.bins import Bins
from mlapi.counting import uncounted
from mlapi.models import Slot
from mlapi.predict import class_name
from mlapi.problems import Refusal
from mlapi.service import Service
from mlapi.telemetry import key


def blueprint(service: Service) -> Blueprint:
    """Return the route for Prometheus."""
    routes = Blueprint("metrics", __name__)
    routes.add_url_rule("/api/metrics", view_func=view(service))
    return routes


def view(service: Service) -> Callable[[], Response]:
    """Return the function that answers a scrape."""
    keys, deviations = tuple(_keys(service)), _deviations(service)

    def get_metrics() -> Response:
        uncounted()
        _require_token(service.settings.metrics_token)
        # Its import takes longer than all else of a cold start that answers no scrape.
        from mlapi.exposition import Known, Process, rendered

        known = Known(keys, deviations, service.settings.metric_aliases)
        ledger = service.ledger
        process = Process(ledger.backend, ledger.shared, len(ledger.aside()), _loaded(service))
        accept = request.headers.get("Accept", "")
        body, content_type = rendered(service.ledger.read(), known, process, accept)
        response = Response(body, content_type=content_type)
        response.headers["Vary"] = "Accept"
        return response

    return get_metrics


def _require_token(token: str | None) -> None:
    given = bearer(request.headers.get("Authorization", ""))
    if token is not None and not same(given, token):
        said = "This address asks for a bearer token."
        raise Refusal(401, "unauthorized", said, headers={"WWW-Authenticate": "Bearer"})


def _loaded(service: Service) -> dict[tuple[str, str], float]:
    """Return how long each model took to load that this process has loaded, in seconds."""
    return {
        (slot.name, slot.version): slot.load_seconds
        for slot in service.models
        if slot.load_seconds is not None
    }


def _deviations(service: Service) -> dict[tuple[str, ...], float]:
    """Return the target's standard deviation of every regression that tells it."""
    cards = [slot.bundle.card for slot in service.models if slot.bundle]
    return {
        (card["name"], card["version"]): card["output"]["deviation"]
        for card in cards
        if "deviation" in card["output"]
    }


def _keys(service: Service) -> Iterator[str]:
    """Yield the counters that are shown as zero before anything was counted."""
    yield key(telemetry.SIMULATED)
    yield key(telemetry.COLD_STARTS)
    yield key(telemetry.FAILURES)
    yield key(telemetry.LATE)
    for status in ("200", "500", "503"):  # Failures that begin between two scrapes must be seen to begin.
        yield key(telemetry.REQUESTS, "POST", "/api/predict", status)
    yield key(telemetry.SECONDS, "POST", "/api/predict", telemetry.SUM)
    yield key(telemetry.CANARIES, "/api/predict", "200")
    for slot in service.models:
        yield from _of_model(slot)


def _of_model(slot: Slot) -> Iterator[str]:
    model = (slot.name, slot.version)
    yield key(telemetry.CALLS, *model, "success")
    yield key(telemetry.CALLS, *model, "error")
    yield key(telemetry.ENGINE_SECONDS, *model, telemetry.SUM)
    yield key(telemetry.FEEDBACK, *model)
    if slot.bundle is None:
        return
    card = slot.bundle.card
    if card["task"] == "regression":
        yield key(telemetry.PREDICTIONS, *model, "")
        yield key(telemetry.ABSOLUTE, *model)
        yield key(telemetry.SQUARED, *model)
    else:
        yield key(telemetry.CORRECT, *model)
        yield from (
            key(telemetry.PREDICTIONS, *model, class_name(label)) for label in card["output"]["classes"]
        )
    yield from Bins(model, card["baseline"]).keys()
