"""Adds nodes and constants to the graph that skl2onnx is building, each with a name of its own."""

from dataclasses import dataclass
from typing import Any

from onnx import TensorProto


@dataclass(frozen=True)
class Nodes:
    """A graph under construction: a scope, which knows the names that are taken, and a container of nodes."""

    scope: Any
    container: Any

    def add(self, operator: str, inputs: list[str], output: str | None = None, **attributes: Any) -> str:
        """Add a node; return its output's name."""
        output = output or str(self.scope.get_unique_variable_name(operator.lower()))
        name = self.scope.get_unique_operator_name(operator)
        self.container.add_node(operator, inputs, output, name=name, **attributes)
        return output

    def constant(self, *numbers: float, kind: int = TensorProto.DOUBLE) -> str:
        """Add numbers in a row; return their name."""
        return self._initializer(kind, list(numbers))

    def whole(self, numbers: list[int]) -> str:
        """Add whole numbers in a row; return their name."""
        return self._initializer(TensorProto.INT64, numbers)

    def texts(self, texts: list[str]) -> str:
        """Add texts in a row; return their name."""
        return self._initializer(TensorProto.STRING, [text.encode() for text in texts])

    def _initializer(self, kind: int, values: list[Any]) -> str:
        name = str(self.scope.get_unique_variable_name("constant"))
        self.container.add_initializer(name, kind, [len(values)], values)
        return name
