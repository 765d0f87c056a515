"""Which contributions are exact, for which model."""

from typing import Any

import numpy as np
import pytest
from sklearn.compose import make_column_transformer
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler
from sklearn.svm import LinearSVC

from tests.training import models
from training.explain import explain


def one_hot_ridge() -> Any:
    """Return a sum of one function per column of mixed()."""
    columns = make_column_transformer(
        (OneHotEncoder(), ["colour", "grade"]), (SimpleImputer(), ["rooms", "width"])
    )
    return make_pipeline(columns, Ridge())


def wide() -> Any:
    """Return diabetes with 13 inputs."""
    random = np.random.default_rng(0)
    return models.diabetes().assign(**{name: random.normal(size=442) for name in ("a", "b", "c")})


CASES = {
    "a linear model": (Ridge(), models.diabetes, "additive", "output"),
    "encoded texts and gaps": (one_hot_ridge(), models.mixed, "additive", "output"),
    "many inputs, additive": (Ridge(), wide, "additive", "output"),
    "a link": (make_pipeline(StandardScaler(), PoissonRegressor()), models.diabetes, "shapley", "output"),
    "products of inputs": (
        make_pipeline(PolynomialFeatures(2), Ridge()),
        models.diabetes,
        "shapley",
        "output",
    ),
    "many inputs, a forest": (RandomForestRegressor(5, random_state=0), wide, "none", "output"),
    "few inputs, three classes": (LogisticRegression(max_iter=999), models.iris, "shapley", "probability"),
    "many inputs, three classes": (LogisticRegression(), models.wine, "none", "probability"),
    "many inputs, two classes": (
        make_pipeline(StandardScaler(), LogisticRegression()),
        models.cancer,
        "additive",
        "log-odds",
    ),
    "many inputs, two classes, a forest": (
        RandomForestClassifier(5, random_state=0),
        models.cancer,
        "none",
        "probability",
    ),
    "no probabilities": (LinearSVC(), models.iris, "none", "probability"),
}


@pytest.mark.parametrize(("estimator", "table", "method", "scale"), CASES.values(), ids=CASES.keys())
def test_it_finds_the_cheapest_exact_method(estimator: Any, table: Any, method: str, scale: str) -> None:
    """Additive where single changes add up, Shapley where inputs are few, else none."""
    said = explain(models.fitted(estimator, table()))
    assert (said["method"], said["scale"]) == (method, scale)
    assert said["reason"]
