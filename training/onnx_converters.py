"""The converters that this project adds to skl2onnx's own, as arguments of its convert_sklearn."""

from typing import Any

from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.preprocessing import FunctionTransformer

from training import onnx_boosting
from training.onnx_functions import calculate_function_shape, convert_function
from training.onnx_target import parse_target

# What onnxruntime 1.28 runs and skl2onnx 1.20 writes; fixed, so that the bytes do not follow a default.
OPSETS = {"": 21, "ai.onnx.ml": 3}
BOOSTING = (HistGradientBoostingRegressor, HistGradientBoostingClassifier)

FUNCTIONS = {FunctionTransformer: convert_function}
FUNCTION_SHAPES = {FunctionTransformer: calculate_function_shape}
TREES = {
    HistGradientBoostingRegressor: onnx_boosting.convert_regressor,
    HistGradientBoostingClassifier: onnx_boosting.convert_classifier,
}
TREE_SHAPES = {
    HistGradientBoostingRegressor: onnx_boosting.calculate_regressor_shape,
    HistGradientBoostingClassifier: onnx_boosting.calculate_classifier_shape,
}


def holds_boosting(estimator: Any) -> bool:
    """Return whether an estimator, or one within it, is histogram boosting."""
    return any(isinstance(part, BOOSTING) for part in [estimator, *estimator.get_params(deep=True).values()])


def arguments(*, exact_trees: bool) -> dict[str, Any]:
    """Return the arguments that add the converters; exact_trees: also that of histogram boosting."""
    return {
        "target_opset": OPSETS,
        "custom_conversion_functions": FUNCTIONS | (TREES if exact_trees else {}),
        "custom_shape_calculators": FUNCTION_SHAPES | (TREE_SHAPES if exact_trees else {}),
        "custom_parsers": {TransformedTargetRegressor: parse_target},
    }
