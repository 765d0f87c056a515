"""What a model predicts: its target's values and its classes."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.features import OPEN_CATEGORY_LENGTH, Output
from training.infer_columns import InferenceFault, in_words
from training.scale import scale
from training.user_model import UserModel


@dataclass(frozen=True)
class Target:
    """The target's column, and what the person says about it."""

    name: str
    unit: str | None = None


def target_values(model: UserModel, column: pd.Series) -> npt.NDArray[Any]:
    """Return the target [rows]: floats, or classes that the model knows. Raises InferenceFault."""
    missing = int(column.isna().sum())
    if missing:
        raise InferenceFault(f"the target {column.name!r} is missing in {missing:,} rows; leave them out")
    values = np.asarray(column)
    if model.task == "regression":
        return _numbers(values, str(column.name))
    known = _classes(model)
    strange = {repr(value) for value in values.tolist() if value not in known}
    if strange:
        raise InferenceFault(
            f"the target {column.name!r} holds what the model does not know: {in_words(sorted(strange))}",
            f"the model's classes are {in_words(repr(value) for value in known)}",
        )
    return values


def output(model: UserModel, target: Target, values: npt.NDArray[Any]) -> Output:
    """Return what the model predicts; values: the target that it was fitted on. Raises TrainingError."""
    if model.task == "regression":
        return Output(name=target.name, unit=target.unit, scale=scale(values))
    classes = tuple(_json_class(each) for each in _classes(model))
    return Output(name=target.name, unit=target.unit, classes=classes)


def _numbers(values: npt.NDArray[Any], name: str) -> npt.NDArray[np.float64]:
    if values.dtype.kind not in "fiu" or not np.isfinite(values).all():
        raise InferenceFault(
            f"the model predicts numbers, but the target {name!r} does not hold finite numbers"
        )
    return values.astype(np.float64)


def _classes(model: UserModel) -> list[Any]:
    known = model.estimator.classes_
    if isinstance(known, list):
        raise InferenceFault("the model answers several targets at once; pack one model per target")
    return list(np.asarray(known).tolist())


def _json_class(value: Any) -> str | int | bool:
    """Return a class as JSON has it; classes like 0.0 and 1.0 come from targets that once had gaps."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str | int):
        raise InferenceFault(
            f"a class must be a text, a whole number or a boolean, not a {type(value).__name__}"
        )
    if isinstance(value, str) and len(value) > OPEN_CATEGORY_LENGTH:
        raise InferenceFault(f"a class of over {OPEN_CATEGORY_LENGTH} characters is no name")
    return value
