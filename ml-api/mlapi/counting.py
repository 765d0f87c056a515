"""Counts every request that is answered, once, before its answer leaves."""

import os
from collections.abc import Iterator
from time import perf_counter

from flask import Flask, Response, g, request
from werkzeug.exceptions import MethodNotAllowed

from mlapi import telemetry
from mlapi.counters.ledger import Ledger
from mlapi.telemetry import OTHER, Tally

CANARY_HEADER = "X-Tandem-Canary"
SIMULATED_HEADER = "X-Tandem-Simulated"


def uncounted() -> None:
    """Leave the present request out of the count: whoever asks whether this lives must not look like use."""
    g.uncounted = True


class Counting:
    """Counts the requests of one application into a ledger."""

    def __init__(self, app: Flask, ledger: Ledger) -> None:
        self._app = app
        self._ledger = ledger
        self._process: int | None = None
        app.before_request(self._begin)
        # What is registered first runs last: then the answer is what will leave.
        app.after_request(self._count)

    def _begin(self) -> None:
        g.begun = perf_counter()

    def _count(self, response: Response) -> Response:
        counted = g.get("uncounted") or self._ledger.record(self._tally(response.status_code)) is not None
        if not (counted and self._ledger.up):
            # The store is tried again once the answer is out, never in its way.
            response.call_on_close(self._ledger.settle)
        return response

    def _tally(self, status: int) -> Tally:
        endpoint = self._endpoint()
        if g.get("canary"):
            return telemetry.canary(endpoint, status) | self._start()
        tally = telemetry.request(request.method, endpoint, status, perf_counter() - g.begun) | self._start()
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
            adapter = self._app.create_url_adapter(request)
            assert adapter is not None
            return adapter.match(method=next(iter(refused.valid_methods)), return_rule=True)[0].rule
        return OTHER

    def _start(self) -> Tally:
        """Return the start of a process, with the first request that it answers; a forked one starts anew."""
        if self._process == os.getpid():
            return {}
        self._process = os.getpid()
        return {telemetry.key(telemetry.COLD_STARTS): 1}


def _of_model(status: int) -> Iterator[Tally]:
    if "model_key" not in g:
        return
    yield telemetry.call(g.model_key, status)
    if status < 400:
        yield g.predicted
    if "faults" in g:
        yield telemetry.faults(g.model_key, g.faults)
