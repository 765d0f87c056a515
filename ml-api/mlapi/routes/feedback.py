"""POST /api/feedback: the true outcomes of earlier answers, each counted once."""

from collections.abc import Mapping
from time import time
from typing import Any

from flask import Blueprint, Response, request

from mlapi import telemetry
from mlapi.answers import JSON
from mlapi.bodies import body
from mlapi.counters import Claim, Verdict
from mlapi.feedback import BadFeedback, Feedback, Label, Reader, read_feedback
from mlapi.models import UnknownModel
from mlapi.payload import decode_json, unsupported
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.service import NO_RECEIPTS, Service
from mlapi.telemetry import Tally, key

DAY = 86_400
NOTHING = "Nothing of this feedback was counted."
FAMILIES = {"absolute": telemetry.ABSOLUTE, "squared": telemetry.SQUARED, "correct": telemetry.CORRECT}


def blueprint(service: Service) -> Blueprint:
    """Return the feedback route."""
    routes = Blueprint("feedback", __name__)

    @routes.post("/api/feedback", provide_automatic_options=False)
    def post_feedback() -> Response:
        if not service.settings.receipt_secret:
            raise Refusal(503, "no-receipts", NO_RECEIPTS)
        if request.mimetype != JSON:
            raise unsupported(f"The content type must be {JSON}.", JSON)
        said, _ = decode_json(body(JSON))
        feedback = _read(service, said)
        most = service.settings.feedback_max_per_day
        verdicts = service.ledger.record({}, [_claim(label, most) for label in feedback.labels])
        return _answer(feedback, verdicts)

    return routes


def _read(service: Service, said: Any) -> Feedback:
    reader = Reader(
        service.settings.receipt_secret, time(), lambda name, version: _card(service, name, version)
    )
    try:
        return read_feedback(said, reader)
    except BadFeedback as error:
        if error.expired:
            raise Refusal(410, "expired-receipt", NOTHING, error.faults) from error
        raise Refusal(422, "invalid-input", NOTHING, error.faults) from error


def _card(service: Service, name: str, version: str) -> Mapping[str, Any] | None:
    try:
        bundle = service.models.slot(name, version).bundle
    except UnknownModel:
        return None
    return bundle.card if bundle else None


def _claim(label: Label, most: int) -> Claim:
    receipt = label.receipt
    model = (receipt.model, receipt.version)
    tally: Tally = {key(telemetry.FEEDBACK, *model): 1}
    tally |= {key(FAMILIES[name], *model): value for name, value in label.errors.items() if value}
    return Claim(receipt.day, receipt.id, most, tally)


def _answer(feedback: Feedback, verdicts: tuple[Verdict, ...] | None) -> Response:
    if verdicts is None:
        said = "The feedback could not be counted now. Send it again: what was counted counts once."
        raise Refusal(503, "not-counted", said, headers={"Retry-After": "30"})
    counted = verdicts.count("counted")
    if "full" in verdicts:
        said = (
            f"{counted} of {len(verdicts)} were counted: the answers of that day have as much as is counted."
        )
        raise Refusal(429, "feedback-full", said, headers={"Retry-After": str(DAY)})
    return json_response({"counted": counted, "repeated": verdicts.count("repeated") + feedback.repeated})
