"""The target's scale: on the card of every regression, and refused where there is none."""

import json
import math
import random
import statistics
from pathlib import Path

import joblib
import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from tests.training import fits, models
from training.cli import main
from training.infer import infer
from training.infer_columns import InferenceFault
from training.infer_target import Target
from training.recipes.math_score import MATH_SCORE
from training.scale import LARGEST, TargetFault, scale
from training.table import read_table
from training.transformation import transform
from training.user_model import UserModel

SHIPPED = Path(__file__).resolve().parents[2] / "ml-api" / "artifacts"
STUDENTS = MATH_SCORE.source.read()
TARGETS = {
    "whole numbers": [1, 2, 4],
    "far from 0": [1.7e9, 1.7e9 + 10, 1.7e9 + 20, 1.7e9 + 25],
    "tiny": [1e-12, 3e-12, -2e-12],
    "huge": [1e99, -1e99, 3e98],
    "two of many": [5.0] * 999 + [5.5],
}


@pytest.mark.parametrize("values", TARGETS.values(), ids=TARGETS)
def test_it_is_the_mean_and_the_deviation_of_the_rows(values: list[float]) -> None:
    """As the standard library computes them exactly."""
    found = scale(np.array(values))
    assert found.mean == pytest.approx(statistics.mean(values), rel=1e-12)
    assert found.deviation == pytest.approx(statistics.pstdev(values), rel=1e-9)


def test_it_does_not_depend_on_the_order_of_the_rows() -> None:
    """To the last bit, so that no processor's way of summing shows in a bundle."""
    values = np.random.default_rng(0).lognormal(13, 1, 5000).tolist()
    shuffled = random.Random(1).sample(values, len(values))
    assert scale(np.array(values)) == scale(np.array(shuffled))


@pytest.mark.parametrize(
    ("values", "words"),
    [
        pytest.param([3, 3, 3], "the same number in every row", id="constant"),
        pytest.param([0.0, -0.0], "the same number in every row", id="both zeros"),
        pytest.param([7.5], "the same number in every row", id="one row"),
        pytest.param([0.0, 1e101], "beyond 1e\\+100", id="too large"),
        pytest.param([-1e308, 1e308], "beyond 1e\\+100", id="too far apart"),
        pytest.param([0.0, 1e-200], "too close to 0", id="too close"),
    ],
)
def test_a_target_without_a_scale_is_refused_in_words(values: list[float], words: str) -> None:
    """Nothing could be predicted, or no error summed."""
    with pytest.raises(TargetFault, match=words):
        scale(np.array(values))


def test_the_largest_target_has_a_finite_deviation() -> None:
    """Just inside the limit."""
    assert math.isfinite(scale(np.array([-LARGEST, LARGEST])).deviation)


def test_the_output_of_a_regression_says_it_and_that_of_classes_does_not() -> None:
    """Classes have their list instead."""
    fitted = fits.regression()
    said = fitted.output.as_json()
    assert list(said) == ["name", "unit", "description", "mean", "deviation"]
    assert said["mean"] == pytest.approx(fitted.target.mean())
    assert said["deviation"] == pytest.approx(fitted.target.std())
    assert list(fits.classification().output.as_json()) == ["name", "unit", "description", "classes"]


def test_the_shipped_card_says_the_scale_of_its_table() -> None:
    """And that of the penguins has none."""
    target = transform(MATH_SCORE, read_table(STUDENTS)).target
    said = json.loads((SHIPPED / "math-score" / "1" / "bundle.json").read_bytes())["output"]
    assert (said["mean"], said["deviation"]) == (target.mean(), pytest.approx(target.std(), rel=1e-12))
    penguins = json.loads((SHIPPED / "penguins" / "1" / "bundle.json").read_bytes())["output"]
    assert not {"mean", "deviation"} & set(penguins)


def test_a_recipe_on_a_constant_target_fails_before_anything_is_fitted(tmp_path: Path) -> None:
    """The record of the failed run says why."""
    header, *rows = STUDENTS.decode().splitlines()
    at = header.split(",").index("math_score")
    lines = [",".join([*row.split(",")[:at], "50", *row.split(",")[at + 1 :]]) for row in rows]
    (tmp_path / "rows.csv").write_text("\n".join([header, *lines]))
    artifacts = tmp_path / "artifacts"
    assert main(["math-score", "--data", str(tmp_path / "rows.csv"), "--artifacts", str(artifacts)]) == 1
    failed = json.loads((artifacts / "math-score" / "failed-run.json").read_bytes())["stages"][-1]
    assert failed["name"] == "data_transformation"
    assert failed["errors"] == ["the target is the same number in every row, so there is nothing to predict"]


def test_pack_refuses_a_constant_target_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As the API's bundle check would, but while there is someone to tell."""
    table = models.diabetes().assign(answer=4.0)
    table.to_csv(tmp_path / "rows.csv", index=False)
    joblib.dump(Ridge().fit(table.drop(columns="answer"), table["answer"]), tmp_path / "model.joblib")
    said = [
        "pack",
        str(tmp_path / "model.joblib"),
        "--data",
        str(tmp_path / "rows.csv"),
        "--target",
        "answer",
    ]
    assert main([*said, "--name", "mine", "--artifacts", str(tmp_path / "artifacts")]) == 1
    assert "the target is the same number in every row" in capsys.readouterr().err
    assert not (tmp_path / "artifacts").exists()


def test_a_class_that_is_as_long_as_a_text_is_refused() -> None:
    """It would not fit in what goes with an answer."""
    table = models.iris()
    table["answer"] = table["answer"].map(lambda name: name.ljust(201, "x"))
    inputs = table.drop(columns="answer")
    model = UserModel(LogisticRegression(max_iter=999).fit(inputs, table["answer"]), "classification")
    with pytest.raises(InferenceFault, match="over 200 characters"):
        infer(model, table, Target("answer"))
