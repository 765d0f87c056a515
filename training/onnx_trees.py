"""Trees as ONNX's TreeEnsemble takes them: in doubles, as scikit-learn itself has them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
from onnx import ModelProto, TensorProto, numpy_helper

DOMAIN = "ai.onnx.ml"
OPSET = 5  # the first in which a tree's numbers may be doubles, and no longer skl2onnx's own tree nodes
AT_MOST = 0  # the comparison of a node, BRANCH_LEQ
SUM = 1


@dataclass
class Ensemble:
    """Histogram trees, taken apart: the inner nodes of all of them in one list, the leaves in another."""

    roots: list[int] = field(default_factory=list)
    features: list[int] = field(default_factory=list)
    splits: list[float] = field(default_factory=list)
    missing_is_true: list[int] = field(default_factory=list)
    if_true: list[tuple[int, int]] = field(default_factory=list)  # (position, whether that is a leaf's)
    if_false: list[tuple[int, int]] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    targets: list[int] = field(default_factory=list)

    def add(self, nodes: npt.NDArray[Any], target: int) -> None:
        """Add a tree that contributes to one target."""
        inner = [at for at, node in enumerate(nodes) if not node["is_leaf"]]
        leaves = [at for at, node in enumerate(nodes) if node["is_leaf"]]
        place = {at: (len(self.splits) + n, 0) for n, at in enumerate(inner)}
        place |= {at: (len(self.weights) + n, 1) for n, at in enumerate(leaves)}
        self.roots.append(len(self.splits))
        for node in nodes[inner]:
            self._branch(node, place[int(node["left"])], place[int(node["right"])])
        if not inner:  # a tree without a split: whichever way it goes, it is the one leaf
            self._branch(np.zeros(1, nodes.dtype)[0], place[0], place[0])
        self.weights += nodes["value"][leaves].tolist()
        self.targets += [target] * len(leaves)

    def _branch(self, node: Any, if_true: tuple[int, int], if_false: tuple[int, int]) -> None:
        self.features.append(int(node["feature_idx"]))
        self.splits.append(float(node["num_threshold"]))
        self.missing_is_true.append(int(node["missing_go_to_left"]))
        self.if_true.append(if_true)
        self.if_false.append(if_false)

    def attributes(self, targets: int) -> dict[str, Any]:
        """Return the attributes of a TreeEnsemble node."""
        return {
            "n_targets": targets,
            "aggregate_function": SUM,
            "tree_roots": self.roots,
            "nodes_featureids": self.features,
            "nodes_modes": _tensor(np.full(len(self.splits), AT_MOST, np.uint8)),
            "nodes_splits": _tensor(np.array(self.splits)),
            "nodes_missing_value_tracks_true": self.missing_is_true,
            "nodes_truenodeids": [at for at, _ in self.if_true],
            "nodes_trueleafs": [is_leaf for _, is_leaf in self.if_true],
            "nodes_falsenodeids": [at for at, _ in self.if_false],
            "nodes_falseleafs": [is_leaf for _, is_leaf in self.if_false],
            "leaf_weights": _tensor(np.array(self.weights)),
            "leaf_targetids": self.targets,
        }


def declare(model: ModelProto) -> None:
    """Say that a model needs the opset of these trees, which skl2onnx 1.20 does not know."""
    for opset in model.opset_import:
        if opset.domain == DOMAIN:
            opset.version = OPSET


def _tensor(values: npt.NDArray[Any]) -> TensorProto:
    return numpy_helper.from_array(values)
