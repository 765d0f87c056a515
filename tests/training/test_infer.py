"""What pack finds out about a model from its table, and by asking it."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, OrdinalEncoder
from sklearn.tree import DecisionTreeClassifier

from tests.training import models
from training.features import Feature
from training.infer import held_out, infer
from training.infer_columns import InferenceFault
from training.infer_target import Target
from training.user_model import UserModel
from training.user_table import plain


def house(encoder: Any, coded: list[str] | None = None) -> Any:
    """Return a model of mixed() with an encoder for its categories."""
    columns = make_column_transformer(
        (encoder, coded or ["colour"]), (SimpleImputer(), ["width"]), ("passthrough", ["rooms", "new"])
    )
    return make_pipeline(columns, Ridge())


def features(estimator: Any, table: pd.DataFrame | None = None) -> dict[str, Feature]:
    """Return the features inferred of a model of mixed()."""
    fitted = models.fitted(estimator, models.mixed() if table is None else table)
    return {feature.name: feature for feature in fitted.features}


def test_the_type_of_a_column_is_its_kind() -> None:
    """Texts, truths, whole numbers and numbers."""
    found = features(house(OneHotEncoder(handle_unknown="ignore")))
    assert {name: each.kind for name, each in found.items()} == {
        "colour": "category",
        "new": "boolean",
        "rooms": "integer",
        "grade": "integer",
        "width": "number",
    }
    assert (found["rooms"].low, found["rooms"].high) == (1, 8)
    assert found["colour"].values == ("blue", "green", "red")


@pytest.mark.parametrize(
    ("encoder", "is_open"),
    [
        pytest.param(OneHotEncoder(handle_unknown="ignore"), True, id="takes others"),
        pytest.param(OneHotEncoder(), False, id="refuses others"),
        pytest.param(OrdinalEncoder(), False, id="refuses others, in order"),
    ],
)
def test_a_category_is_closed_where_the_model_refuses_others(encoder: Any, is_open: bool) -> None:
    """It is asked a text that it can't know."""
    assert features(house(encoder))["colour"].open is is_open


def test_whole_numbers_that_the_model_takes_as_codes_are_a_closed_category() -> None:
    """It refuses a number between two that it knows."""
    grade = features(house(OneHotEncoder(), ["colour", "grade"]))["grade"]
    assert (grade.kind, grade.values, grade.open) == ("category", (2, 3, 5), False)


def test_only_what_has_gaps_in_the_table_is_nullable() -> None:
    """What a model makes of a gap that it never saw is a guess."""
    found = features(house(OneHotEncoder()))
    assert [name for name, each in found.items() if each.nullable] == ["width"]


def test_a_number_gets_a_limit_where_the_model_has_no_answer_beyond() -> None:
    """The logarithm ends at minus one; 0 is the natural end above that."""
    table = models.iris().drop(columns="answer").rename(columns={"petal length (cm)": "answer"})
    found = features(make_pipeline(FunctionTransformer(np.log1p), LinearRegression()), table)
    assert found["petal width (cm)"].minimum == 0
    assert found["petal width (cm)"].maximum is None


def test_the_example_is_a_real_and_typical_row() -> None:
    """The one nearest to the medians."""
    fitted = models.fitted(Ridge(), models.diabetes())
    assert fitted.example is not None
    assert fitted.example in fitted.table.to_dict("records")
    assert abs(float(fitted.example["bmi"] or 0) - fitted.table["bmi"].median()) < 0.05


@pytest.mark.parametrize("by_name", [True, False], ids=["a frame", "an array"])
def test_it_feeds_the_model_as_it_was_fitted(by_name: bool) -> None:
    """With column names or without."""
    assert models.fitted(Ridge(), models.diabetes(), by_name=by_name).by_name is by_name


