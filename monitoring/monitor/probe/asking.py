"""What each call of a probe sends, and how its answer is read."""

import json
from typing import Any

from monitor.probe.answers import read_answers
from monitor.probe.api import Api
from monitor.probe.card import Card, read_card
from monitor.probe.counters import read_counters
from monitor.probe.faults import Failed
from monitor.probe.health import read_health
from monitor.probe.line import Line, Reply
from monitor.probe.listing import read_listing
from monitor.probe.plan import Ask, Heard
from monitor.probe.replies import json_value
from monitor.sample import Check, Fault
from monitor.shapes import WrongShape

_CANARY = {"X-Tandem-Canary": "goldens", "Content-Type": "application/json"}
_JSON = {"Accept": "application/json"}


def ask_api(line: Line, api: Api, ask: Ask) -> Heard:
    """Make a call and read its answer; whatever goes wrong is in the check."""
    reply = _call(line, api, ask)
    value, fault = None, reply.fault
    if fault is None:
        try:
            value = _read(reply, api, ask)
        except Failed as failed:
            fault = failed.fault
        except WrongShape as error:
            fault = Fault(kind="wrong-shape", says=f"its answer has another shape than agreed: {error}")
    check = Check(name=ask.name, seconds=round(reply.seconds, 6), status=reply.status, fault=fault)
    return Heard(check, value, reply.latency)


def _call(line: Line, api: Api, ask: Ask) -> Reply:
    name, version = ask.key
    query = f"?model={name}&version={version}" if name else ""
    if ask.kind == "goldens":
        assert ask.pin is not None
        rows = [golden["input"] for golden in ask.pin["goldens"]]
        body = json.dumps(rows, allow_nan=False).encode()
        return line.call("POST", f"/api/predict{query}", body=body, headers=_JSON | _CANARY | bearer(api.key))
    if ask.kind == "metrics":
        return call_metrics(line, api)
    path = "model-info" if ask.kind == "card" else ask.kind
    return line.call("GET", f"/api/{path}{query}", headers=_JSON)


def call_metrics(line: Line, api: Api) -> Reply:
    """Ask for the API's metrics."""
    return line.call("GET", "/api/metrics", headers={"Accept": "text/plain"} | bearer(api.metrics_token))


def bearer(secret: str | None) -> dict[str, str]:
    """Return the header that carries a secret, if there is one."""
    return {"Authorization": f"Bearer {secret}"} if secret else {}


def _read(reply: Reply, api: Api, ask: Ask) -> Any:
    if ask.kind == "health":
        return read_health(reply, api)
    if ask.kind == "metrics":
        return read_counters(reply, token=api.metrics_token, bypass=api.bypass)
    value = json_value(reply, api)
    if ask.kind == "models":
        return read_listing(value)
    if ask.kind == "goldens":
        assert ask.pin is not None
        return read_answers(value, ask.key, ask.pin)
    return _card(value, ask)


def _card(value: Any, ask: Ask) -> Card:
    card = read_card(value)
    if ask.kind == "card" and card.key != ask.key:
        raise WrongShape("bundle", f"the card of {' '.join(ask.key)}, and is that of {' '.join(card.key)}")
    return card
