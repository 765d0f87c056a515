"""A bundle's estimator as an MLflow model, so that `models:/NAME@champion` loads."""

from importlib import metadata
from pathlib import Path
from typing import Any

TYPES = {"number": "double", "integer": "long", "boolean": "boolean"}
PACKAGES = ("scikit-learn", "numpy", "joblib")


def save(estimator: Any, card: dict[str, Any], folder: Path) -> None:
    """Write MLflow's own files; its pickle holds the same estimator as the bundle's model.joblib."""
    import mlflow.sklearn
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    inputs = [
        ColSpec(_type(feature), feature["name"], required=not feature["nullable"])
        for feature in card["features"]
    ]
    mlflow.sklearn.save_model(
        estimator,
        folder,
        signature=ModelSignature(inputs=Schema(inputs)),
        serialization_format="cloudpickle",
        pip_requirements=[f"{name}=={metadata.version(name)}" for name in (*PACKAGES, "cloudpickle")],
    )


def _type(feature: dict[str, Any]) -> str:
    """Return MLflow's type of a feature; categories may be texts or whole numbers."""
    if feature["kind"] != "category":
        return TYPES[feature["kind"]]
    return "long" if feature["values"] and isinstance(feature["values"][0], int) else "string"
