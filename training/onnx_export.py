"""Converts an estimator to ONNX, in each form that serving can feed."""

import re
import warnings
from dataclasses import dataclass
from typing import Any, Literal

import onnx
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import (
    DoubleTensorType,
    FloatTensorType,
    Int64TensorType,
    StringTensorType,
)
from skl2onnx.common.onnx_optimisation_identity import onnx_remove_node_identity

from training.features import Feature
from training.fitted import Fitted
from training.onnx_converters import arguments, holds_boosting
from training.onnx_endless import splits_at_infinity
from training.onnx_engine import Form
from training.onnx_settle import settle
from training.onnx_trees import declare

Precision = Literal["double", "float"]
NUMBERS: dict[Precision, Any] = {"double": DoubleTensorType, "float": FloatTensorType}
REASON_LENGTH = 140
UNSAID = re.compile(r" ?at 0x[0-9a-f]+|\[ONNXRuntimeError\] : \d+ : \w+ : ")


class Refused(Exception):
    """A candidate could not be had; says why in a line."""


@dataclass(frozen=True)
class Candidate:
    """One way to write the model down; exact_trees: histogram boosting in doubles throughout."""

    form: Form
    precision: Precision
    exact_trees: bool = False

    def __str__(self) -> str:
        """Name the candidate as reasons do."""
        return f"{self.form}/{self.precision}" + ("/exact trees" if self.exact_trees else "")


def candidates(fitted: Fitted) -> list[Candidate]:
    """Return the candidates in the order of preference; a matrix needs columns of one type."""
    mixed = any(feature.kind == "category" for feature in fitted.features)
    forms: tuple[Form, ...] = ("columns",) if mixed else ("matrix", "columns")
    # Single precision takes a value beside a threshold for one on it, which no trial of rows would show.
    if holds_boosting(fitted.estimator):
        return [Candidate(form, "double", exact_trees=True) for form in forms]
    return [Candidate(form, precision) for form in forms for precision in NUMBERS]


def convert(fitted: Fitted, candidate: Candidate) -> bytes:
    """Return the estimator as ONNX, or raise Refused."""
    if candidate.precision == "double" and splits_at_infinity(fitted.estimator):
        raise Refused("no converter in doubles for a tree that splits at infinity")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the converters' own deprecations
            model, names = _converted(fitted, candidate)
    except Exception as error:  # converters raise whatever the estimator's insides provoke
        raise Refused(short(error)) from error
    # A classifier without probabilities would give its decision function where probabilities belong.
    del model.graph.output[2 if _has_probabilities(fitted) else 1 :]
    if candidate.exact_trees:
        declare(model)
    settle(model, names)
    return bytes(model.SerializeToString(deterministic=True))


def _converted(fitted: Fitted, candidate: Candidate) -> tuple[onnx.ModelProto, dict[str, str]]:
    """Return the model, and what its inputs were called before the converter made identifiers of them."""

    def convert_with(options: dict[int, Any] | None) -> tuple[onnx.ModelProto, dict[str, str]]:
        model, topology = convert_sklearn(
            fitted.estimator,
            name="tandem",  # the default is a random name
            initial_types=_inputs(fitted.features, candidate),
            options=options,
            intermediate=True,
            **arguments(exact_trees=candidate.exact_trees),
        )
        # The topology alone knows the names, and who asks for it is given a model still to be optimised.
        names = {each.onnx_name: each.raw_name for each in topology.scopes[0].input_variables}
        return onnx_remove_node_identity(model), names

    if fitted.task == "regression":
        return convert_with(None)
    try:
        return convert_with({id(fitted.estimator): {"zipmap": False}})
    except NameError:  # the classifier's converter has no such option, and no ZipMap either
        return convert_with(None)


def short(error: Exception) -> str:
    """Return an error's first line, without addresses in memory, so that reasons repeat."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    said = UNSAID.sub("", lines[0]) if lines else type(error).__name__
    return said if len(said) <= REASON_LENGTH else said[: REASON_LENGTH - 1] + "…"


def _inputs(features: list[Feature], candidate: Candidate) -> list[tuple[str, Any]]:
    number = NUMBERS[candidate.precision]
    if candidate.form == "matrix":
        return [("features", number([None, len(features)]))]
    return [(feature.name, _element(feature, number)([None, 1])) for feature in features]


def _element(feature: Feature, number: Any) -> Any:
    if feature.kind != "category":
        return number
    if isinstance(next(iter(feature.values), ""), str):
        return StringTensorType
    # An Int64 can't be missing, a float can.
    return number if feature.nullable else Int64TensorType


def _has_probabilities(fitted: Fitted) -> bool:
    return fitted.task == "classification" and hasattr(fitted.estimator, "predict_proba")
