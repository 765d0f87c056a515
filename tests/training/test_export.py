"""The gate: an ONNX export counts only where it answers as scikit-learn does."""

import copy
import io
from typing import Any

import joblib
import numpy as np
import onnx
import pandas as pd
import pytest
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.ensemble import (
    GradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
    StackingClassifier,
    VotingRegressor,
)
from sklearn.gaussian_process import GaussianProcessRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    PoissonRegressor,
    Ridge,
    RidgeClassifier,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder, StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeRegressor

from tests.training import models
from tests.training.processes import printed
from training import onnx_engine
from training.export import Exported, ExportError, export
from training.fitted import Fitted
from training.onnx_endless import splits_at_infinity
from training.parity import compare, tolerance
from training.pickling import dumped


def scaled(estimator: Any) -> Any:
    """Return the estimator behind a scaler."""
    return make_pipeline(StandardScaler(), estimator)


def encoded(estimator: Any, encoder: Any) -> Any:
    """Return the estimator behind an encoder of mixed()'s texts and codes, gaps filled."""
    columns = make_column_transformer(
        (encoder, ["colour"]), (SimpleImputer(), ["width"]), ("passthrough", ["rooms", "new", "grade"])
    )
    return make_pipeline(columns, estimator)


def one_hot() -> OneHotEncoder:
    """Return an encoder that takes values it has not seen."""
    return OneHotEncoder(handle_unknown="ignore")


EXPRESSIBLE = {
    "ridge": lambda: models.fitted(Ridge(), models.diabetes()),
    "ridge on an array": lambda: models.fitted(Ridge(), models.diabetes(), by_name=False),
    "one-hot ridge": lambda: models.fitted(encoded(Ridge(), one_hot()), models.mixed()),
    "logistic, texts": lambda: models.fitted(scaled(LogisticRegression(max_iter=500)), models.iris()),
    "logistic, whole numbers": lambda: models.fitted(scaled(LogisticRegression(max_iter=500)), models.wine()),
    "logistic, booleans": lambda: models.fitted(scaled(LogisticRegression(max_iter=500)), models.cancer()),
    "forest": lambda: models.fitted(RandomForestClassifier(20, random_state=0), models.wine()),
    "boosting": lambda: models.fitted(
        GradientBoostingClassifier(n_estimators=20, random_state=0), models.iris()
    ),
    "SVC": lambda: models.fitted(scaled(SVC()), models.wine()),
    "calibrated SVC": lambda: models.fitted(
        scaled(CalibratedClassifierCV(SVC(), ensemble=False)), models.iris()
    ),
    "linear SVC": lambda: models.fitted(LinearSVC(), models.iris()),
    "ridge classifier": lambda: models.fitted(RidgeClassifier(), models.cancer()),
    "neighbours": lambda: models.fitted(scaled(KNeighborsClassifier()), models.wine()),
    "Gaussian process": lambda: models.fitted(GaussianProcessRegressor(alpha=1.0), models.diabetes()),
    "neural network": lambda: models.fitted(
        scaled(MLPRegressor(max_iter=50, random_state=0)), models.diabetes()
    ),
    "naive Bayes": lambda: models.fitted(GaussianNB(), models.iris(), by_name=False),
    "Poisson": lambda: models.fitted(scaled(PoissonRegressor()), models.diabetes()),
    "Poisson on logarithms": lambda: models.fitted(
        make_pipeline(FunctionTransformer(np.log1p), scaled(PoissonRegressor())), length(), by_name=False
    ),
    "one column's root": lambda: models.fitted(
        make_pipeline(
            make_column_transformer(
                (FunctionTransformer(np.sqrt), ["petal width (cm)"]), remainder="passthrough"
            ),
            Ridge(),
        ),
        length(),
    ),
    "a function of two columns, and of none": lambda: models.fitted(
        make_pipeline(
            make_column_transformer(
                (FunctionTransformer(np.log), ["petal width (cm)", "sepal width (cm)"]),
                (FunctionTransformer(), ["sepal length (cm)"]),
            ),
            Ridge(),
        ),
        length(),
    ),
    "ridge on the logarithm": lambda: models.fitted(on_logarithm(scaled(Ridge())), models.diabetes()),
    "ridge on log1p, within a pipeline": lambda: models.fitted(
        scaled(TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1)), models.diabetes()
    ),
    "a target that is not transformed": lambda: models.fitted(
        TransformedTargetRegressor(Ridge()), models.diabetes()
    ),
}
REFUSED = {
    "categories of the trees' own": (
        lambda: models.fitted(
            encoded(
                HistGradientBoostingRegressor(categorical_features=[0], max_iter=20, random_state=0),
                OrdinalEncoder(),
            ),
            models.mixed(),
        ),
        "no exact converter for histogram boosting with categorical features",
    ),
    "a forest behind a scaler": (
        lambda: models.fitted(scaled(RandomForestRegressor(20, random_state=0)), models.diabetes()),
        "off by",
    ),
    "a function": (
        lambda: models.fitted(make_pipeline(FunctionTransformer(np.cbrt), LinearRegression()), length()),
        "no converter for the function cbrt",
    ),
    "a function with arguments": (
        lambda: models.fitted(
            make_pipeline(FunctionTransformer(np.log, kw_args={"dtype": "f8"}), LinearRegression()), length()
        ),
        "no converter for the arguments of log",
    ),
    "a target that a scaler transforms": (
        lambda: models.fitted(
            TransformedTargetRegressor(Ridge(), transformer=StandardScaler()), models.diabetes()
        ),
        "no converter for a target transformed by StandardScaler",
    ),
}


