"""Writes a TransformedTargetRegressor as ONNX: its regressor, and the inverse function behind it."""

from typing import Any

from skl2onnx._parse import parse_sklearn
from sklearn.preprocessing import FunctionTransformer

from training.onnx_functions import Unwritten


def parse_target(scope: Any, model: Any, inputs: Any, custom_parsers: Any = None) -> Any:
    """Return the outputs of a fitted TransformedTargetRegressor. Raises Unwritten."""
    if model.transformer is not None:
        raise Unwritten(f"no converter for a target transformed by {type(model.transformer).__name__}")
    outputs = parse_sklearn(scope, model.regressor_, inputs, custom_parsers=custom_parsers)
    if model.inverse_func is None:
        return outputs
    # What comes before the function is not the model's answer.
    outputs[0].init_status(is_leaf=False)
    back = FunctionTransformer(model.inverse_func)
    return parse_sklearn(scope, back, outputs[:1], custom_parsers=custom_parsers)
