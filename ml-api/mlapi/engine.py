"""The two engines: ONNX Runtime and scikit-learn, both from verified bytes alone."""

import io
import os
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from mlapi import graph
from mlapi.bundle import Bundle
from mlapi.columns import Columns, Feature


class EngineFault(Exception):
    """A bundle that can't be served by its engine; the message says why."""


class NoAnswer(ValueError):
    """The model refuses values, or has no finite answer to them; `rows` are those that are known."""

    def __init__(
        self, rows: list[int], said: str = "the model has no finite answer for these values"
    ) -> None:
        super().__init__(said)
        self.rows = rows


class Outputs(NamedTuple):
    """predictions: [rows], floats or class labels; probabilities: [rows, classes] or None."""

    predictions: npt.NDArray[Any]
    probabilities: npt.NDArray[Any] | None


Engine = Callable[[Columns], Outputs]


def load_engine(bundle: Bundle, *, allow_pickle: bool) -> Engine:
    """Return the engine that the bundle asks for. Raises EngineFault and BundleFault."""
    if bundle.card["engine"]["name"] == "onnx":
        return _onnx(bundle)
    if not allow_pickle:
        raise EngineFault(
            "is served from model.joblib, and unpickling that runs code: set ALLOW_PICKLE=1 to allow it"
        )
    return _sklearn(bundle)


def _onnx(bundle: Bundle) -> Engine:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    # One row is far too little work to share out, and threads of several libraries get in each other's way.
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 4  # What fails is raised, so that it needn't be printed, with values in it.
    # A graph may keep numbers in files beside it, which nobody verified: none lies in what is no folder.
    options.add_session_config_entry("session.model_external_initializers_file_folder_path", os.devnull)
    model = bundle.model_file("model.onnx")
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        inputs = graph.inputs(bundle.card, session.get_inputs())
        names = graph.outputs(bundle.card, session.get_outputs())
    except graph.Unfit as error:
        raise EngineFault(f"model.onnx {error}") from error
    except Exception as error:  # onnxruntime's errors share no other base.
        raise EngineFault(f"model.onnx can't be loaded ({type(error).__name__})") from error
    failures, outputs = _failures(), _reader(bundle, "model.onnx")
    feed = _matrix_feed if bundle.card["engine"]["form"] == "matrix" else _column_feed

    def run(columns: Columns) -> Outputs:
        try:
            found = session.run(names, feed(inputs, columns))
        except failures as error:  # A graph may fail at some values, as scikit-learn may.
            raise NoAnswer([]) from error
        return outputs(columns, found[0], found[1] if len(found) > 1 else None)

    return run


def _failures() -> tuple[type[Exception], ...]:
    """Return what ONNX Runtime raises; its errors share no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    kinds = [each for each in vars(state).values() if isinstance(each, type)]
    return tuple(each for each in kinds if issubclass(each, Exception))


def _reader(bundle: Bundle, file: str) -> Callable[[Columns, Any, Any], Outputs]:
    """Return what makes outputs of what a model gave, if it is one answer per row; it raises EngineFault."""
    classes = len(bundle.card["output"].get("classes", ()))

    def read(columns: Columns, predictions: Any, probabilities: Any) -> Outputs:
        rows = len(next(iter(columns.values())))
        found = np.asarray(predictions)
        if found.shape not in ((rows,), (rows, 1)):
            raise EngineFault(f"{file} doesn't give one prediction for each row")
        chances = None if probabilities is None else np.asarray(probabilities)
        if chances is not None and chances.shape != (rows, classes):
            raise EngineFault(f"{file} doesn't give one probability for each class that its card lists")
        return Outputs(found.reshape(-1), chances)

    return read


def _column_feed(inputs: list[tuple[str, Any]], columns: Columns) -> dict[str, npt.NDArray[Any]]:
    return {name: _element(columns[name], element).reshape(-1, 1) for name, element in inputs}


def _matrix_feed(inputs: list[tuple[str, Any]], columns: Columns) -> dict[str, npt.NDArray[Any]]:
    ((name, element),) = inputs
    return {name: np.stack([_element(column, element) for column in columns.values()], axis=1)}


def _element(column: npt.NDArray[Any], element: Any) -> npt.NDArray[Any]:
    if element is not np.object_:
        return column.astype(element, copy=False)
    if None not in column.tolist():
        return column
    return np.array(["" if value is None else value for value in column], dtype=object)


def _sklearn(bundle: Bundle) -> Engine:
    estimator = _unpickle(bundle)
    shape = _frame if bundle.card["engine"]["form"] == "frame" else _array
    features = bundle.card["features"]
    chances = getattr(estimator, "predict_proba", None) if bundle.card["task"] == "classification" else None

    outputs = _reader(bundle, "model.joblib")

    def run(columns: Columns) -> Outputs:
        inputs = shape(features, columns)
        try:
            predictions, shares = estimator.predict(inputs), None if chances is None else chances(inputs)
        except (ValueError, TypeError) as error:  # What scikit-learn raises on values that it can't take.
            raise NoAnswer([]) from error
        return outputs(columns, predictions, shares)

    return run


def _unpickle(bundle: Bundle) -> Any:
    pickled = bundle.model_file("model.joblib")
    try:
        import warnings

        import joblib
        import threadpoolctl

        # Arrays are fed on purpose to estimators that were fitted on named columns.
        warnings.filterwarnings("ignore", message="X does not have valid feature names")
        estimator = joblib.load(io.BytesIO(pickled))
        threadpoolctl.threadpool_limits(1)  # As above: one row isn't work for several threads.
    except ImportError as error:
        raise EngineFault(f"needs a package that isn't installed: {error.name}") from error
    except Exception as error:  # A pickle is a program: it can fail in any way.
        raise EngineFault(f"model.joblib can't be unpickled ({type(error).__name__})") from error
    return estimator


def _array(features: list[Feature], columns: Columns) -> npt.NDArray[Any]:
    if all(feature["kind"] != "category" for feature in features):
        return np.stack(list(columns.values()), axis=1)
    table = np.empty((len(next(iter(columns.values()))), len(features)), dtype=object)
    for position, feature in enumerate(features):
        table[:, position] = _natural(feature, columns[feature["name"]])
    return table


def _frame(features: list[Feature], columns: Columns) -> Any:
    import pandas as pd

    return pd.DataFrame({f["name"]: _series(pd, f, columns[f["name"]]) for f in features})


def _series(pd: Any, feature: Feature, column: npt.NDArray[Any]) -> Any:
    # A category of which every value is missing would else become a column of floats.
    return pd.Series(_natural(feature, column), dtype=object if feature["kind"] == "category" else None)


def _natural(feature: Feature, column: npt.NDArray[Any]) -> list[Any]:
    """Return a column's values as a table would hold them: whole numbers, truths, NaN for missing."""
    missing = float("nan")
    if feature["kind"] == "category":
        return [missing if value is None else value for value in column]
    as_read = {"integer": int, "boolean": bool}.get(feature["kind"], float)
    return [missing if value != value else as_read(value) for value in column.tolist()]
