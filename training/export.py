"""Decides how a model is served: by ONNX where the export is proven right, else by scikit-learn."""

import warnings
from dataclasses import dataclass, replace

from training import onnx_engine
from training.features import Feature
from training.fitted import Answers, Fitted
from training.onnx_export import Candidate, Refused, candidates, convert, short
from training.pickling import dumped
from training.sklearn_engine import FEEDS
from training.trial import ExportError, Trial, fault_of, put_to_trial

__all__ = ["ExportError", "Exported", "export"]

FLOAT32_MOST = 3.4e38


@dataclass(frozen=True, kw_only=True)
class Exported:
    """engine: as in bundle.json; files: name to bytes; tolerance: absolute, in the prediction's unit.

    features: replace the model's own, since a float32 graph needs hard limits; None where nothing changed.
    """

    engine: dict[str, str]
    files: dict[str, bytes]
    tolerance: float
    features: list[Feature] | None = None


def export(fitted: Fitted, seed: int) -> Exported:
    """Return the files and the engine that serves them.

    ONNX is taken only where it agrees with scikit-learn on the training table, on rows around it and on
    rows drawn from the ranges: numbers and probabilities within the tolerance, labels exactly. Raises
    ExportError where neither ONNX nor scikit-learn itself can be fed what serving has.
    """
    pickled = dumped(fitted.estimator)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # values never seen in training are asked for on purpose
        trial = put_to_trial(fitted, seed)
        refusals: dict[str, list[str]] = {}
        for candidate in candidates(fitted):
            try:
                return _by_onnx(trial, candidate, pickled)
            except Refused as refusal:
                refusals.setdefault(str(refusal), []).append(str(candidate))
        said = "; ".join(f"{' and '.join(of)}: {why}" for why, of in refusals.items())
        return _by_sklearn(trial, said, pickled)


def _by_onnx(trial: Trial, candidate: Candidate, pickled: bytes) -> Exported:
    """Return the export through a candidate; raises Refused."""
    model = convert(trial.fitted, candidate)
    features = _limited(trial.fitted.features) if candidate.precision == "float" else trial.fitted.features
    gap = trial.gap(_onnx_answers(trial, candidate, model))
    if not gap.within(trial.tolerance):
        raise Refused(str(gap))
    return Exported(
        engine={
            "name": "onnx",
            "form": candidate.form,
            "reason": f"{gap.agreement()} on {trial.rows_in_words()}",
        },
        files={"model.joblib": pickled, "model.onnx": model},
        tolerance=trial.tolerance,
        features=features if features != trial.fitted.features else None,
    )


def _onnx_answers(trial: Trial, candidate: Candidate, model: bytes) -> Answers:
    fitted = trial.fitted
    try:
        session = onnx_engine.load(model)
        return onnx_engine.answer(session, candidate.form, fitted.features, trial.rows, fitted.task)
    except Exception as error:  # onnxruntime's errors share no other base
        raise Refused(f"onnxruntime: {short(error)}") from error


def _limited(features: list[Feature]) -> list[Feature]:
    """Return the features with the hard limits of float32, beyond which a number turns infinite."""
    return [
        _within_float32(feature) if feature.kind in ("number", "integer") else feature for feature in features
    ]


def _within_float32(feature: Feature) -> Feature:
    low = -FLOAT32_MOST if feature.minimum is None else max(feature.minimum, -FLOAT32_MOST)
    high = FLOAT32_MOST if feature.maximum is None else min(feature.maximum, FLOAT32_MOST)
    return replace(feature, minimum=low, maximum=high)


def _by_sklearn(trial: Trial, refusals: str, pickled: bytes) -> Exported:
    """Return the joblib export in the first form that scikit-learn answers in alike."""
    faults = []
    for form in FEEDS:
        fault = fault_of(trial, form)
        if fault is None:
            return Exported(
                engine={"name": "sklearn", "form": form, "reason": f"ONNX refused: {refusals}"},
                files={"model.joblib": pickled},
                tolerance=trial.tolerance,
            )
        faults.append(f"{form}: {fault}")
    raise ExportError("the estimator can't be served from JSON values", *faults, f"ONNX refused: {refusals}")
