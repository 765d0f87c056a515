"""Answers encoded rows as the older penguin classifier did, from the model that is deployed now."""

from typing import Any

from flask import Response

from mlapi import calls, strict_json
from mlapi.bundle import Bundle
from mlapi.compat import bound
from mlapi.compat.encoding import EncodedCheck, Encoding, encoded_schema, encoding
from mlapi.faults import Fault
from mlapi.models import Model
from mlapi.payload import Payload, Reader
from mlapi.predict import Answer, Predicted
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.service import Service

MODEL = "penguins"


class Classifier:
    """The model `penguins` behind its encoded fields."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._made: tuple[Encoding, Reader] | None = None

    def answer_one(self, value: Any, *, suspicious: bool) -> Response:
        """Answer one encoded object. Raises Refusal."""
        model, encoded, read = self._open()
        payload = read.checked([value], lambda _: "", single=True, suspicious=suspicious)
        predicted = _predicted(model, encoded, payload)
        return json_response(_species(predicted.answers[0]) | {"prediction_time": predicted.seconds})

    def answer_many(self, value: Any, *, suspicious: bool) -> Response:
        """Answer {"samples": [...]} of encoded objects, in order. Raises Refusal."""
        model, encoded, read = self._open()
        samples = _samples(value)
        payload = read.checked(samples, lambda position: f"/samples/{position}", suspicious=suspicious)
        predicted = _predicted(model, encoded, payload)
        answers = [_species(answer) for answer in predicted.answers]
        return calls.sendable(json_response({"predictions": answers, "prediction_time": predicted.seconds}))

    def _open(self) -> tuple[Model, Encoding, Reader]:
        model = calls.open_model(self._service, bound.slot(self._service, MODEL))
        card = model.bundle.card
        if card["task"] != "classification":
            raise Refusal(503, "broken-model", f"This address needs classes, and {MODEL} predicts numbers.")
        if self._made is None:  # Two threads that make it at once make the same.
            encoded = encoding(card["features"])
            check = EncodedCheck(encoded_schema(card["input"], encoded), encoded)
            self._made = encoded, Reader(card["features"], check, self._service.settings.max_rows)
        return model, *self._made


def _samples(value: Any) -> list[Any]:
    """Return the rows of {"samples": [...]}. Raises Refusal naming every fault of the wrapping."""
    if not isinstance(value, dict):
        raise bound.refused(Fault("", "must be an object with the key samples"))
    said = []
    # Of other keys it is enough to say that they are here: there may be very many.
    if any(name == "samples" for name, _ in strict_json.faults(value)):
        said.append(Fault("/samples", "stands more than once", "repeated"))
    if value.keys() - {"samples"}:
        said.append(Fault("", "must hold nothing beside samples"))
    if not isinstance(value.get("samples"), list):
        said.append(Fault("/samples", "must be a list of rows"))
    if said:
        raise bound.refused(*said)
    samples: list[Any] = value["samples"]
    return samples


def _predicted(model: Model, encoded: Encoding, payload: Payload) -> Predicted:
    return calls.answer(model, payload._replace(rows=[encoded.decoded(row) for row in payload.rows]))


def _species(answer: Answer) -> dict[str, Any]:
    return {
        "predicted_species": answer["prediction"],
        "confidence": answer["confidence"],
        "probabilities": answer["probabilities"],
    }


def info(bundle: Bundle) -> dict[str, Any]:
    """Return what the older classifier told of itself: its encoded fields, classes and scores."""
    card = bundle.card
    encoded = encoding(card["features"])
    return bundle.identity | {
        "title": card["title"],
        "features": [encoded.field(feature["name"]) for feature in card["features"]],
        "encodings": {
            field: {str(code): category for code, category in codes.items()}
            for field, codes in encoded.categories.items()
        },
        "classes": card["output"].get("classes"),
        "scores": {name: score["value"] for name, score in card["scores"].items()},
    }
