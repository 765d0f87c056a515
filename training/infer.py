"""Infers a model's inputs and output from the table that it was fitted on, and from its behaviour there."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from training.fitted import Fitted
from training.infer_columns import InferenceFault, faults, feature, in_words, most_typical
from training.infer_target import Target, output, target_values
from training.probe import Unanswered, answers, taker
from training.rows import to_rows
from training.user_model import UserModel


@dataclass(frozen=True)
class Checked:
    """A table that fits the model: inputs in its order, target [rows], and whether to feed a DataFrame."""

    inputs: pd.DataFrame
    target: npt.NDArray[Any]
    by_name: bool

    def fed(self) -> Any:
        """Return the inputs as the estimator takes them."""
        return self.inputs if self.by_name else self.inputs.to_numpy()


def check(model: UserModel, table: pd.DataFrame, target: str) -> Checked:
    """Return what the model uses of a table.

    Raises InferenceFault where the table lacks columns or holds what JSON can't say, and where the
    model does not answer all of its rows.
    """
    inputs, values = _sound(model, table, _names(model.estimator, table, target), target)
    with _refused(inputs, "its own table"):
        return Checked(inputs, values, _answers_by_name(model, inputs))


def held_out(model: UserModel, table: pd.DataFrame, fitted: Fitted) -> Checked:
    """Return what the model uses of test rows: columns by name, as they were inferred from its own table.

    Also a model without column names is fed these, in its own table's order. Raises as check does.
    """
    names = [feature.name for feature in fitted.features]
    missing = [name for name in [*names, fitted.output.name] if name not in table]
    if missing:
        raise InferenceFault(f"the test rows lack columns of the table: {in_words(missing)}")
    inputs, values = _sound(model, table, names, fitted.output.name)
    test = Checked(inputs, values, fitted.by_name)
    with _refused(inputs, "the test rows"):
        _check(model, test.fed())
    return test


def infer(model: UserModel, table: pd.DataFrame, target: Target) -> Fitted:
    """Return the model with the features that its table and its behaviour there show."""
    checked = check(model, table, target.name)
    row = checked.inputs.iloc[[most_typical(checked.inputs)]]
    takes = taker(model.estimator, row, checked.by_name, model.task)
    features = [feature(checked.inputs[name], takes) for name in checked.inputs]
    return Fitted(
        estimator=model.estimator,
        features=features,
        output=output(model, target, checked.target),
        task=model.task,
        table=checked.inputs,
        target=checked.target,
        by_name=checked.by_name,
        example=to_rows(features, row)[0],
    )


def _sound(
    model: UserModel, table: pd.DataFrame, names: list[str], target: str
) -> tuple[pd.DataFrame, npt.NDArray[Any]]:
    """Return the inputs and the target; every faulty column is named at once."""
    found = [fault for name in names for fault in faults(table[name])]
    if found:
        raise InferenceFault(*found)
    return table[names], target_values(model, table[target])


def _names(estimator: Any, table: pd.DataFrame, target: str) -> list[str]:
    """Return the inputs in the estimator's order."""
    if target not in table:
        raise InferenceFault(f"the table has no column {target!r} to be the target; it has {in_words(table)}")
    others = [name for name in table if name != target]
    wanted = getattr(estimator, "feature_names_in_", None)
    if wanted is None:
        return _counted(others, getattr(estimator, "n_features_in_", len(others)))
    missing = [name for name in wanted if name not in others]
    if missing:
        extra = [name for name in others if name not in wanted]
        raise InferenceFault(
            f"the model was fitted with columns that the table lacks: {in_words(missing)}",
            *([f"the table has others, which the model does not know: {in_words(extra)}"] if extra else []),
        )
    return [str(name) for name in wanted]


def _counted(names: list[str], count: int) -> list[str]:
    if len(names) != count:
        raise InferenceFault(
            f"the model takes {count} inputs and was fitted without column names",
            f"the table has {len(names)} columns beside the target: {in_words(names)}",
            "leave out the columns that are no inputs; their order counts",
        )
    return names


@contextmanager
def _refused(inputs: pd.DataFrame, what: str) -> Iterator[None]:
    """Say what the estimator does not answer, and which columns with gaps may be why."""
    try:
        yield
    except Unanswered as refusal:
        gaps = [name for name in inputs if inputs[name].isna().any()]
        hint = [f"values are missing in {in_words(gaps)}, which the model may not take"] if gaps else []
        raise InferenceFault(f"the model does not answer {what}: {refusal}", *hint) from refusal


def _answers_by_name(model: UserModel, inputs: pd.DataFrame) -> bool:
    """Return whether the estimator is to be fed a DataFrame; one way or other it must answer."""
    if not hasattr(model.estimator, "feature_names_in_"):
        # Some estimators that were fitted on named columns do not keep the names, so both ways are tried.
        with suppress(Unanswered):
            _check(model, inputs.to_numpy())
            return False
    _check(model, inputs)
    return True


def _check(model: UserModel, fed: Any) -> None:
    answers(model.estimator, fed, model.task)
    shape = np.shape(model.estimator.predict(fed))
    if len(shape) > 1 and shape[1] > 1:  # a target that was a frame of one column is answered as [rows, 1]
        raise InferenceFault("the model answers several targets at once; pack one model per target")
