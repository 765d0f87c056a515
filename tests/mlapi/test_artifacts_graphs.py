"""A valid ONNX file that is another model than its card says: found before it answers anybody."""

from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest
from onnx import ModelProto, TensorProto, helper

from tests.mlapi.made_bundles import (
    ANY_ROWS,
    DOUBLE,
    INT64,
    TEXT,
    class_card,
    doubling,
    graph,
    number_card,
    put,
    sorting,
)

node = helper.make_node


def sliced(end: int) -> ModelProto:
    """Return 2 x of the rows up to one, as a graph that was made for so many rows has it."""
    ends = {"from": np.array([0]), "to": np.array([end]), "two": 2.0}
    return graph(
        [node("Slice", ["x", "from", "to"], ["some"]), node("Mul", ["some", "two"], ["y"])], constants=ends
    )


def leaning() -> ModelProto:
    """Return 2 x, but for what it adds where there are more rows than golden ones, or fewer."""
    nodes = [
        node("Shape", ["x"], ["shape"]),
        node("Gather", ["shape", "first"], ["rows"]),
        node("Sub", ["rows", "three"], ["more"]),
        node("Cast", ["more"], ["added"], to=DOUBLE),
        node("Mul", ["x", "two"], ["twice"]),
        node("Add", ["twice", "added"], ["y"]),
    ]
    return graph(nodes, constants={"first": np.int64(0), "three": np.int64(3), "two": 2.0})


def picking(most: int) -> ModelProto:
    """Return 2 x for whole numbers up to one; at others the graph fails."""
    nodes = [node("Abs", ["x"], ["size"]), node("Cast", ["size"], ["at"], to=INT64)]
    nodes += [node("Gather", ["zeros", "at"], ["none"]), node("Mul", ["x", "two"], ["twice"])]
    nodes += [node("Add", ["twice", "none"], ["y"])]
    return graph(nodes, constants={"zeros": np.zeros(most + 1), "two": 2.0})


def not_a_number(above: float) -> ModelProto:
    """Return 2 x, and NaN above a bound."""
    nodes = [node("Greater", ["x", "bound"], ["high"]), node("Mul", ["x", "two"], ["twice"])]
    nodes += [node("Where", ["high", "nan", "twice"], ["y"])]
    return graph(nodes, constants={"bound": above, "two": 2.0, "nan": np.nan})


def elsewhere(location: str, op: str = "Mul", **more: str) -> ModelProto:
    """Return a graph whose number is kept in another file."""
    kept = TensorProto(name="two", data_type=DOUBLE, dims=[1], data_location=TensorProto.EXTERNAL)
    for key, value in {"location": location, **more}.items():
        kept.external_data.add(key=key, value=value)
    if op == "Mul":
        return graph([node("Mul", ["x", "two"], ["y"])], constants={"two": kept})
    nodes = [node("Shape", ["x"], ["shape"]), node("ConstantOfShape", ["shape"], ["twos"], value=kept)]
    return graph([*nodes, node("Mul", ["x", "twos"], ["y"])])


def fed(*inputs, used="x", op="Mul"):
    """Return a graph with these inputs."""
    return graph(
        [node("Cast", [used], ["number"], to=DOUBLE), node(op, ["number", "two"], ["y"])],
        inputs,
        constants={"two": 2.0},
    )


def giving(kind: int, shape: tuple[int | None, ...], *nodes) -> ModelProto:
    """Return a graph with another output."""
    return graph(
        nodes, outputs=[("y", kind, shape)], constants={"axis": np.array([1]), "ends": np.array([0])}
    )


