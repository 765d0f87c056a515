"""Histogram boosting as ONNX: right beside every threshold, with gaps, links and trees of one leaf."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestRegressor,
    StackingRegressor,
    VotingRegressor,
)
from sklearn.impute import SimpleImputer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

from tests.training import models
from tests.training.processes import printed
from training import onnx_engine
from training.export import Exported, export
from training.fitted import Answers, Fitted
from training.recipes import house_price


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Keep so little work on one core; threads that wait for a busy one take most of the time."""
    with threadpool_limits(1):
        yield


def trees(**own: Any) -> Any:
    """Return a few boosted trees."""
    return HistGradientBoostingRegressor(max_iter=20, random_state=0, **own)


def with_gaps(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with a tenth of its inputs missing."""
    inputs = table.drop(columns="answer")
    missing = np.random.default_rng(0).random(inputs.shape) < 0.1
    return inputs.mask(missing).assign(answer=table["answer"])


def fitted_by_array(estimator: Any, table: pd.DataFrame) -> Fitted:
    """Return the estimator fitted on an array."""
    return models.fitted(estimator, table, by_name=False)


MODELS = {
    "squared errors": lambda: fitted_by_array(trees(), models.diabetes()),
    "absolute errors": lambda: fitted_by_array(trees(loss="absolute_error"), models.diabetes()),
    "a quantile": lambda: fitted_by_array(trees(loss="quantile", quantile=0.9), models.diabetes()),
    "Poisson's link": lambda: fitted_by_array(trees(loss="poisson"), models.diabetes()),
    "gamma's link": lambda: fitted_by_array(trees(loss="gamma"), models.diabetes()),
    "the logarithm of the target": lambda: fitted_by_array(
        TransformedTargetRegressor(trees(), func=np.log, inverse_func=np.exp), models.diabetes()
    ),
    "gaps": lambda: fitted_by_array(trees(), with_gaps(models.diabetes())),
    "trees of one leaf": lambda: fitted_by_array(trees(min_samples_leaf=400), models.diabetes()),
    "names": lambda: models.fitted(trees(), models.diabetes()),
    "a scaler before": lambda: fitted_by_array(make_pipeline(StandardScaler(), trees()), models.diabetes()),
    "an average with a line": lambda: fitted_by_array(
        VotingRegressor([("trees", trees()), ("line", Ridge())]), models.diabetes()
    ),
    "a stack with a line": lambda: fitted_by_array(
        StackingRegressor([("trees", trees()), ("line", Ridge())], cv=3), models.diabetes()
    ),
    "two classes": lambda: fitted_by_array(
        HistGradientBoostingClassifier(max_iter=10, random_state=0),
        models.cancer().assign(answer=lambda t: t["answer"].astype(int)),
    ),
    "three named classes": lambda: fitted_by_array(
        HistGradientBoostingClassifier(max_iter=10, random_state=0), models.iris()
    ),
    "three numbered classes, gaps": lambda: fitted_by_array(
        HistGradientBoostingClassifier(max_iter=10, random_state=0), with_gaps(models.wine())
    ),
}


def answers(fitted: Fitted, exported: Exported, rows: pd.DataFrame) -> Answers:
    """Return what the exported graph answers to rows."""
    session = onnx_engine.load(exported.files["model.onnx"])
    form: Any = exported.engine["form"]
    return onnx_engine.answer(session, form, fitted.features, rows, fitted.task)


def numbers(found: Answers) -> npt.NDArray[np.float64]:
    """Return predictions, or probabilities where there are any."""
    return found.predictions if found.probabilities is None else found.probabilities


@pytest.mark.parametrize("make", MODELS.values(), ids=MODELS.keys())
def test_it_is_exact(make: Any) -> None:
    """Not only within the tolerance: to the last digits, and every label is the same."""
    fitted = make()
    exported = export(fitted, 0)
    assert exported.engine["name"] == "onnx"
    expected, given = fitted.answer(fitted.table), answers(fitted, exported, fitted.table)
    np.testing.assert_allclose(numbers(given), numbers(expected), rtol=1e-12, atol=1e-14)
    if fitted.task == "classification":
        assert given.predictions.tolist() == expected.predictions.tolist()


def test_it_is_exact_beside_every_threshold() -> None:
    """On a threshold and one step of a double to both sides, where single precision sees one number."""
    fitted = MODELS["squared errors"]()
    splits = [
        (int(node["feature_idx"]), float(node["num_threshold"]))
        for (tree,) in fitted.estimator._predictors
        for node in tree.nodes
        if not node["is_leaf"]
    ]
    beside = [
        (at, near)
        for at, split in splits
        for near in (np.nextafter(split, -np.inf), split, np.nextafter(split, np.inf))
    ]
    rows = pd.concat([fitted.table.iloc[[100]]] * len(beside), ignore_index=True)
    for row, (at, value) in enumerate(beside):
        rows.iat[row, at] = value
    expected = fitted.answer(rows).predictions
    assert len(splits) > 100
    assert len(set(expected.tolist())) > 10
    given = answers(fitted, export(fitted, 0), rows).predictions
    np.testing.assert_allclose(given, expected, rtol=1e-12)


def test_a_trees_opset_is_declared_for_it_alone() -> None:
    """What has no such tree keeps the opset that it always had, and with it its bytes."""
    found = {}
    for name, fitted in {
        "trees": MODELS["names"](),
        "line": models.fitted(Ridge(), models.diabetes()),
    }.items():
        graph = onnx.load_from_string(export(fitted, 0).files["model.onnx"])
        onnx.checker.check_model(graph)
        found[name] = {opset.domain: opset.version for opset in graph.opset_import}
    assert found["trees"]["ai.onnx.ml"] == 5
    assert found["line"].get("ai.onnx.ml", 1) < 5


@pytest.mark.parametrize(
    "estimator",
    [
        VotingRegressor([("boosted", trees()), ("forest", RandomForestRegressor(3, random_state=0))]),
        make_pipeline(SimpleImputer(), trees()),
        trees(categorical_features=[1]),
    ],
    ids=["a forest beside it", "an imputer before it", "categories of its own"],
)
def test_it_is_never_written_in_single_precision(estimator: Any) -> None:
    """The gate would let it pass, and a value beside a threshold would fall on the other side."""
    table = models.mixed().drop(columns=["colour", "new", "width"])
    exported = export(fitted_by_array(estimator, table), 0)
    assert exported.engine["name"] == "sklearn"
    assert "float" not in exported.engine["reason"]


def test_categories_of_its_own_are_refused_in_words() -> None:
    """The reason says so; scikit-learn serves them."""
    table = models.mixed().drop(columns=["colour", "new", "width"])
    exported = export(fitted_by_array(trees(categorical_features=[1]), table), 0)
    assert "no exact converter for histogram boosting with categorical features" in exported.engine["reason"]


def test_equal_trees_have_equal_bytes() -> None:
    """Nothing in the graph follows the converter's history."""
    first, second = (export(MODELS["the logarithm of the target"](), 0).files for _ in range(2))
    assert first["model.onnx"] == second["model.onnx"]


def priced() -> Fitted:
    """Return the model of the house prices, fitted on some of them."""
    table = pd.read_csv(house_price.TABLE).head(400).rename(columns={"price": "answer"})
    (model,) = house_price.candidates(house_price.HOUSE_PRICE.columns, 0).values()
    return fitted_by_array(model, table)


@pytest.mark.slow
def test_equal_trees_have_equal_bytes_in_every_process() -> None:
    """Whatever the order of sets is there, as for the bundle that ships."""
    code = (
        "import hashlib\nfrom tests.training.test_onnx_boosting import export, priced, threadpool_limits\n"
        "with threadpool_limits(1):\n    files = export(priced(), 0).files\n"
        "print({file: hashlib.sha256(data).hexdigest() for file, data in files.items()})"
    )
    (hashes,) = printed(code)
    assert "model.onnx" in hashes
