"""Goldens: few rows, unlike each other, with scikit-learn's own answers."""

import json

import numpy as np
import pytest

from tests.training import fits
from training.features import JsonValue
from training.fitted import Fitted
from training.goldens import choose
from training.rows import to_rows, to_table

MODELS = [
    pytest.param(fits.regression(), id="regression"),
    pytest.param(fits.classification(), id="classes"),
    pytest.param(fits.classification((0, 1, 2)), id="integer classes"),
    pytest.param(fits.classification((False, True)), id="boolean classes"),
]


@pytest.mark.parametrize("fitted", MODELS)
def test_they_cover_what_the_table_holds(fitted: Fitted) -> None:
    """Each number's ends, every category, a missing value and every class are there, in 8 rows."""
    goldens = choose(fitted, 0)
    rows = [golden["input"] for golden in goldens]
    assert len(goldens) == 8
    assert {row["colour"] for row in rows} == set(fits.COLOURS)
    assert {row["new"] for row in rows} == {False, True}
    assert {-3.0, 3.0, None} <= {row["width"] for row in rows}
    assert {0, 9} <= {row["count"] for row in rows}
    assert fitted.task == "regression" or {g["prediction"] for g in goldens} == set(fitted.output.classes)


@pytest.mark.parametrize("fitted", MODELS)
def test_their_answers_survive_json(fitted: Fitted) -> None:
    """Read back from JSON, each row alone gets exactly the answer that stands beside it."""
    for golden in json.loads(json.dumps(choose(fitted, 0), allow_nan=False)):
        answers = fitted.answer(to_table(fitted.features, [golden["input"]]))
        assert golden["prediction"] == answers.predictions.tolist()[0]
        if answers.probabilities is not None:
            assert list(golden["probabilities"].values()) == answers.probabilities[0].tolist()


def test_they_are_the_same_at_every_call() -> None:
    """A seed fixes them; another one may fill up with other rows."""
    assert choose(fits.regression(), 5) == choose(fits.regression(), 5)


def test_the_example_comes_first() -> None:
    """The row that people are shown is the first golden; without one it is the table's first row."""
    example: dict[str, JsonValue] = {"width": 1.25, "count": 3, "new": True, "colour": "blue"}
    assert choose(fits.regression(example), 0)[0]["input"] == example
    first = to_rows(fits.FEATURES, fits.table().head(1))[0]
    assert choose(fits.regression(), 0)[0]["input"] == first


def test_classes_are_named_as_json_names_them() -> None:
    """Keys of probabilities are texts: true, 2, large."""
    named = [
        choose(fits.classification(labels), 0)[0]["probabilities"] for labels in [(False, True), (0, 1, 2)]
    ]
    assert [list(each) for each in named] == [["false", "true"], ["0", "1", "2"]]


def test_rows_go_to_json_and_back() -> None:
    """Nothing but native values, None for missing; the table comes back as it was."""
    rows = to_rows(fits.FEATURES, fits.table())
    assert rows[1]["width"] is None
    kinds = {tuple(type(value) for value in row.values()) for row in rows}
    assert kinds == {(float, int, bool, str), (type(None), int, bool, str)}
    back = to_table(fits.FEATURES, rows)
    assert back.dtypes.tolist() == fits.table().dtypes.tolist()
    assert np.array_equal(back["width"], fits.table()["width"], equal_nan=True)
    assert back.drop(columns="width").equals(fits.table().drop(columns="width"))