UNLOADED = "model.onnx can't be loaded"
OTHERS = "has other inputs than its card has features"
UNFIT = "has an input that can't hold what its card says of the feature"
FIXED = "has an input that doesn't take any number of rows"
STRANGE = "has an input of a type that this API doesn't feed"
NO_NUMBER = "has a first output that is no prediction of a number"
NOT_EACH = "model.onnx doesn't give one prediction for each row"
NO_CHANCES = "model.onnx doesn't give one probability for each class"
NOT_FINITE = "has no finite answer to its golden rows"
TWICE = [node("Concat", ["x", "x"], ["y"], axis=axis) for axis in (0, 1)]
CIRCLE = [node("Add", *ends) for ends in ((["x", "b"], ["a"]), (["x", "a"], ["b"]), (["a", "b"], ["y"]))]
IN_MEMORY = elsewhere("*/_ORT_MEM_ADDR_/*", offset="4096", length="8")
BROKEN_NUMBERS = {
    "no-onnx": (b"not a graph", UNLOADED),
    "nothing": (b"", UNLOADED),
    "half": (doubling().SerializeToString()[:60], UNLOADED),
    "two-inputs": (fed(("x", DOUBLE, ANY_ROWS), ("z", DOUBLE, ANY_ROWS)), OTHERS),
    "another-name": (fed(("z", DOUBLE, ANY_ROWS), used="z"), OTHERS),
    "whole-numbers": (fed(("x", INT64, ANY_ROWS)), UNFIT),
    "truths": (fed(("x", TensorProto.BOOL, ANY_ROWS)), UNFIT),
    "texts": (fed(("x", TEXT, ANY_ROWS)), UNFIT),
    "strange-type": (fed(("x", TensorProto.UINT8, ANY_ROWS)), STRANGE),
    "flat": (fed(("x", DOUBLE, [None])), FIXED),
    "one-row": (fed(("x", DOUBLE, [1, 1])), FIXED),
    "two-columns": (fed(("x", DOUBLE, [None, 2])), "has an input of 2 columns where its card says 1"),
    "text-out": (giving(TEXT, ANY_ROWS, node("Cast", ["x"], ["y"], to=TEXT)), NO_NUMBER),
    "wide-out": (giving(DOUBLE, [None, 2], TWICE[1]), NOT_EACH),
    "long-out": (giving(DOUBLE, ANY_ROWS, TWICE[0]), NOT_EACH),
    "one-out": (giving(DOUBLE, [], node("ReduceSum", ["x"], ["y"], keepdims=0)), NOT_EACH),
    "lying-out": (giving(DOUBLE, [None], node("Transpose", ["x"], ["y"])), "model.onnx"),
    "fewer-rows": (sliced(2), NOT_EACH),
    "as-many-rows-as-goldens": (sliced(3), NOT_EACH),
    "leans-on-others": (leaning(), "answers golden rows otherwise in calls of another size"),
    "other-numbers": (doubling(2.1), "answers 3 of 3 golden rows wrong"),
    "nan": (not_a_number(-100.0), NOT_FINITE),
    "nan-for-one": (not_a_number(3.0), NOT_FINITE),
    "fails-for-one": (picking(2), NOT_FINITE),
    "custom-op": (graph([node("Steal", ["x"], ["y"], domain="evil")]), UNLOADED),
    "unknown-op": (graph([node("NoSuchOp", ["x"], ["y"])]), UNLOADED),
    "from-the-future": (graph([node("Mul", ["x", "x"], ["y"])], opset=999), UNLOADED),
    "circle": (graph(CIRCLE), UNLOADED),
    "external-beside": (elsewhere("numbers.bin"), UNLOADED),
    "external-attribute": (elsewhere("numbers.bin", "ConstantOfShape"), UNLOADED),
    "external-above": (elsewhere("../numbers.bin"), UNLOADED),
    "external-absolute": (elsewhere("/dev/zero"), UNLOADED),
    "external-hang": (elsewhere("/dev/stdin"), UNLOADED),
    "external-memory": (IN_MEMORY, UNLOADED),
}  # fmt: skip
BROKEN_CLASSES = {
    "another-label": (sorting(("low", "other")), "bundle.json and model.onnx don't fit together (KeyError)"),
    "swapped-labels": (sorting(("high", "low")), "answers 3 of 3 golden rows wrong"),
    "too-few-chances": (sorting(chances=((1.0,), (1.0,))), NO_CHANCES),
    "too-many-chances": (sorting(chances=((0.5, 0.3, 0.2),) * 2), NO_CHANCES),
    "other-chances": (sorting(chances=((0.8, 0.2), (0.2, 0.8))), "answers 1 of 3 golden rows wrong"),
    "chances-that-are-none": (sorting(chances=((np.nan, 0.1), (0.2, 0.8))), "has no finite answer"),
    "numbers-for-labels": (doubling(), "has outputs that are no labels with probabilities"),
}  # fmt: skip
CASES = [
    pytest.param(card, *broken, id=name)
    for card, table in ((number_card, BROKEN_NUMBERS), (class_card, BROKEN_CLASSES))
    for name, broken in table.items()
]


