"""Whether a graph can be fed, and read, as the card beside it says: judged before its first row. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np

from mlapi.columns import Feature

ELEMENTS = {
    "tensor(double)": np.float64,
    "tensor(float)": np.float32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.object_,
}
_NUMBERS = ("tensor(double)", "tensor(float)")
# Cutting a number off, or making something of one that is missing, would be an answer to another row.
_TAKES = {
    "tensor(int64)": ("integer", "boolean", "category"),
    "tensor(bool)": ("boolean",),
    "tensor(string)": ("category",),
}
_LABELS = ("tensor(string)", "tensor(int64)", "tensor(bool)")


class Unfit(Exception):
    """A graph and a card that don't fit together; the message says how, and goes on from the file's name."""


class Node(Protocol):
    """An input or output, as ONNX Runtime tells it; a dimension that may differ is a text or None."""

    name: str
    type: str
    shape: Sequence[int | str | None]


def inputs(card: Mapping[str, Any], nodes: Sequence[Node]) -> list[tuple[str, Any]]:
    """Return each input's name with the type of its elements. Raises Unfit."""
    features = card["features"]
    if card["engine"]["form"] == "matrix":
        if len(nodes) != 1:
            raise Unfit(f"has {len(nodes)} inputs where its card says one")
        _check_input(nodes[0], len(features), features)
    else:
        named = {feature["name"]: feature for feature in features}
        if {node.name for node in nodes} != set(named):
            raise Unfit("has other inputs than its card has features")
        for node in nodes:
            _check_input(node, 1, [named[node.name]])
    return [(node.name, ELEMENTS[node.type]) for node in nodes]


def outputs(card: Mapping[str, Any], nodes: Sequence[Node]) -> list[str]:
    """Return the names of the outputs that are asked for. Raises Unfit."""
    types = [node.type for node in nodes]
    if not types:
        raise Unfit("has no output")
    if card["task"] == "regression":
        if types[0] not in _NUMBERS:
            raise Unfit("has a first output that is no prediction of a number")
        return [nodes[0].name]
    if types[0] not in _LABELS or any(each not in _NUMBERS for each in types[1:2]):
        raise Unfit("has outputs that are no labels with probabilities")
    return [node.name for node in nodes[:2]]


def _check_input(node: Node, width: int, features: Sequence[Feature]) -> None:
    if node.type not in ELEMENTS:
        raise Unfit("has an input of a type that this API doesn't feed")
    if len(node.shape) != 2 or isinstance(node.shape[0], int):
        raise Unfit("has an input that doesn't take any number of rows")
    if isinstance(node.shape[1], int) and node.shape[1] != width:
        raise Unfit(f"has an input of {node.shape[1]} columns where its card says {width}")
    if not all(_takes(node.type, feature) for feature in features):
        raise Unfit("has an input that can't hold what its card says of the feature")


def _takes(element: str, feature: Feature) -> bool:
    kinds = _TAKES.get(element)
    if kinds is None:
        return True
    return feature["kind"] in kinds and (element == "tensor(string)" or not feature["nullable"])
