"""Counts every request that Flask answers, once, before its answer leaves."""

from collections.abc import Iterator
from time import perf_counter

from flask import Flask, Response, current_app, g, request
from werkzeug.exceptions import MethodNotAllowed

from mlapi import telemetry
from mlapi.counters.ledger import Ledger
from mlapi.lane import BEGUN
from mlapi.telemetry import OTHER, Tally

CANARY_HEADER = "X-Tandem-Canary"
SIMULATED_HEADER = "X-Tandem-Simulated"


def uncounted() -> None:
    """Leave the present request out of the count: whoever asks whether this lives must not look like use."""
    g.uncounted = True


class Counting:
    """Counts the requests of an application into a ledger."""

    def __init__(self, app: Flask, ledger: Ledger) -> None:
        self._ledger = ledger
        app.before_request(self._begin)
        # What is registered first runs last: then the answer is what will leave.
        app.after_request(self._count)

    def _begin(self) -> None:
        g.begun = request.environ.get(BEGUN) or perf_counter()

    def _count(self, response: Response) -> Response:
        well = self._ledger.up if "uncounted" in g else self._ledger.count(self._tally(response.status_code))
        if not well:
            response.call_on_close(self._ledger.settle)
        return response

    def _tally(self, status: int) -> Tally:
        endpoint = self._endpoint()
        if g.get("canary"):
            return telemetry.canary(endpoint, status)
        tally = telemetry.request(request.method, endpoint, status, perf_counter() - g.begun)
        for part in _of_model(status):
            tally |= part
        if SIMULATED_HEADER in request.headers:
            tally[telemetry.key(telemetry.SIMULATED)] = 1
        return tally

    def _endpoint(self) -> str:
        """Return the route's template, which is known for a method too that it doesn't take."""
        if request.url_rule is not None:
            return request.url_rule.rule
        refused = request.routing_exception
        if isinstance(refused, MethodNotAllowed) and refused.valid_methods:
            adapter = current_app.create_url_adapter(request)
            assert adapter is not None
            return adapter.match(method=next(iter(refused.valid_methods)), return_rule=True)[0].rule
        return OTHER


def _of_model(status: int) -> Iterator[Tally]:
    if "model_key" not in g:
        return
    yield telemetry.call(g.model_key, status)
    if status < 400:
        yield g.predicted
    if "faults" in g:
        yield telemetry.faults(g.model_key, g.faults)
