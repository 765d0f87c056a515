"""Makes equal models equal in bytes: takes out of a graph what follows the converter's history."""

from collections.abc import Iterator

import onnx


def settle(model: onnx.ModelProto, inputs: dict[str, str]) -> None:
    """Name every inner value by its place, since the converter counts through the whole life of a process.

    Outputs keep their names, and inputs take those that they are given; what stood in the order of a set
    is sorted.
    """
    outer = [value.name for value in [*model.graph.input, *model.graph.output]]
    # The empty name is that of an input left out.
    names = {name: inputs.get(name, name) for name in ["", *outer]}
    for graph in _graphs(model.graph):
        for value in [*graph.input, *graph.output, *graph.initializer, *graph.value_info]:
            value.name = _settled(value.name, names)
        for node in graph.node:
            node.input[:] = [_settled(name, names) for name in node.input]
            node.output[:] = [_settled(name, names) for name in node.output]
            node.ClearField("name")
    opsets = sorted(model.opset_import, key=lambda opset: str(opset.domain))
    del model.opset_import[:]
    model.opset_import.extend(opsets)


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """Return a graph and those within its nodes, which share its names."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            if attribute.HasField("g"):
                yield from _graphs(attribute.g)


def _settled(name: str, names: dict[str, str]) -> str:
    return names.setdefault(name, f"tandem_{len(names)}")
