"""Runs in MLflow's own environment: saves an estimator as MLflow does, and asks a server as its clients do.

python mlflow_peer.py save MODEL.joblib ROWS.json FOLDER
python mlflow_peer.py ask ROWS.json PORT...
"""

import json
import sys
from pathlib import Path
from typing import Any

import pandas as pd


def save(model: str, rows: str, folder: str) -> None:
    """Write an MLflow model with the signature that MLflow infers from the rows."""
    import joblib
    import mlflow

    estimator, table = joblib.load(model), pd.read_json(rows)
    signature = mlflow.models.infer_signature(table, estimator.predict(table))
    mlflow.sklearn.save_model(
        estimator, folder, signature=signature, serialization_format="cloudpickle", pip_requirements=[]
    )


def ask(rows: str, *ports: str) -> None:
    """Print what MLflow's scoring client gets from each server: its version, and predictions of the rows."""
    table = pd.DataFrame(json.loads(Path(rows).read_text()))
    print(json.dumps([_ask(int(port), table) for port in ports]))


def _ask(port: int, table: pd.DataFrame) -> dict[str, Any]:
    from mlflow.pyfunc.scoring_server.client import ScoringServerClient

    client = ScoringServerClient("127.0.0.1", port)
    client.wait_server_ready(timeout=30)
    answers = client.invoke(table, params={"passed": "over"})
    return {"version": client.get_version(), "predictions": answers["predictions"]}


if __name__ == "__main__":
    {"save": save, "ask": ask}[sys.argv[1]](*sys.argv[2:])