def spelled(model: ModelProto | bytes) -> bytes:
    """Return a graph's bytes."""
    return model if isinstance(model, bytes) else model.SerializeToString()


@pytest.mark.parametrize(
    ("card", "good"), [(number_card, doubling()), (class_card, sorting())], ids=["number", "class"]
)
def test_the_made_bundles_are_good(artifacts, client_of, card, good):
    """What follows differs from them in one way each."""
    put(artifacts, "made", card(), spelled(good))
    client = client_of(artifacts, default_model="made")
    assert client.get("/api/health").get_json()["status"] == "healthy"
    rows = [{"x": 5.0}, {"x": -5.0}]
    found = [each["prediction"] for each in client.post("/api/predict", json=rows).get_json()["predictions"]]
    assert found in ([10.0, -10.0], ["high", "low"])


@pytest.mark.timeout(60)
@pytest.mark.parametrize(("card", "model", "reason"), CASES)
def test_a_graph_that_is_not_as_its_card_says_stops_its_own_model(
    artifacts, client_of, student, tmp_path, card, model, reason
):
    """As the default one it is unhealthy, beside it degraded; the file is named, and where it lies is not."""
    put(artifacts, "made", card(), spelled(model))
    Path(tmp_path / "numbers.bin").write_bytes(np.array([2.0]).tobytes())
    with chdir(tmp_path):  # A graph may hope for a file where the server was started.
        alone, beside = client_of(artifacts, default_model="made"), client_of(artifacts)
        health = alone.get("/api/health")
        asked = beside.post("/api/predict?model=made", json={"x": 1.0})
    said = health.get_json()
    assert (health.status_code, said["status"]) == (503, "unhealthy")
    assert said["reason"].startswith("made/1 ")
    assert reason in said["reason"]
    assert alone.post("/api/predict", json={"x": 1.0}).status_code == 503
    assert (asked.status_code, reason in asked.get_json()["detail"]) == (503, True)
    assert beside.get("/api/health").get_json()["status"] == "degraded"
    assert beside.post("/api/predict", json=student).status_code == 200
    assert str(tmp_path) not in health.text + asked.text + beside.get("/api/models").text


@pytest.mark.parametrize("model", [picking(4), not_a_number(4.0)], ids=["fails", "nan"])
def test_rows_that_a_graph_has_no_answer_to_are_named_and_others_are_answered(artifacts, client_of, model):
    """Its goldens are right, so the model serves; nobody is given a number for what failed."""
    put(artifacts, "made", number_card(), spelled(model))
    client = client_of(artifacts, default_model="made")
    refused = client.post("/api/predict", json=[{"x": 1.0}, {"x": 9.0}, {"x": 2.0}])
    assert refused.status_code == 422
    assert [fault["pointer"] for fault in refused.get_json()["errors"]] == ["/1"]
    answered = client.post("/api/predict", json=[{"x": 1.0}, {"x": 2.0}])
    assert [each["prediction"] for each in answered.get_json()["predictions"]] == [2.0, 4.0]
    assert client.get("/api/health").get_json()["status"] == "healthy"


def test_a_graph_that_drops_rows_beyond_those_it_was_tried_with_gives_no_answer(artifacts, client_of):
    """What no trial can find out still is no answer to another row."""
    put(artifacts, "made", number_card(), spelled(sliced(6)))
    client = client_of(artifacts, default_model="made")
    assert client.post("/api/predict", json=[{"x": 1.0}] * 6).status_code == 200
    assert client.post("/api/predict", json=[{"x": 1.0}] * 7).status_code >= 500