@pytest.mark.parametrize(
    ("table", "classes"),
    [
        pytest.param(models.iris(), ("setosa", "versicolor", "virginica"), id="texts"),
        pytest.param(models.wine(), (0, 1, 2), id="whole numbers"),
        pytest.param(models.cancer(), (False, True), id="booleans"),
        pytest.param(
            models.wine().assign(answer=models.wine()["answer"] * 1.0), (0, 1, 2), id="whole floats"
        ),
    ],
)
def test_classes_are_what_json_has(table: pd.DataFrame, classes: tuple[Any, ...]) -> None:
    """In the estimator's order, in plain types."""
    found = models.fitted(DecisionTreeClassifier(max_depth=2), table).output.classes
    assert found == classes
    assert [type(each) for each in found] == [type(each) for each in classes]


def faulty(table: pd.DataFrame, target: str = models.TARGET, estimator: Any = None) -> str:
    """Return what inferring a model of mixed() from another table is refused with."""
    fitted = models.fitted(estimator or house(OneHotEncoder()), models.mixed())
    with pytest.raises(InferenceFault) as caught:
        infer(UserModel(fitted.estimator, fitted.task), table, Target(target))
    return str(caught.value)


REFUSALS = {
    "no target": (
        lambda: faulty(models.mixed(), "price"),
        "the table has no column 'price' to be the target",
    ),
    "columns missing": (
        lambda: faulty(models.mixed().rename(columns={"rooms": "room_count"}).drop(columns="new")),
        "fitted with columns that the table lacks: new, rooms",
    ),
    "other columns": (
        lambda: faulty(models.mixed().rename(columns={"rooms": "room_count"})),
        "the table has others, which the model does not know: room_count",
    ),
    "gaps in the target": (
        lambda: faulty(models.mixed().assign(answer=np.nan)),
        "the target 'answer' is missing in 200 rows",
    ),
    "a target of texts": (
        lambda: faulty(models.mixed().assign(answer="high")),
        "the model predicts numbers, but the target 'answer' does not hold finite numbers",
    ),
    "nothing in a column": (
        lambda: faulty(models.mixed().assign(width=np.nan)),
        "'width' holds no value at all",
    ),
    "infinite numbers": (
        lambda: faulty(models.mixed().assign(width=np.inf)),
        "'width' holds infinite numbers",
    ),
    "whole numbers that JSON readers round": (
        lambda: faulty(models.mixed().assign(rooms=2**60)),
        "'rooms' holds whole numbers beyond 2^53 - 1",
    ),
    "dates": (
        lambda: faulty(models.mixed().assign(new=pd.Timestamp("2026-01-01"))),
        "'new' holds Timestamp values; an input is numbers, booleans or texts",
    ),
    "a long text": (lambda: faulty(models.mixed().assign(colour="red" * 100)), "over 200 characters"),
    "too many texts": (
        lambda: faulty(pd.concat([models.mixed()] * 6).assign(colour=[f"c{n}" for n in range(1200)])),
        "1,200 different texts; a category has 1,000 at most",
    ),
    "a text that the model refuses": (
        lambda: faulty(models.mixed().assign(colour="violet")),
        "the model does not answer its own table: ValueError",
    ),
}


@pytest.mark.parametrize(("refused", "words"), REFUSALS.values(), ids=REFUSALS.keys())
def test_a_table_that_does_not_fit_is_refused_in_words(refused: Any, words: str) -> None:
    """Every refusal says what is wrong."""
    assert words in refused()


def test_every_fault_is_named_at_once() -> None:
    """A person fixes all of them in one go."""
    said = faulty(models.mixed().assign(width=np.nan, rooms=np.inf))
    assert "'width'" in said
    assert "'rooms'" in said


def test_gaps_that_the_model_refuses_are_named() -> None:
    """The columns with gaps are the first suspects."""
    fitted = models.fitted(Ridge(), models.diabetes())
    table = models.diabetes()
    table.loc[3, "bmi"] = np.nan
    with pytest.raises(InferenceFault, match="values are missing in bmi, which the model may not take"):
        infer(UserModel(fitted.estimator, "regression"), table, Target("answer"))


def test_a_model_without_names_needs_as_many_columns_as_it_was_fitted_on() -> None:
    """Order is all that such a model knows."""
    fitted = models.fitted(Ridge(), models.diabetes(), by_name=False)
    with pytest.raises(InferenceFault, match=r"takes 10 inputs(.|\n)*the table has 11 columns"):
        infer(UserModel(fitted.estimator, "regression"), models.diabetes().assign(id=1), Target("answer"))


