"""Holds the answers of a bundle's verified files against its goldens, and against each other."""

import io
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import joblib
import numpy as np
import pandas as pd

from training import onnx_engine
from training.draw import draw, from_card
from training.features import Feature
from training.fitted import Answers, ask
from training.goldens import class_name
from training.onnx_export import short
from training.parity import compare
from training.rows import to_table
from training.sklearn_engine import FEEDS

Engine = Callable[[pd.DataFrame], Answers]


@dataclass(frozen=True)
class Check:
    """One thing that was looked at."""

    name: str
    passed: bool
    said: str


def answer_checks(card: dict[str, Any], files: dict[str, bytes]) -> Iterator[Check]:
    """Return a check per engine on the goldens, and one of ONNX against scikit-learn on drawn rows.

    files: bytes whose hashes were checked, since one of them is unpickled here.
    """
    features = from_card(card)
    goldens = to_table(features, [golden["input"] for golden in card["goldens"]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # rows hold values never seen in training on purpose
        try:
            reference = _sklearn(card, features, files["model.joblib"])
            yield _check("scikit-learn", card, _expected(card), reference(goldens))
            if "model.onnx" in files:
                converted = _onnx(card, features, files["model.onnx"])
                yield _check("ONNX", card, _expected(card), converted(goldens))
                drawn = draw(features, card["seed"])
                yield _check("parity", card, reference(drawn), converted(drawn))
        except Exception as error:  # a pickle, an estimator and onnxruntime may each raise anything
            yield Check("answers", False, f"{type(error).__name__}: {short(error)}")


def _check(name: str, card: dict[str, Any], expected: Answers, given: Answers) -> Check:
    gap = compare(expected, given, card["task"])
    rows, tolerance = len(expected.predictions), card["tolerance"]["absolute"]
    what = "rows drawn from the ranges" if name == "parity" else "goldens"
    said = f"{gap.agreement() if gap.within(tolerance) else gap} on {rows} {what}, tolerance {tolerance:.1e}"
    return Check(name, gap.within(tolerance), said)


def _expected(card: dict[str, Any]) -> Answers:
    """Return the goldens' answers."""
    goldens = card["goldens"]
    predictions = np.array([golden["prediction"] for golden in goldens], dtype=object)
    if card["task"] == "regression":
        return Answers(predictions.astype(np.float64))
    if "probabilities" not in goldens[0]:
        return Answers(predictions)
    names = [class_name(label) for label in card["output"]["classes"]]
    return Answers(predictions, np.array([[golden["probabilities"][n] for n in names] for golden in goldens]))


def _sklearn(card: dict[str, Any], features: list[Feature], data: bytes) -> Engine:
    estimator = joblib.load(io.BytesIO(data))
    form = card["engine"]["form"]
    if card["engine"]["name"] == "onnx":  # whose form says nothing of the estimator's
        form = "frame" if hasattr(estimator, "feature_names_in_") else "array"
    return lambda rows: ask(estimator, FEEDS[form](features, rows), card["task"])


def _onnx(card: dict[str, Any], features: list[Feature], data: bytes) -> Engine:
    session = onnx_engine.load(data)
    return lambda rows: onnx_engine.answer(session, card["engine"]["form"], features, rows, card["task"])
