"""Finds the trees that skl2onnx 1.20 would write forever, in double precision: those that split at infinity.

scikit-learn splits there where the missing values go one way and all others the other.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.tree import BaseDecisionTree

INNER = 0  # the least child of a node that is no leaf; that of a leaf is -1


def splits_at_infinity(estimator: Any) -> bool:
    """Return whether a fitted decision tree, or one within an estimator, splits at infinity."""
    return any(_is_endless(tree) for tree in _trees(estimator, set()))


def _is_endless(tree: BaseDecisionTree) -> bool:
    inner = tree.tree_.children_left >= INNER
    return not np.isfinite(tree.tree_.threshold[inner]).all()


def _trees(part: Any, seen: set[int]) -> Iterator[BaseDecisionTree]:
    """Yield every fitted tree that can be reached from a part of an estimator."""
    if id(part) in seen:
        return
    seen.add(id(part))
    if isinstance(part, BaseDecisionTree) and hasattr(part, "tree_"):
        yield part
    for each in _parts(part):
        yield from _trees(each, seen)


def _parts(part: Any) -> list[Any]:
    if isinstance(part, np.ndarray):
        return list(part.ravel()) if part.dtype.hasobject and part.dtype.names is None else []
    if isinstance(part, list | tuple):
        return list(part)
    if isinstance(part, dict):
        return list(part.values())
    # Classes and functions hold no fitted tree, and modules hold the world.
    return list(vars(part).values()) if hasattr(part, "get_params") and not isinstance(part, type) else []