def test_classes_that_the_model_does_not_know_are_named() -> None:
    """Also where they differ in type alone."""
    fitted = models.fitted(LogisticRegression(max_iter=999), models.iris())
    table = models.iris().assign(answer="daisy")
    with pytest.raises(InferenceFault, match=r"'daisy'(.|\n)*'setosa', 'versicolor', 'virginica'"):
        infer(UserModel(fitted.estimator, "classification"), table, Target("answer"))


def test_several_targets_at_once_are_refused() -> None:
    """A bundle has one answer."""
    table = models.diabetes()
    estimator = Ridge().fit(table.drop(columns="answer"), table[["answer", "bmi"]])
    with pytest.raises(InferenceFault, match="several targets at once"):
        infer(UserModel(estimator, "regression"), table, Target("answer"))


def test_a_target_that_was_a_frame_of_one_column_is_one_target() -> None:
    """Such a model answers [rows, 1]."""
    table = models.diabetes()
    estimator = LinearRegression().fit(table.drop(columns="answer"), table[["answer"]])
    fitted = infer(UserModel(estimator, "regression"), table, Target("answer"))
    assert fitted.answer(fitted.table).predictions.shape == (442,)


@pytest.mark.parametrize("by_name", [True, False], ids=["a frame", "an array"])
def test_test_rows_are_taken_by_name(by_name: bool) -> None:
    """In the order of the model's own table, without what it does not use."""
    table = models.diabetes()
    fitted = models.fitted(Ridge(), table, by_name=by_name)
    test = held_out(UserModel(fitted.estimator, "regression"), table.iloc[:, ::-1].assign(id=1), fitted)
    assert list(test.inputs) == list(fitted.table)
    assert np.array_equal(test.fed(), fitted.inputs(fitted.table))


def test_all_that_test_rows_lack_is_named() -> None:
    """The target as well."""
    fitted = models.fitted(Ridge(), models.diabetes(), by_name=False)
    table = models.diabetes().drop(columns=["sex", "answer"]).rename(columns={"bmi": "mass"})
    with pytest.raises(InferenceFault, match="the test rows lack columns of the table: sex, bmi, answer"):
        held_out(UserModel(fitted.estimator, "regression"), table, fitted)


def test_test_rows_that_the_model_refuses_are_refused_in_words() -> None:
    """Not as its own table."""
    fitted = models.fitted(house(OneHotEncoder()), models.mixed())
    table = models.mixed().assign(colour="violet")
    with pytest.raises(InferenceFault, match="the model does not answer the test rows: ValueError"):
        held_out(UserModel(fitted.estimator, "regression"), table, fitted)


@pytest.mark.parametrize(
    ("column", "kind"),
    [
        pytest.param(pd.Series([1, 2, None], dtype="Int64"), "f", id="whole numbers with gaps"),
        pytest.param(pd.Series([1, 2], dtype="Int64"), "i", id="whole numbers"),
        pytest.param(pd.Series([True, False], dtype="boolean"), "b", id="booleans"),
        pytest.param(pd.Series([True, None], dtype="boolean"), "O", id="booleans with gaps"),
        pytest.param(pd.Series(["a", "b"], dtype="category"), "O", id="categories"),
        pytest.param(pd.Series([1.5, None], dtype="Float64"), "f", id="numbers with gaps"),
    ],
)
def test_pandas_own_types_become_plain(column: pd.Series, kind: str) -> None:
    """As rows from JSON are."""
    assert plain(column).dtype.kind == kind


@pytest.mark.parametrize("name", ["self", "house size", "a,b", "Größe", "instances"])
def test_a_column_may_have_any_name(name: str) -> None:
    """Also one that means something in Python."""
    table = models.mixed().rename(columns={"rooms": name})
    columns = make_column_transformer((SimpleImputer(), ["width"]), ("passthrough", [name, "new"]))
    assert features(make_pipeline(columns, Ridge()), table)[name].kind == "integer"
