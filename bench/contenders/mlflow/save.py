"""Saves the joblib file as an MLflow model: `python save.py MODEL.joblib BUNDLE.json FOLDER`."""

import json
import sys
from pathlib import Path

import joblib
import mlflow
import pandas as pd


def save(model: str, card: str, folder: str) -> None:
    """Write the model as MLflow does by default, with the signature that it infers from the goldens."""
    goldens = json.loads(Path(card).read_text())["goldens"]
    estimator, table = joblib.load(model), pd.DataFrame([golden["input"] for golden in goldens])
    signature = mlflow.models.infer_signature(table, estimator.predict(table))
    # It is served by what is installed: no requirements have to be guessed.
    mlflow.sklearn.save_model(estimator, folder, signature=signature, pip_requirements=[])


if __name__ == "__main__":
    save(*sys.argv[1:])
