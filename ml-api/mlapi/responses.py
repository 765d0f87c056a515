"""What Flask sends: answers as JSON or as CSV, and problems."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Any

from flask import Response

from mlapi import answers
from mlapi.cells import cell
from mlapi.predict import Answer, Card, class_name
from mlapi.problems import Refusal

PROBLEM = "application/problem+json"


def json_response(said: Any, status: int = 200) -> Response:
    """Return a JSON answer that no cache keeps."""
    return Response(answers.encoded(said), status, mimetype=answers.JSON)


def as_json(call_id: str, identity: dict[str, str], found: Sequence[Answer], *, single: bool) -> Response:
    """Return one answer, or many in order, with the model that gave them."""
    return Response(answers.as_text(call_id, identity, found, single=single), mimetype=answers.JSON)


def problem(refusal: Refusal, call_id: str) -> Response:
    """Return the answer to a refused call: problem details, RFC 9457."""
    said: dict[str, Any] = {
        "type": f"urn:tandem:problem:{refusal.kind}",
        "title": HTTPStatus(refusal.status).phrase,
        "status": refusal.status,
        "detail": refusal.detail,
        "instance": f"urn:uuid:{call_id}",
    }
    if refusal.faults:
        said["errors"] = [fault.as_json() for fault in refusal.faults.listed]
    if refusal.faults.total > len(refusal.faults.listed):
        said["errors_total"] = refusal.faults.total
    return Response(json.dumps(said), refusal.status, refusal.headers, mimetype=PROBLEM)


def as_csv(card: Card, found: Sequence[Answer]) -> Response:
    """Return answers as a table with a header: one line per row, in order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_header(card, found[0]))
    writer.writerows(list(_cells(card, answer)) for answer in found)
    return Response(out.getvalue(), mimetype="text/csv")


def _header(card: Card, first: Answer) -> list[str]:
    explained = [f"contribution_{name}" for name in first.get("explanation", {}).get("contributions", {})]
    receipt = ["receipt"] if "receipt" in first else []
    if card["task"] == "regression":
        return ["prediction", "low", "high", "warnings", *explained, *receipt]
    shares = [f"p_{class_name(label)}" for label in card["output"]["classes"]]
    return ["prediction", "confidence", *shares, "warnings", *explained, *receipt]


def _cells(card: Card, answer: Answer) -> Iterator[Any]:
    prediction = answer["prediction"]
    yield prediction if isinstance(prediction, float) else cell(class_name(prediction))
    if card["task"] == "regression":
        yield from (answer["interval"]["low"], answer["interval"]["high"])
    elif answer["probabilities"] is None:
        yield from [""] * (1 + len(card["output"]["classes"]))
    else:
        yield from (answer["confidence"], *answer["probabilities"].values())
    yield cell(" ".join(warning["feature"] for warning in answer["warnings"]))
    yield from answer.get("explanation", {}).get("contributions", {}).values()
    if "receipt" in answer:
        yield answer["receipt"]
