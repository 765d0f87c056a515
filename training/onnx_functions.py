"""Writes numpy's own functions as ONNX nodes: logarithms, powers and their inverses, element by element."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType, guess_proto_type
from skl2onnx.operator_converters.function_transformer import (
    convert_sklearn_function_transformer as convert_identity,
)
from skl2onnx.shape_calculators.function_transformer import (
    calculate_sklearn_function_transformer_output_shapes as calculate_identity_shape,
)

from training.onnx_nodes import Nodes

ELEMENTS = (DoubleTensorType, FloatTensorType)


class Unwritten(Exception):
    """The function has no ONNX form here."""


@dataclass(frozen=True)
class Form:
    """A function as an operator, and what is added to the values before it or after it."""

    operator: str
    before: float = 0.0
    after: float = 0.0


# There is no Log1p and no Expm1: close to 0 these forms are off by a rounding of 1, which is 1e-16.
FORMS: dict[Callable[..., Any], Form] = {
    np.log: Form("Log"),
    np.log1p: Form("Log", before=1.0),
    np.exp: Form("Exp"),
    np.expm1: Form("Exp", after=-1.0),
    np.sqrt: Form("Sqrt"),
    np.abs: Form("Abs"),
}


def form_of(transformer: Any) -> Form:
    """Return the form of a FunctionTransformer's function. Raises Unwritten."""
    try:
        form = FORMS[transformer.func]
    except (KeyError, TypeError) as error:  # TypeError: a callable that can't be looked up
        raise Unwritten(f"no converter for the function {_name(transformer.func)}") from error
    if transformer.kw_args:
        raise Unwritten(f"no converter for the arguments of {_name(transformer.func)}")
    return form


def convert_function(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of a FunctionTransformer."""
    if operator.raw_operator.func is None:
        convert_identity(scope, operator, container)
        return
    form, kind = form_of(operator.raw_operator), guess_proto_type(operator.outputs[0].type)
    nodes = Nodes(scope, container)

    def plus(value: str, number: float) -> str:
        return nodes.add("Add", [value, nodes.constant(number, kind=kind)]) if number else value

    given = [each.full_name for each in operator.inputs]
    joined = given[0] if len(given) == 1 else nodes.add("Concat", given, axis=1)
    found = plus(nodes.add(form.operator, [plus(joined, form.before)]), form.after)
    nodes.add("Identity", [found], operator.outputs[0].full_name)


def calculate_function_shape(operator: Any) -> None:
    """Set the output's type: that of the inputs, as many columns as they have together."""
    if operator.raw_operator.func is None:
        calculate_identity_shape(operator)
        return
    form_of(operator.raw_operator)
    kinds = {type(each.type) for each in operator.inputs}
    if len(kinds) > 1 or not kinds <= set(ELEMENTS):
        raise Unwritten(f"{_name(operator.raw_operator.func)} takes columns of numbers alone")
    first = operator.inputs[0].type
    widths = [each.type.shape[1] for each in operator.inputs]
    operator.outputs[0].type = type(first)([first.shape[0], None if None in widths else sum(widths)])


def _name(function: Any) -> str:
    return str(getattr(function, "__name__", type(function).__name__))
