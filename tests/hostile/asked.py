"""Good requests to every address that takes a body, each with a place for a value that is none."""

import json
from collections.abc import Callable, Mapping
from typing import Any

from tests.hostile.wire import Reply

CANARY = "s3cr3t<v4lue>"
"""Stands in what is sent. It is not plain, so it may come back nowhere, not even as the name of a field."""
Card = Mapping[str, Any]
Envelope = Callable[[str], bytes]
_HERE = "\N{WHITE SQUARE}"

PATHS = (
    *("/api/predict", "/api/feedback", "/v1/predict", "/predict", "/predict/batch", "/invocations"),
    "/v2/models/penguins/infer",
)


def row(card: Card) -> dict[str, Any]:
    """Return a row that the model answers."""
    found: dict[str, Any] = card["goldens"][0]["input"]
    return dict(found)


def encoded(card: Card) -> dict[str, Any]:
    """Return a penguin as the older classifier takes it."""
    codes = {"island": "island_encoded", "sex": "sex_encoded"}
    return {codes.get(name, name): 0 if name in codes else value for name, value in row(card).items()}


def tensors(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a row as the tensors of an inference request."""
    kinds = {str: "BYTES", int: "INT64", float: "FP64"}
    return [
        {"name": name, "shape": [1], "datatype": kinds[type(value)], "data": [value]}
        for name, value in given.items()
    ]


def envelopes(cards: Mapping[str, Card]) -> dict[str, Envelope]:
    """Return path -> from the JSON text of one value to a body that is good apart from it."""
    student, penguin = row(cards["math-score"]), encoded(cards["penguins"])
    inputs = tensors(row(cards["penguins"]))
    inputs[0] |= {"data": [_HERE]}
    return {
        "/api/predict": _around(student | {"reading_score": _HERE}),
        "/api/feedback": _around({"receipt": CANARY, "actual": _HERE}),
        "/v1/predict": _around(row(cards["food-drive"]) | {"time_spent": _HERE}),
        "/predict": _around(penguin | {"body_mass_g": _HERE}),
        "/predict/batch": _around({"samples": [penguin | {"island_encoded": _HERE}]}),
        "/invocations": _around({"dataframe_records": [student | {"gender": _HERE}]}),
        "/v2/models/penguins/infer": _around({"inputs": inputs}),
    }


def _around(said: Any) -> Envelope:
    text = json.dumps(said, ensure_ascii=False)
    return lambda value: text.replace(f'"{_HERE}"', value).encode("utf-8", "surrogatepass")


def _constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def assert_answered(path: str, reply: Reply) -> Any:
    """Check that it is no failure of the server, has the shape of its address, and repeats nothing."""
    assert reply.status < 500 or reply.status == 503, reply.body[:500]
    assert CANARY.encode() not in reply.body
    said = json.loads(reply.body, parse_constant=_constant)
    if reply.status < 300:
        return said
    if path.startswith("/v2/"):
        assert said.keys() == {"error"}
    elif path == "/invocations":
        assert said.keys() == {"error_code", "message"}
    else:
        assert reply.header["content-type"] == "application/problem+json"
        assert said.keys() - {"errors", "errors_total", "instance"} == {"type", "title", "status", "detail"}
        assert said["status"] == reply.status
        assert said["type"].startswith("urn:tandem:problem:")
    return said
