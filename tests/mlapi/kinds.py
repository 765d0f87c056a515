"""Bundles of every kind of feature, class and engine, packed from small tables that are made up."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, Ridge, RidgeClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler

from training.cli import main

ROWS = 120
TARGET = "answer"
WORDS = "sepal length (cm)"


@dataclass(frozen=True)
class Kind:
    """A model to pack; engine: "name/form" that must serve it; named: fitted on a DataFrame."""

    estimator: Callable[[], Any]
    inputs: Callable[[], pd.DataFrame]
    answers: Callable[[pd.DataFrame], Any]
    engine: str
    named: bool = True

    def fed(self) -> Any:
        """Return the inputs as the estimator takes them."""
        return self.inputs() if self.named else self.inputs().to_numpy()

    def rows(self) -> list[dict[str, Any]]:
        """Return the inputs as JSON objects, null where missing."""
        table = self.inputs()
        rows = table.astype(object).where(table.notna(), None).to_dict("records")
        return [
            row | {"grade": row["grade"] and int(row["grade"])} if "grade" in row else row for row in rows
        ]


def flowers() -> pd.DataFrame:
    """Return a number with gaps, whole numbers, truths, texts (one holds a comma) and whole-number codes."""
    random = np.random.default_rng(0)
    lengths = random.normal(6, 1, ROWS)
    return pd.DataFrame(
        {
            "length": np.where(random.random(ROWS) < 0.1, np.nan, lengths),
            "petals": random.integers(0, 20, ROWS),
            "opened": random.random(ROWS) < 0.5,
            "colour": random.choice(["blue", "green", "red"], ROWS),
            "shade": random.choice(["dark, matt", "light"], ROWS),
            "grade": random.choice([1, 2, 5], ROWS),
        }
    )


def gappy() -> pd.DataFrame:
    """Return flowers of which truths, texts and codes are missing at times, too; one has a name in words."""
    table = flowers()
    gaps = np.random.default_rng(1).random((ROWS, 4)) < 0.1
    for at, name in enumerate(["opened", "colour", "shade", "grade"]):
        as_read = float if name == "grade" else object
        table[name] = table[name].astype(as_read).where(~gaps[:, at], np.nan)
    return table.rename(columns={"length": WORDS})


def without_gaps_in_truths() -> pd.DataFrame:
    """Return gappy flowers that a one-hot encoder takes as a DataFrame, even one row alone."""
    return gappy().assign(opened=flowers()["opened"])


def parts() -> pd.DataFrame:
    """Return thirty numbers of different spread."""
    random = np.random.default_rng(2)
    return pd.DataFrame({f"part {at} (mm)": random.normal(at, 1 + at, ROWS) for at in range(30)})


def height(_: pd.DataFrame) -> Any:
    """Return a number that depends on every column of flowers, with some noise."""
    table = flowers()
    codes = 5 * (table["colour"] == "red") + 3 * (table["shade"] == "light") + table["grade"]
    numbers = 2 * table["length"].fillna(6) + table["petals"] + 4 * table["opened"]
    return (codes + numbers + np.random.default_rng(3).normal(0, 1, ROWS)).to_numpy()


def tall(table: pd.DataFrame) -> Any:
    """Return whether a flower is taller than most."""
    return height(table) > 30


def size(table: pd.DataFrame) -> Any:
    """Return one of three codes."""
    return np.array([10, 20, 40])[np.digitize(height(table), [25, 32])]


def heavy(table: pd.DataFrame) -> Any:
    """Return yes or no by the sum of all parts, with some noise."""
    weight = (table - table.mean()).div(table.std()).sum(axis=1)
    return np.where(weight + np.random.default_rng(4).normal(0, 2, ROWS) > 0, "yes", "no").astype(object)


def convertible(final: Any) -> Any:
    """Return a pipeline over flowers that ONNX has words for."""
    return make_pipeline(
        make_column_transformer(
            (make_pipeline(SimpleImputer(), StandardScaler()), ["length", "petals"]),
            (OneHotEncoder(handle_unknown="ignore"), ["colour"]),
            (OneHotEncoder(), ["shade"]),
            (OneHotEncoder(), ["grade"]),
            ("passthrough", ["opened"]),
        ),
        final,
    )


def rooted(at: Callable[[str], Any]) -> Any:
    """Return a pipeline over gappy flowers with a function that ONNX has no word for."""
    return make_pipeline(
        FunctionTransformer(),
        make_column_transformer(
            (make_pipeline(SimpleImputer(), FunctionTransformer(np.cbrt)), [at(WORDS), at("petals")]),
            (OneHotEncoder(handle_unknown="ignore"), [at("colour")]),
            (OneHotEncoder(), [at("opened"), at("shade"), at("grade")]),
        ),
        Ridge(),
    )


KINDS = {
    "mixed": Kind(lambda: convertible(Ridge()), flowers, height, "onnx/columns"),
    "mixed-array": Kind(lambda: rooted(list(gappy()).index), gappy, height, "sklearn/array", named=False),
    "mixed-frame": Kind(lambda: rooted(str), without_gaps_in_truths, height, "sklearn/frame"),
    "flag": Kind(lambda: convertible(LogisticRegression()), flowers, tall, "onnx/columns"),
    "margin": Kind(lambda: convertible(RidgeClassifier()), flowers, size, "onnx/columns"),
    "many": Kind(
        lambda: make_pipeline(StandardScaler(), LogisticRegression(C=0.1)), parts, heavy, "onnx/matrix"
    ),
}


def pack(name: str, folder: Path, called: str = "") -> None:
    """Fit a kind's estimator and pack it into folder/artifacts, by the command that a person types.

    called: the model's name, if it is not the kind's.
    """
    kind = KINDS[name]
    inputs = kind.inputs()
    answers = kind.answers(inputs)
    joblib.dump(kind.estimator().fit(kind.fed(), answers), folder / "model.joblib")
    inputs.assign(**{TARGET: answers}).to_csv(folder / "rows.csv", index=False)
    (folder / "requirements.txt").write_text("flask\n# engines: none\n")
    arguments = [folder / "model.joblib", "--data", folder / "rows.csv", "--target", TARGET]
    arguments += ["--name", called or name, "--artifacts", folder / "artifacts"]
    arguments += ["--requirements", folder / "requirements.txt"]
    assert main(["pack", *map(str, arguments)]) == 0, name
