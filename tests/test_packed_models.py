"""A person's own estimator, packed and served: over HTTP it answers as scikit-learn does, row by row."""

import subprocess
import sys
from dataclasses import dataclass
from operator import methodcaller
from pathlib import Path

import joblib
import numpy as np
import pandas as pd
import pytest
import requests
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Case:
    """A table with the estimator that is packed for it."""

    name: str
    table: object
    estimator: object
    engine: str
    named: bool = True


def iris():
    """Return iris with its species by name."""
    bunch = load_iris(as_frame=True)
    table = bunch.frame.rename(columns=lambda name: name.replace(" (cm)", "").replace(" ", "_"))
    return table.assign(target=bunch.target_names[bunch.target])


def penguins():
    """Return the penguins with their gaps: measurements and sexes that nobody wrote down."""
    table = pd.read_csv(ROOT / "training" / "data" / "penguins.csv").drop(columns="year")
    return table.rename(columns={"species": "target"})


GAPS = make_pipeline(
    make_column_transformer((OneHotEncoder(), ["island", "sex"]), remainder=SimpleImputer()),
    StandardScaler(),
    LogisticRegression(max_iter=500),
)

CASES = [
    Case("iris", iris(), make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)), "onnx"),
    Case(
        "wine",
        load_wine(as_frame=True).frame,
        RandomForestClassifier(30, random_state=0),
        "onnx",
        named=False,
    ),
    Case("diabetes", load_diabetes(as_frame=True).frame, HistGradientBoostingRegressor(max_iter=50), "onnx"),
    Case(
        "diabetes-logarithm",
        load_diabetes(as_frame=True).frame,
        TransformedTargetRegressor(
            HistGradientBoostingRegressor(max_iter=50), func=np.log1p, inverse_func=np.expm1
        ),
        "onnx",
        named=False,
    ),
    Case(
        "breast-cancer",
        load_breast_cancer(as_frame=True).frame,
        make_pipeline(StandardScaler(), KNeighborsClassifier(5)),
        "",
    ),
    Case(
        "diabetes-roots",
        load_diabetes(as_frame=True).frame,
        make_pipeline(FunctionTransformer(np.cbrt), Ridge(0.1)),
        "sklearn",
    ),
    Case("penguins-gaps", penguins(), GAPS, "sklearn"),
    Case(
        "diabetes-frame",
        load_diabetes(as_frame=True).frame,
        make_pipeline(FunctionTransformer(methodcaller("to_numpy")), Ridge(0.1)),
        "sklearn",
    ),
]


def packed(case, tmp_path):
    """Fit the case's estimator and pack it by the command that a person types."""
    inputs = case.table.drop(columns="target")
    estimator = case.estimator.fit(inputs if case.named else inputs.to_numpy(), case.table["target"])
    joblib.dump(estimator, tmp_path / "model.joblib")
    case.table.to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "requirements.txt").write_text("flask\n# engines: none\n")
    command = [sys.executable, "-m", "training", "pack", tmp_path / "model.joblib"]
    command += ["--data", tmp_path / "rows.csv", "--target", "target", "--name", case.name]
    command += ["--artifacts", tmp_path / "artifacts", "--requirements", tmp_path / "requirements.txt"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return estimator


def ask(base, body):
    """Return the API's answer to a body that must be taken."""
    answer = requests.post(f"{base}/api/predict", json=body, timeout=60)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_http_answers_equal_the_estimators_own(case, tmp_path, serve_artifacts):
    """For every row of the table, within the bundle's tolerance; labels exactly."""
    estimator = packed(case, tmp_path)
    base = serve_artifacts(tmp_path / "artifacts", {"DEFAULT_MODEL": case.name, "ALLOW_PICKLE": "1"})
    inputs = case.table.drop(columns="target")
    rows = inputs.astype(object).where(inputs.notna(), None).to_dict("records")
    card = requests.get(f"{base}/api/model-info", timeout=10).json()["bundle"]
    given = [answer["prediction"] for answer in ask(base, rows)["predictions"]]
    # Alone, a row with a gap has a column that holds nothing else.
    for at, row in [(at, row) for at, row in enumerate(rows) if None in row.values()][:10]:
        assert ask(base, row)["prediction"] == given[at]
    expected = estimator.predict(inputs if case.named else inputs.to_numpy())
    assert card["engine"]["name"] == (case.engine or card["engine"]["name"])
    if card["task"] == "classification":
        assert given == expected.tolist()
    else:
        assert given == pytest.approx(expected.tolist(), abs=card["tolerance"]["absolute"], rel=0)


@pytest.mark.slow
def test_a_model_that_needs_unpickling_waits_for_leave(tmp_path, serve_artifacts):
    """Without ALLOW_PICKLE=1 it is broken and says what to set."""
    packed(CASES[-1], tmp_path)
    base = serve_artifacts(tmp_path / "artifacts", {"DEFAULT_MODEL": CASES[-1].name})
    health = requests.get(f"{base}/api/health", timeout=10)
    assert health.status_code == 503
    assert "ALLOW_PICKLE=1" in health.json()["reason"]
