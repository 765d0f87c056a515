"""What goes back over the wire: answers as JSON or as CSV."""

import csv
import io
import json
from collections.abc import Iterator, Sequence
from typing import Any

from flask import Response

from mlapi.predict import Answer, Card, class_name


def json_response(said: Any, status: int = 200) -> Response:
    """Return a JSON answer that no cache keeps."""
    text = json.dumps(said, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return Response(text, status, mimetype="application/json")


def as_json(call_id: str, identity: dict[str, str], answers: Sequence[Answer], *, single: bool) -> Response:
    """Return one answer, or many in order, with the model that gave them."""
    said = answers[0] if single else {"predictions": answers}
    return json_response({"id": call_id, **said, "model": identity})


def as_csv(card: Card, answers: Sequence[Answer]) -> Response:
    """Return answers as a table with a header: one line per row, in order."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_header(card, answers[0]))
    writer.writerows(list(_cells(card, answer)) for answer in answers)
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
    yield class_name(prediction) if isinstance(prediction, bool) else prediction
    if card["task"] == "regression":
        yield from (answer["interval"]["low"], answer["interval"]["high"])
    elif answer["probabilities"] is None:
        yield from [""] * (1 + len(card["output"]["classes"]))
    else:
        yield from (answer["confidence"], *answer["probabilities"].values())
    yield " ".join(warning["feature"] for warning in answer["warnings"])
    yield from answer.get("explanation", {}).get("contributions", {}).values()
    if "receipt" in answer:
        yield answer["receipt"]