def on_logarithm(estimator: Any) -> Any:
    """Return the estimator with the logarithm of the target to learn."""
    return TransformedTargetRegressor(estimator, func=np.log, inverse_func=np.exp)


def length() -> pd.DataFrame:
    """Return flowers whose petal's length is to be predicted."""
    flowers = models.iris().drop(columns="answer")
    return flowers.rename(columns={"petal length (cm)": "answer"})


def texts() -> pd.DataFrame:
    """Return texts alone, and numbers to predict from them."""
    return models.mixed()[["colour", "answer"]].assign(other="same")


def given(fitted: Fitted, exported: Exported) -> Any:
    """Return what the exported graph answers to the table."""
    session = onnx_engine.load(exported.files["model.onnx"])
    form: Any = exported.engine["form"]
    return onnx_engine.answer(session, form, fitted.features, fitted.table, fitted.task)


@pytest.mark.parametrize("make", EXPRESSIBLE.values(), ids=EXPRESSIBLE.keys())
def test_it_takes_onnx_where_that_agrees_with_scikit_learn(make: Any) -> None:
    """The answers are within the tolerance, the labels equal, the reason says what was compared."""
    fitted = make()
    exported = export(fitted, 0)
    assert exported.engine["name"] == "onnx"
    assert "jittered rows" in exported.engine["reason"]
    gap = compare(fitted.answer(fitted.table), given(fitted, exported), fitted.task)
    assert gap.within(exported.tolerance)
    assert exported.tolerance == tolerance(fitted.task, fitted.target)


