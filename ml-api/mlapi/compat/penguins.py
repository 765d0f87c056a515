"""POST /predict and /predict/batch, GET /health and /model/info: as the older penguin classifier had them.

A list sent to /predict is not penguins but rows of the listed model, as the older housing API took them.
"""

from typing import Any

from flask import Blueprint, Response

from mlapi import calls
from mlapi.compat import bound, described
from mlapi.compat.classifier import MODEL, Classifier, info
from mlapi.compat.encoding import encoded_schema, encoding
from mlapi.compat.listed import answer_list
from mlapi.predict import class_name
from mlapi.problems import Refusal
from mlapi.responses import json_response
from mlapi.service import Service

Schema = dict[str, Any]
_TIME: Schema = {"prediction_time": described.NUMBER | {"minimum": 0, "description": "seconds in the engine"}}


def blueprint(service: Service) -> Blueprint:
    """Return the classifier's routes."""
    routes = Blueprint("compat-penguins", __name__)
    classifier = Classifier(service)

    @routes.post("/predict", provide_automatic_options=False)
    def post_predict() -> Response:
        value, suspicious = bound.read_json()
        if isinstance(value, list | str):
            return answer_list(service, value, suspicious=suspicious)
        return classifier.answer_one(value, suspicious=suspicious)

    @routes.post("/predict/batch", provide_automatic_options=False)
    def post_batch() -> Response:
        value, suspicious = bound.read_json()
        return classifier.answer_many(value, suspicious=suspicious)

    @routes.get("/health")
    def get_health() -> Response:
        return bound.health(service, [bound.slot(service, MODEL)])

    @routes.get("/model/info")
    def get_model_info() -> Response:
        slot = bound.slot(service, MODEL)
        if slot.bundle is None:
            raise Refusal(503, "broken-model", f"This model's card can't be trusted: {slot.fault}.")
        return json_response(info(slot.bundle))

    routes.after_request(calls.logger(inputs=service.settings.log_inputs))
    return routes


def paths(service: Service) -> Schema:
    """Return the addresses' descriptions, with the fields as they are encoded."""
    most = service.settings.max_rows
    card = bound.card(service, MODEL)
    row, species = (_row(card), _species(card)) if card else (described.ANYTHING, described.ANYTHING)
    listed = bound.card(service, service.settings.compat_list_model)
    rows = described.rows(listed, most)[1]
    text = {"type": "string", "contentMediaType": "application/json", "contentSchema": rows}
    one = {"anyOf": [_timed(species), described.predictions(listed)]}
    many = described.closed({"predictions": {"type": "array", "items": species}} | _TIME)
    samples = described.closed({"samples": described.listed(row, most)})
    return {
        "/predict": {
            "post": described.posted(
                "predictEncoded",
                "Tell one penguin's species from encoded fields; a list has the listed model's rows",
                {"anyOf": [row, rows, text]},
                one,
            )
        },
        "/predict/batch": {
            "post": described.posted("predictBatch", "Tell the species of many penguins", samples, many)
        },
        "/health": {"get": described.health("penguinsHealth", "How the penguins' model is")},
        "/model/info": {"get": described.asked("penguinsInfo", "What the penguins' model is")},
    }


def _row(card: Schema) -> Schema:
    schema = encoded_schema(card["input"], encoding(card["features"]))
    return {key: said for key, said in schema.items() if key != "$schema"}


def _species(card: Schema) -> Schema:
    classes = card["output"].get("classes", [])
    shares = described.closed({class_name(label): described.NUMBER for label in classes})
    return described.closed(
        {
            "predicted_species": {"enum": classes},
            "confidence": {"type": ["number", "null"]},
            "probabilities": shares | {"type": ["object", "null"]},
        }
    )


def _timed(species: Schema) -> Schema:
    if species is described.ANYTHING:
        return species
    return described.closed(species["properties"] | _TIME)
