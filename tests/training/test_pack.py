"""The front door: a person's own estimator becomes a bundle by one command."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression, LogisticRegression, Ridge
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, OneHotEncoder, StandardScaler
from sklearn.tree import DecisionTreeClassifier

from tests.training import models
from tests.training.bundles import assert_whole
from training.cli import main
from training.writer import read_index

ROOT = Path(__file__).resolve().parents[2]


def house() -> Any:
    """Return a regression of mixed()."""
    encoded = make_column_transformer(
        (OneHotEncoder(), ["colour"]),
        (SimpleImputer(), ["width"]),
        ("passthrough", ["rooms", "new", "grade"]),
    )
    return make_pipeline(encoded, Ridge())


CASES = {
    "regression": (house(), models.mixed, True, "onnx"),
    "two classes": (make_pipeline(StandardScaler(), LogisticRegression()), models.cancer, True, "onnx"),
    "three classes": (DecisionTreeClassifier(max_depth=3, random_state=0), models.wine, True, "onnx"),
    "texts, on an array": (LogisticRegression(max_iter=999), models.iris, False, "onnx"),
    "what ONNX can't express": (
        make_pipeline(FunctionTransformer(np.cbrt), Ridge()),
        models.diabetes,
        True,
        "sklearn",
    ),
}


def command(
    folder: Path, estimator: Any, table: Any, *options: str, by_name: bool = True, kind: str = "csv"
) -> list[str]:
    """Fit and save a model and its table in a folder; return the arguments that pack it."""
    inputs = table.drop(columns=models.TARGET)
    estimator.fit(inputs if by_name else inputs.to_numpy(), table[models.TARGET])
    joblib.dump(estimator, folder / "model.joblib")
    data = folder / f"rows.{kind}"
    table.to_csv(data, index=False) if kind == "csv" else table.to_parquet(data)
    said = ["pack", str(folder / "model.joblib"), "--data", str(data), "--target", models.TARGET]
    return [*said, "--artifacts", str(folder / "artifacts"), "--name", "mine", *options]


def card(folder: Path, version: str = "1") -> dict[str, Any]:
    """Return the card of what was packed."""
    found: dict[str, Any] = json.loads((folder / "artifacts" / "mine" / version / "bundle.json").read_bytes())
    return found


@pytest.mark.parametrize(("estimator", "table", "by_name", "engine"), CASES.values(), ids=CASES.keys())
def test_a_model_becomes_a_bundle(
    tmp_path: Path, estimator: Any, table: Any, by_name: bool, engine: str
) -> None:
    """Whatever its task, its engine and the form that it was fitted on; and the bundle verifies."""
    assert main(command(tmp_path, estimator, table(), by_name=by_name)) == 0
    assert_whole(tmp_path / "artifacts")
    assert card(tmp_path)["engine"]["name"] == engine
    assert main(["verify", str(tmp_path / "artifacts")]) == 0


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_the_command_line_packs_a_table_of_either_kind(tmp_path: Path, kind: str) -> None:
    """As a person types it; they read what was inferred, how good it is, and what comes next."""
    arguments = command(tmp_path, house(), models.mixed(), "--unit", "EUR", kind=kind)
    done = subprocess.run(
        [sys.executable, "-m", "training", *arguments], cwd=ROOT, capture_output=True, text=True, check=True
    )
    for words in ["colour", "category", "no others", "29 rows", "r2", "a dummy's", "onnx: agrees", "verify"]:
        assert words in done.stdout
    made = card(tmp_path)
    assert made["output"]["unit"] == "EUR"
    assert made["data"]["source"] == f"rows.{kind}"


@pytest.mark.parametrize("scale", ["log", "ratio"])
def test_the_interval_is_on_the_scale_that_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], scale: str
) -> None:
    """Who fitted the logarithm knows that errors are factors; ONNX serves the model all the same."""
    model = TransformedTargetRegressor(Ridge(), func=np.log, inverse_func=np.exp)
    assert main(command(tmp_path, model, models.diabetes(), "--interval", scale)) == 0
    made = card(tmp_path)
    assert (made["interval"]["scale"], made["engine"]["name"]) == (scale, "onnx")
    assert 0.85 < made["interval"]["coverage"]["value"] < 0.95
    assert main(["verify", str(tmp_path / "artifacts")]) == 0
    assert "90%: prediction " in capsys.readouterr().out


def test_an_interval_that_does_not_fit_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Classes have none, and factors need predictions above 0; nothing is written."""
    below = models.diabetes().assign(answer=lambda table: table["answer"] - 150)
    assert main(command(tmp_path, Ridge(), below, "--interval", "ratio")) == 1
    assert "the ratio scale of the interval needs predictions above 0" in capsys.readouterr().err
    assert main(command(tmp_path, GaussianNB(), models.iris(), "--interval", "log")) == 2
    assert "classes have no interval" in capsys.readouterr().err
    assert not (tmp_path / "artifacts").exists()


