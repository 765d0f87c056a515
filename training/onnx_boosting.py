"""Writes histogram boosting as ONNX, exact to the last bit of its thresholds.

The converters of skl2onnx write single precision, in which a value beside a threshold falls on the wrong
side, and forget the link of losses that have one.
"""

from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx.common.data_types import DoubleTensorType, Int64TensorType, StringTensorType

from training.onnx_functions import Unwritten
from training.onnx_nodes import Nodes
from training.onnx_trees import DOMAIN, Ensemble

LOG_LINK = ("poisson", "gamma")


def convert_regressor(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of a HistGradientBoostingRegressor. Raises Unwritten."""
    nodes = Nodes(scope, container)
    raw = _raw(nodes, operator)
    link = "Exp" if operator.raw_operator.loss in LOG_LINK else "Identity"
    nodes.add(link, [raw], operator.outputs[0].full_name)


def calculate_regressor_shape(operator: Any) -> None:
    """Set the output's type: one column of doubles."""
    operator.outputs[0].type = DoubleTensorType([operator.inputs[0].type.shape[0], 1])


def convert_classifier(scope: Any, operator: Any, container: Any) -> None:
    """Add the nodes of a HistGradientBoostingClassifier: label and probabilities. Raises Unwritten."""
    nodes, classes = Nodes(scope, container), operator.raw_operator.classes_
    raw = _raw(nodes, operator)
    label, probabilities = (each.full_name for each in operator.outputs)
    if len(classes) == 2:
        at = nodes.add("Cast", [nodes.add("Greater", [raw, nodes.constant(0.0)])], to=TensorProto.INT64)
        second = nodes.add("Sigmoid", [raw])
        first = nodes.add("Sub", [nodes.constant(1.0), second])
        nodes.add("Concat", [first, second], probabilities, axis=1)
    else:
        at = nodes.add("ArgMax", [raw], axis=1, keepdims=1)
        nodes.add("Softmax", [raw], probabilities, axis=1)
    flat = nodes.add("Reshape", [at, nodes.whole([-1])])
    nodes.add("Gather", [_classes(nodes, classes), flat], label)


def calculate_classifier_shape(operator: Any) -> None:
    """Set the outputs' types: a label, and as many doubles as there are classes."""
    rows, classes = operator.inputs[0].type.shape[0], operator.raw_operator.classes_
    operator.outputs[0].type = (Int64TensorType if _is_whole(classes) else StringTensorType)([rows])
    operator.outputs[1].type = DoubleTensorType([rows, len(classes)])


def _raw(nodes: Nodes, operator: Any) -> str:
    """Add the nodes up to the sum of the trees [rows, targets]; return its name."""
    model = operator.raw_operator
    if model.is_categorical_ is not None:
        raise Unwritten("no exact converter for histogram boosting with categorical features")
    trees = Ensemble()
    for iteration in model._predictors:
        for target, tree in enumerate(iteration):
            trees.add(tree.nodes, target)
    columns = [nodes.add("Cast", [each.full_name], to=TensorProto.DOUBLE) for each in operator.inputs]
    joined = columns[0] if len(columns) == 1 else nodes.add("Concat", columns, axis=1)
    baseline = np.asarray(model._baseline_prediction, dtype=np.float64).ravel()
    attributes = trees.attributes(len(baseline))
    # What the library takes; the version that the node needs is declared when the graph is finished.
    summed = nodes.add("TreeEnsemble", [joined], op_domain=DOMAIN, op_version=1, **attributes)
    return nodes.add("Add", [summed, nodes.constant(*baseline.tolist())])


def _classes(nodes: Nodes, classes: Any) -> str:
    """Add the labels; return their name."""
    if _is_whole(classes):
        return nodes.whole(classes.tolist())
    if not all(isinstance(each, str) for each in classes.tolist()):
        raise Unwritten(f"no exact converter for classes of the type {classes.dtype}")
    return nodes.texts(classes.tolist())


def _is_whole(classes: Any) -> bool:
    return bool(np.issubdtype(classes.dtype, np.integer))
