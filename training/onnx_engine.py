"""Asks an ONNX model, fed as docs/bundle.md says: what serving will do, done here to check it."""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import onnxruntime
import pandas as pd

from training.features import Feature, Task
from training.fitted import Answers

Form = Literal["columns", "matrix"]

ELEMENT_TYPES: dict[str, Any] = {
    "tensor(double)": np.float64,
    "tensor(float)": np.float32,
    "tensor(int64)": np.int64,
    "tensor(bool)": np.bool_,
    "tensor(string)": np.str_,
}


def load(model: bytes) -> onnxruntime.InferenceSession:
    """Return a session on one thread; onnxruntime raises its own errors on a model it can't run."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4  # what it complains about is raised as well
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def answer(
    session: onnxruntime.InferenceSession, form: Form, features: list[Feature], rows: pd.DataFrame, task: Task
) -> Answers:
    """Return the model's answers to rows."""
    given = session.run(None, _feed(session, form, features, rows))
    if task == "regression":
        return Answers(np.asarray(given[0]).reshape(-1))
    labels = np.asarray(given[0]).reshape(-1)
    return Answers(labels, np.asarray(given[1], dtype=np.float64) if len(given) > 1 else None)


def _feed(
    session: onnxruntime.InferenceSession, form: Form, features: list[Feature], rows: pd.DataFrame
) -> dict[str, npt.NDArray[Any]]:
    inputs = {node.name: ELEMENT_TYPES[node.type] for node in session.get_inputs()}
    if form == "matrix":
        ((name, element),) = inputs.items()
        return {name: np.column_stack([_cells(rows[f.name], element) for f in features])}
    # A graph may have dropped a feature that the model never looks at.
    return {name: _cells(rows[name], element).reshape(-1, 1) for name, element in inputs.items()}


def _cells(column: pd.Series, element: Any) -> npt.NDArray[Any]:
    if element is np.str_:
        return np.array(["" if pd.isna(value) else value for value in column], dtype=object)
    if element in (np.int64, np.bool_):
        return np.asarray(column).astype(element)
    return np.asarray(column, dtype=np.float64).astype(element)