def test_packing_the_same_again_changes_nothing(tmp_path: Path) -> None:
    """The bundle is the same to the byte; another seed makes the next version."""
    arguments = command(tmp_path, house(), models.mixed())
    assert main(arguments) == 0
    before = (tmp_path / "artifacts" / "index.json").read_bytes()
    assert main(arguments) == 0
    assert (tmp_path / "artifacts" / "index.json").read_bytes() == before
    assert main([*arguments, "--seed", "1"]) == 0
    assert set(read_index(tmp_path / "artifacts")["mine"]) == {"1", "2"}


def test_what_the_person_says_stands_in_the_card(tmp_path: Path) -> None:
    """Words, licence, floors; what they don't say is made or said to be unknown."""
    words = [
        "--title",
        "House",
        "--description",
        "What a house costs.",
        "--licence",
        "CC0",
        "--source",
        "the agency",
    ]
    more = ["--synthetic", "--floors", "0.5", "0.4", "--version", "2.1"]
    assert main(command(tmp_path, house(), models.mixed(), *words, *more)) == 0
    made = card(tmp_path, "2.1")
    assert (made["title"], made["description"]) == ("House", "What a house costs.")
    assert made["floors"] == {"score": "r2", "warning": 0.5, "critical": 0.4}
    assert {key: made["data"][key] for key in ("source", "licence", "rows", "synthetic")} == {
        "source": "the agency",
        "licence": "CC0",
        "rows": 200,
        "synthetic": True,
    }
    assert not any("licence" in sentence for sentence in made["limitations"])
    assert any("inferred" in sentence for sentence in made["limitations"])


def test_held_out_rows_measure_the_model_itself(tmp_path: Path) -> None:
    """Instead of clones."""
    models.mixed(80).to_csv(tmp_path / "test.csv", index=False)
    assert main(command(tmp_path, house(), models.mixed(), "--test", str(tmp_path / "test.csv"))) == 0
    assert card(tmp_path)["scoring"]["rows"] == 80


def test_test_rows_of_a_model_without_names_may_stand_in_another_order(tmp_path: Path) -> None:
    """They are put into the order of the training rows."""
    table = models.diabetes()
    table[300:].iloc[:, ::-1].to_csv(tmp_path / "test.csv", index=False)
    options = ["--test", str(tmp_path / "test.csv")]
    assert main(command(tmp_path, Ridge(alpha=0.01), table[:300], *options, by_name=False)) == 0
    assert card(tmp_path)["scores"]["r2"]["value"] > 0.3


def test_test_rows_that_the_model_was_fitted_on_are_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """On the card and on the screen; ten, and one that is equal by chance. A gap equals a gap."""
    table = models.mixed()
    table[140:].to_csv(tmp_path / "test.csv", index=False)
    assert main(command(tmp_path, house(), table[:150], "--test", str(tmp_path / "test.csv"))) == 0
    said = "11 of 60 test rows also stand in the training rows"
    assert any(sentence.startswith(said) for sentence in card(tmp_path)["limitations"])
    assert said in capsys.readouterr().out


