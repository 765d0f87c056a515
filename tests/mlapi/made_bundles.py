"""Small bundles made by hand, every hash of them right: what is in them is up to a test.

The number model answers 2 x, the class model "high" above 0 and "low" elsewhere.
"""

import copy
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

from mlapi.settings import ARTIFACTS
from training.sealed import seal, sha256

DOUBLE, INT64, TEXT = TensorProto.DOUBLE, TensorProto.INT64, TensorProto.STRING
ANY_ROWS = (None, 1)
XS = (1.0, -2.0, 3.5)
Value = tuple[str, int, Sequence[int | None]]


def graph(
    nodes: Sequence[NodeProto],
    inputs: Sequence[Value] = (("x", DOUBLE, ANY_ROWS),),
    outputs: Sequence[Value] = (("y", DOUBLE, ANY_ROWS),),
    constants: dict[str, Any] | None = None,
    opset: int = 18,
) -> ModelProto:
    """Return a graph of these nodes."""
    kept = [
        each if isinstance(each, TensorProto) else numpy_helper.from_array(np.array(each), name)
        for name, each in (constants or {}).items()
    ]
    ends = [[helper.make_tensor_value_info(*end) for end in side] for side in (inputs, outputs)]
    made = helper.make_graph(nodes, "made", *ends, kept)
    model = helper.make_model(made, opset_imports=[helper.make_opsetid("", opset)])
    model.ir_version = 9
    return model


def doubling(by: float = 2.0) -> ModelProto:
    """Return the graph of the number model."""
    return graph([helper.make_node("Mul", ["x", "two"], ["y"])], constants={"two": by})


def sorting(
    labels: Sequence[str] = ("low", "high"),
    chances: Sequence[Sequence[float]] = ((0.9, 0.1), (0.2, 0.8)),
    name: str = "x",
) -> ModelProto:
    """Return the graph of the class model: labels by the sign of its one input, a row of chances for each."""
    nodes = [
        helper.make_node("Greater", [name, "zero"], ["above"]),
        helper.make_node("Cast", ["above"], ["at"], to=INT64),
        helper.make_node("Reshape", ["at", "flat"], ["which"]),
        helper.make_node("Gather", ["labels", "which"], ["label"]),
        helper.make_node("Gather", ["chances", "which"], ["probabilities"]),
    ]
    constants = {"zero": 0.0, "flat": np.array([-1]), "chances": np.array(chances)}
    constants["labels"] = helper.make_tensor(
        "labels", TEXT, [len(labels)], [each.encode() for each in labels]
    )
    outputs = [("label", TEXT, [None]), ("probabilities", DOUBLE, [None, len(chances[0])])]
    return graph(nodes, [(name, DOUBLE, ANY_ROWS)], outputs, constants)


def number_card() -> dict[str, Any]:
    """Return the card of the number model."""
    return _card("math-score", [{"input": {"x": x}, "prediction": 2 * x} for x in XS])


def class_card() -> dict[str, Any]:
    """Return the card of the class model."""
    shares = {True: {"low": 0.2, "high": 0.8}, False: {"low": 0.9, "high": 0.1}}
    goldens = [
        {"input": {"x": x}, "prediction": "high" if x > 0 else "low", "probabilities": shares[x > 0]}
        for x in XS
    ]
    card = _card("penguins", goldens)
    card["output"]["classes"] = ["low", "high"]
    return card


def put(artifacts: Path, name: str, card: dict[str, Any] | bytes, model: bytes) -> Path:
    """Write a bundle, version 1, and list it; return its folder. A card as bytes is written as it is."""
    folder = artifacts / name / "1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "model.onnx").write_bytes(model)
    run = (ARTIFACTS / "math-score" / "1" / "run.json").read_bytes()
    (folder / "run.json").write_bytes(run)
    if isinstance(card, dict):
        files = {"model.onnx": {"bytes": len(model), "sha256": sha256(model)}}
        card = json.dumps({"files": files, **card, "name": name}).encode()
    (folder / "bundle.json").write_bytes(card)
    index = artifacts / "index.json"
    listed = json.loads(index.read_bytes())["bundles"] if index.exists() else {}
    listed[name] = {"1": {"bytes": len(card), "sha256": sha256(card)}}
    index.write_bytes(seal({"bundles": listed}))
    return folder


def _card(like: str, goldens: list[dict[str, Any]]) -> dict[str, Any]:
    card: dict[str, Any] = copy.deepcopy(json.loads((ARTIFACTS / like / "1" / "bundle.json").read_bytes()))
    del card["files"]
    feature = {"name": "x", "kind": "number", "unit": None, "description": "A number.", "nullable": False}
    feature |= {"typical": 1.0, "low": -10.0, "high": 10.0, "minimum": None, "maximum": None}
    row = {
        "$schema": card["input"]["$schema"],
        "type": "object",
        "properties": {"x": {"type": "number"}},
        "required": ["x"],
    }
    return card | {
        "version": "1",
        "engine": {"name": "onnx", "form": "columns", "reason": "made by hand"},
        "features": [feature],
        "input": row | {"additionalProperties": False, "examples": [{"x": 1.0}]},
        "goldens": goldens,
        "baseline": {"rows": 2, "features": {"x": {"edges": [0.0], "counts": [1, 1], "missing": 0}}},
        "explain": {"method": "none", "scale": "output", "reason": "made by hand"},
    }
