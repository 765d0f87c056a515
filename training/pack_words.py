"""What a packed model's card says in words, where its owner says nothing."""

from pathlib import Path
from typing import Any

import sklearn

from training.fitted import Fitted
from training.sealed import sha256
from training.user_model import UserModel


def title(name: str) -> str:
    """Return a model's name as a line for people."""
    return name.replace("-", " ").capitalize()


def description(fitted: Fitted) -> str:
    """Return what the model is, from what is known of it."""
    inputs = "one input" if len(fitted.features) == 1 else f"{len(fitted.features)} inputs"
    model = type(fitted.estimator).__name__
    return f"Predicts {fitted.output.name} from {inputs}. Packed from a fitted {model}."


def data_said(path: Path, rows: int, source: str | None, licence: str, synthetic: bool) -> dict[str, Any]:
    """Return the `data` of bundle.json."""
    return {
        "source": source or path.name,
        "licence": licence,
        "rows": rows,
        "sha256": sha256(path.read_bytes()),
        "synthetic": synthetic,
        "note": "Supplied by the person who packed the model.",
    }


def limitations(fitted: Fitted, model: UserModel, licence: str) -> list[str]:
    """Return what is not known of a model that came as a file."""
    said = [
        "Inputs, ranges and categories were inferred from a table and from how the model behaves there; "
        "nobody has declared them.",
        "How the model does for one group of people or another was not examined.",
    ]
    if fitted.task == "regression":
        said.append("The interval holds on average over rows like those of the table, and not under drift.")
    elif hasattr(fitted.estimator, "predict_proba"):
        said.append(
            "Probabilities are the model's own; how far they can be trusted shows in the calibration plot."
        )
    if licence == "unknown":
        said.append("The licence of the data is unknown.")
    if model.other_version:
        said.append(
            f"The model was saved by scikit-learn {model.other_version} and packed by {sklearn.__version__}, "
            "which does not promise equal answers."
        )
    return said