@pytest.mark.parametrize(
    ("test", "words"),
    [
        pytest.param(models.mixed(), "test.csv is the same file as the training rows", id="the same file"),
        pytest.param(models.mixed()[::-1], "all 200 test rows also stand in", id="the same rows"),
    ],
)
def test_the_training_rows_are_refused_as_test_rows(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], test: Any, words: str
) -> None:
    """A score on them says nothing."""
    test.to_csv(tmp_path / "test.csv", index=False)
    assert main(command(tmp_path, house(), models.mixed(), "--test", str(tmp_path / "test.csv"))) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "artifacts").exists()


def test_a_model_fitted_on_a_frame_of_one_target_becomes_a_bundle(tmp_path: Path) -> None:
    """Its answers are [rows, 1]."""
    table = models.diabetes()
    arguments = command(tmp_path, LinearRegression(), table)
    fitted = LinearRegression().fit(table.drop(columns=models.TARGET), table[[models.TARGET]])
    joblib.dump(fitted, tmp_path / "model.joblib")
    assert main(arguments) == 0
    assert_whole(tmp_path / "artifacts")


@pytest.mark.parametrize("kind", ["a folder", "no text"])
def test_requirements_that_can_not_be_read_are_refused_before_anything_is_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Exit 1; the bundle would be there without its engine."""
    path = tmp_path / "wanted.txt"
    path.mkdir() if kind == "a folder" else path.write_bytes(b"\xff\xfe")
    assert main(command(tmp_path, house(), models.mixed(), "--requirements", str(path))) == 1
    assert f"the requirements {path} " in capsys.readouterr().err
    assert not (tmp_path / "artifacts").exists()


def test_a_pickled_model_says_what_the_deployment_needs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Leave to unpickle, the packages that the pickle imports, and the engine in the requirements."""
    (tmp_path / "requirements.txt").write_text("flask==3.1.3\n# engines: none\n")
    custom = make_pipeline(FunctionTransformer(models.plain_copy), Ridge())
    assert main(command(tmp_path, custom, models.diabetes())) == 0
    said = capsys.readouterr().out
    assert "ALLOW_PICKLE=1" in said
    assert "it imports tests" in said
    assert "# engines: sklearn " in (tmp_path / "requirements.txt").read_text()
    assert main(["remove", "mine", "--artifacts", str(tmp_path / "artifacts")]) == 0
    assert "# engines: none " in (tmp_path / "requirements.txt").read_text()


REFUSALS = {
    "no such column": (["--target", "price"], "the table has no column 'price'"),
    "no such table": (["--data", "none.csv"], "there is no file none.csv"),
    "a table of another kind": (["--data", __file__], "can't be read as a table"),
    "no such model": (["--test", "none.parquet"], "there is no file none.parquet"),
}


@pytest.mark.parametrize(("options", "words"), REFUSALS.values(), ids=REFUSALS.keys())
def test_it_refuses_in_words_and_writes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    """Exit 1, no traceback, no folder."""
    assert main(command(tmp_path, house(), models.mixed(), *options)) == 1
    assert words in capsys.readouterr().err
    assert not (tmp_path / "artifacts").exists()


@pytest.mark.parametrize("rows", [0, 19])
def test_a_table_with_too_few_rows_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: int
) -> None:
    """There would be nothing to measure on."""
    arguments = command(tmp_path, house(), models.mixed())
    models.mixed()[:rows].to_csv(tmp_path / "rows.csv", index=False)
    assert main(arguments) == 1
    assert f"rows.csv has {rows} rows; 20 are the least" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        pytest.param(["--name", "My Model"], "small letters, digits and hyphens", id="name"),
        pytest.param(["--version", "one"], "'one' is no version: digits", id="version"),
        pytest.param(["--repeats", "0"], "'0' is no whole number from 1 on", id="repeats"),
        pytest.param(["--seed", "-1"], "'-1' is no whole number from 0 to 2147483647", id="seed"),
    ],
)
def test_wrong_options_end_before_anything_is_loaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: list[str], words: str
) -> None:
    """Exit 2."""
    arguments = ["pack", "none.joblib", "--data", "none.csv", "--target", "y", "--name", "mine", *options]
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert words in capsys.readouterr().err
