"""What pack accepts as a model."""

import pickle
import warnings
from pathlib import Path
from typing import Any

import joblib
import pytest
from sklearn.cluster import KMeans
from sklearn.ensemble import IsolationForest
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from tests.training import models
from training.user_model import ModelFault, load, packages

ROWS = models.diabetes().drop(columns="answer")
TARGET = models.diabetes()["answer"]


class Missing:
    """A class that is gone when its pickle is read."""


def saved(tmp_path: Path, content: Any) -> Path:
    """Return a file that holds an object."""
    joblib.dump(content, tmp_path / "model.joblib")
    return tmp_path / "model.joblib"


@pytest.mark.parametrize(
    ("estimator", "task"),
    [
        pytest.param(Ridge().fit(ROWS, TARGET), "regression", id="bare"),
        pytest.param(make_pipeline(StandardScaler(), Ridge()).fit(ROWS, TARGET), "regression", id="pipeline"),
        pytest.param(LogisticRegression().fit(ROWS, TARGET > 150), "classification", id="classifier"),
        pytest.param(GridSearchCV(Ridge(), {"alpha": [1, 2]}).fit(ROWS, TARGET), "regression", id="search"),
    ],
)
def test_it_tells_a_fitted_model_s_task(tmp_path: Path, estimator: Any, task: str) -> None:
    """Whatever it is wrapped in."""
    assert load(saved(tmp_path, estimator)).task == task


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(Ridge(), "Ridge is not fitted", id="not fitted"),
        pytest.param(
            make_pipeline(StandardScaler(), Ridge()), "Pipeline is not fitted", id="pipeline not fitted"
        ),
        pytest.param(KMeans(2).fit(ROWS), "KMeans is neither a classifier nor a regressor", id="clusterer"),
        pytest.param(
            IsolationForest(n_estimators=5).fit(ROWS),
            "neither a classifier nor a regressor",
            id="outlier detector",
        ),
        pytest.param(Ridge, "the file holds the class Ridge, not a fitted estimator of it", id="class"),
        pytest.param({"model": Ridge()}, "the file holds no scikit-learn estimator but a dict", id="dict"),
    ],
)
def test_anything_else_is_refused_in_words(tmp_path: Path, content: Any, words: str) -> None:
    """And by name."""
    with pytest.raises(ModelFault, match=words):
        load(saved(tmp_path, content))


def test_a_file_that_is_no_pickle_is_refused(tmp_path: Path) -> None:
    """Its name and what went wrong are said."""
    path = tmp_path / "model.joblib"
    path.write_bytes(b"not a pickle")
    with pytest.raises(ModelFault, match=r"model\.joblib can't be unpickled"):
        load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """With its path."""
    with pytest.raises(ModelFault, match="there is no file"):
        load(tmp_path / "none.joblib")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(b"Missing", b"Vanished"[:7], "needs a class that can't be found", id="class"),
        pytest.param(b"tests.training", b"tests.trainers", "needs the package tests.trainers", id="package"),
    ],
)
def test_a_custom_class_that_is_not_there_is_named(
    tmp_path: Path, before: bytes, after: bytes, words: str
) -> None:
    """What to do is said too."""
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(Missing()).replace(before, after))
    with pytest.raises(ModelFault, match=words):
        load(path)


def test_a_model_of_another_scikit_learn_is_loaded_and_told(tmp_path: Path) -> None:
    """It may answer otherwise; the person decides."""
    path = tmp_path / "model.pkl"
    data = pickle.dumps(Ridge().fit(ROWS, TARGET))
    path.write_bytes(data.replace(b"1.9.1", b"1.9.0"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert load(path).other_version == "1.9.0"


def test_packages_beyond_scikit_learn_are_named() -> None:
    """A deployment needs them to unpickle the model."""
    custom = make_pipeline(FunctionTransformer(models.plain_copy), Ridge())
    assert packages(custom) == ("tests",)
    assert packages(Ridge()) == ()