@pytest.mark.parametrize(("make", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_it_refuses_what_answers_otherwise(make: Any, why: str) -> None:
    """Scikit-learn serves instead, and the reason names what ONNX got wrong."""
    exported = export(make(), 0)
    assert exported.engine["name"] == "sklearn"
    assert exported.engine["reason"].startswith("ONNX refused: ")
    assert why in exported.engine["reason"]
    assert set(exported.files) == {"model.joblib"}


@pytest.mark.parametrize(
    ("make", "form"),
    [
        pytest.param(REFUSED["a function"][0], "array", id="numbers go as an array"),
        pytest.param(REFUSED["categories of the trees' own"][0], "frame", id="names need a frame"),
    ],
)
def test_scikit_learn_is_fed_frames_only_where_it_needs_them(make: Any, form: str) -> None:
    """A frame brings pandas into the deployment, so an array is tried first."""
    assert export(make(), 0).engine["form"] == form


def test_a_model_fitted_on_an_array_of_objects_is_asked_one() -> None:
    """Its columns have positions and no names."""
    fitted = models.fitted(
        make_pipeline(OrdinalEncoder(), FunctionTransformer(np.cbrt), Ridge()), texts(), by_name=False
    )
    assert export(fitted, 0).engine["form"] == "array"


def test_a_category_that_goes_missing_is_served_one_row_at_a_time() -> None:
    """A row whose only text is missing has no text to tell its column's type by."""
    table = models.mixed()
    table["colour"] = table["colour"].where(np.arange(len(table)) % 5 > 0)
    exported = export(models.fitted(encoded(Ridge(), one_hot()), table), 0)
    assert exported.engine["name"] == "sklearn"


def test_float32_graphs_limit_their_numbers() -> None:
    """Beyond the largest float32 a number would turn infinite in silence."""
    exported = export(EXPRESSIBLE["forest"](), 0)
    assert exported.features is not None
    assert {(each.minimum, each.maximum) for each in exported.features} == {(-3.4e38, 3.4e38)}


def test_float64_graphs_leave_the_features_alone() -> None:
    """There is nothing to limit."""
    assert export(EXPRESSIBLE["ridge"](), 0).features is None


@pytest.mark.parametrize("name", ["SVC", "linear SVC", "ridge classifier"])
def test_a_classifier_without_probabilities_gives_its_label_alone(name: str) -> None:
    """Its decision function must not be taken for probabilities."""
    graph = onnx.load_from_string(export(EXPRESSIBLE[name](), 0).files["model.onnx"]).graph
    assert len(graph.output) == 1
    assert "ZipMap" not in {node.op_type for node in graph.node}


@pytest.mark.parametrize("name", ["one-hot ridge", "forest", "neighbours", "naive Bayes"])
def test_equal_models_have_equal_bytes(name: str) -> None:
    """Nothing in the files follows the clock or chance."""
    assert export(EXPRESSIBLE[name](), 0).files == export(EXPRESSIBLE[name](), 0).files


@pytest.mark.slow
def test_equal_models_have_equal_bytes_whatever_the_hash_seed() -> None:
    """Nothing in the files follows the order of a set."""
    code = (
        "import hashlib\nfrom tests.training.test_export import EXPRESSIBLE, export\n"
        "for name in ('neighbours', 'boosting', 'one-hot ridge'):\n"
        "    print({file: hashlib.sha256(data).hexdigest()"
        " for file, data in export(EXPRESSIBLE[name](), 0).files.items()})"
    )
    (hashes,) = printed(code)
    assert "model.onnx" in hashes


def forest_and_stack() -> list[Any]:
    """Return copies of fitted trees; copying is what leaves stray memory between their fields."""
    wine = models.wine()
    inputs, answers = wine.drop(columns="answer"), wine["answer"]
    boosting = GradientBoostingClassifier(n_estimators=3, random_state=0)
    forest = RandomForestClassifier(5, random_state=0)
    stack = StackingClassifier([("forest", forest), ("boosting", boosting)], GaussianNB(), cv=3)
    return [copy.deepcopy(estimator.fit(inputs, answers)) for estimator in (forest, stack)]


def test_equal_trees_have_equal_bytes_in_every_process() -> None:
    """Nothing in model.joblib is left over in memory, and nothing follows the order of a set."""
    code = (
        "from tests.training.test_export import dumped, forest_and_stack\n"
        "for estimator in forest_and_stack():\n    print(dumped(estimator).hex())"
    )
    here = "".join(f"{dumped(estimator).hex()}\n" for estimator in forest_and_stack())
    assert printed(code) == {here}


@pytest.mark.parametrize("position", [0, 1], ids=["forest", "stack"])
def test_cleaned_trees_are_read_by_joblib_alone_and_answer_alike(position: int) -> None:
    """The serving process has joblib and scikit-learn, and none of this package."""
    estimator = forest_and_stack()[position]
    data = dumped(estimator)
    inputs = models.wine().drop(columns="answer")
    read = joblib.load(io.BytesIO(data))
    np.testing.assert_array_equal(read.predict_proba(inputs), estimator.predict_proba(inputs))
    assert b"training" not in data


def test_what_has_no_trees_is_written_as_joblib_writes_it() -> None:
    """Only the gaps differ."""
    estimator = EXPRESSIBLE["one-hot ridge"]().estimator
    plain = io.BytesIO()
    joblib.dump(estimator, plain, protocol=5)
    assert dumped(estimator) == plain.getvalue()


def renamed(names: dict[str, str]) -> Fitted:
    """Return a one-hot ridge on mixed()'s columns under other names."""
    texts = make_column_transformer((one_hot(), [names["colour"]]), remainder="passthrough")
    table = models.mixed().drop(columns="width").rename(columns=names)
    return models.fitted(make_pipeline(texts, Ridge()), table)


@pytest.mark.parametrize(
    "names",
    [
        pytest.param({"colour": "town of (birth)", "rooms": "house size"}, id="blanks and brackets"),
        pytest.param({"colour": "Größe", "rooms": "a,b", "grade": "2nd"}, id="no identifiers"),
        pytest.param({"colour": "kind", "rooms": "a b", "grade": "a_b"}, id="alike as identifiers"),
        pytest.param({"colour": "kind", "rooms": "a_b", "grade": "a b", "new": "a_b1"}, id="alike again"),
        pytest.param({"colour": "variable 1", "rooms": "variable1"}, id="almost the output's"),
    ],
)
def test_a_graph_calls_its_inputs_what_the_columns_are_called(names: dict[str, str]) -> None:
    """The converter makes identifiers of names, and serving feeds by the features' own."""
    fitted = renamed(names)
    exported = export(fitted, 0)
    assert (exported.engine["name"], exported.engine["form"]) == ("onnx", "columns")
    inputs = onnx.load_from_string(exported.files["model.onnx"]).graph.input
    assert [each.name for each in inputs] == [feature.name for feature in fitted.features]
    gap = compare(fitted.answer(fitted.table), given(fitted, exported), fitted.task)
    assert gap.within(exported.tolerance)


def test_a_graph_may_leave_out_a_column_with_an_odd_name() -> None:
    """What the model drops shifts no other column's name."""
    columns = make_column_transformer((one_hot(), ["town of"]), ("drop", ["a b"]), ("passthrough", ["a_b"]))
    table = models.mixed()[["rooms", "colour", "grade", "answer"]]
    table = table.rename(columns={"rooms": "a b", "colour": "town of", "grade": "a_b"})
    fitted = models.fitted(make_pipeline(columns, Ridge()), table)
    exported = export(fitted, 0)
    assert exported.engine["name"] == "onnx"
    gap = compare(fitted.answer(fitted.table), given(fitted, exported), fitted.task)
    assert gap.within(exported.tolerance)


def test_an_estimator_that_fails_near_its_table_is_refused() -> None:
    """A closed category that was declared open makes the rows that show it."""
    fitted = models.fitted(encoded(Ridge(), OrdinalEncoder()), models.mixed())
    opened = [each if each.name != "colour" else _open(each) for each in fitted.features]
    with pytest.raises(ExportError, match="fails on rows close to its training table"):
        export(_with(fitted, opened), 0)


def _open(feature: Any) -> Any:
    return type(feature)(**{**vars(feature), "open": True})


def _with(fitted: Fitted, features: Any) -> Fitted:
    return Fitted(**{**vars(fitted), "features": features})


@pytest.mark.parametrize(
    "estimator",
    [
        DecisionTreeRegressor(random_state=0),
        make_pipeline(VotingRegressor([("forest", RandomForestRegressor(3, random_state=0))])),
    ],
    ids=["a tree", "a forest in a vote in a pipeline"],
)
def test_a_tree_that_parts_the_missing_from_all_others_is_exported_in_the_end(estimator: Any) -> None:
    """It splits at infinity, where the converter looks for the next double forever."""
    width = np.where(np.arange(60) % 3 == 0, np.nan, 1.0)
    table = pd.DataFrame({"width": width, "answer": np.isnan(width) * 5.0})
    fitted = models.fitted(estimator, table, by_name=False)
    exported = export(fitted, 0)
    assert splits_at_infinity(fitted.estimator)
    assert exported.engine["name"] in ("onnx", "sklearn")
    assert not splits_at_infinity(DecisionTreeRegressor().fit([[0.0], [1.0]], [0.0, 1.0]))


@pytest.mark.parametrize("nested", [False, True], ids=["alone", "in an array of objects"])
def test_equal_texts_are_written_as_one(nested: bool) -> None:
    """Which of them are one object follows what was unpickled before; the bytes must not."""

    def written(*texts: str) -> bytes:
        return dumped(np.array([set(texts[:1]), list(texts)], dtype=object) if nested else list(texts))

    text, equal = "categories", "".join(["cat", "egories"])
    assert text is not equal
    assert written(text, text) == written(text, equal) == written(equal, text)
    assert joblib.load(io.BytesIO(written(text, equal)))[-1] in (text, [text, text])
