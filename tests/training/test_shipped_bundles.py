"""The shipped bundles: the recipes make them again, and say of them what is true."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.training.bundles import assert_whole
from training.data.donations import donations_csv
from training.data.students import students_csv
from training.recipes import house_price, penguins
from training.sealed import sha256
from training.user_model import load
from training.writer import read_index

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "ml-api" / "artifacts"
RECIPES = ["math-score", "penguins", "food-drive", "house-price"]
BUNDLES = [
    ("math-score", "1"),
    ("penguins", "1"),
    ("food-drive", "1"),
    ("food-drive", "2"),
    ("house-price", "1"),
]
NOTES = ROOT / "training" / "data"


@pytest.fixture(scope="module")
def retrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return artifacts with every recipe trained anew."""
    root = tmp_path_factory.mktemp("retrained")
    for recipe in RECIPES:
        train(recipe, root)
    return root


def train(name: str, root: Path, *options: str, hash_seed: str = "1") -> None:
    """Train as a person does, in a process of its own: a pickle that was read before changes the next one."""
    subprocess.run(
        [sys.executable, "-m", "training", name, "--artifacts", str(root), *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": hash_seed},
        capture_output=True,
        check=True,
    )


def card(root: Path, name: str, version: str = "1") -> dict[str, Any]:
    """Return the card of a model's version."""
    found: dict[str, Any] = json.loads((root / name / version / "bundle.json").read_bytes())
    return found


def test_every_shipped_bundle_is_whole() -> None:
    """Index, cards and files fit each other."""
    assert_whole(SHIPPED)
    assert set(RECIPES) <= set(read_index(SHIPPED))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "version"), BUNDLES)
def test_training_anew_gives_the_shipped_scores_and_answers(retrained: Path, name: str, version: str) -> None:
    """Scores, quantile and goldens are the committed ones within 1e-9, absolute or of the number."""
    shipped, made = card(SHIPPED, name, version), card(retrained, name, version)
    assert made["data"] == shipped["data"]
    for key in ("scores", "interval", "goldens"):
        assert _numbers(made[key]) == pytest.approx(_numbers(shipped[key]), rel=1e-9, abs=1e-9)
        assert _words(made[key]) == _words(shipped[key])
    for key in ("floors", "engine", "description", "limitations"):
        assert made[key] == shipped[key]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["math-score", "penguins", "food-drive"])
def test_two_runs_differ_in_the_run_alone(retrained: Path, tmp_path: Path, name: str) -> None:
    """In another process with another hash seed every byte is the same, but run.json's.

    Without the houses, which take half a minute; test_onnx_boosting.py does it with some of them.
    """
    train(name, tmp_path, hash_seed="7")
    assert_differ_in_the_run_alone(retrained / name, tmp_path / name)


def assert_differ_in_the_run_alone(first: Path, second: Path) -> None:
    """Hold two folders of a model's versions against each other."""
    paths = sorted(path.relative_to(first) for path in first.rglob("*.*"))
    assert paths == sorted(path.relative_to(second) for path in second.rglob("*.*"))
    differing = [path for path in paths if (first / path).read_bytes() != (second / path).read_bytes()]
    assert {path.name for path in differing} == {"run.json"}


def test_penguins_are_told_apart() -> None:
    """At least 99 of 100, three candidates compared, one chosen."""
    made = card(SHIPPED, "penguins")
    assert made["scores"]["accuracy"]["value"] >= 0.99
    assert [each["name"] for each in made["candidates"] if each["chosen"]] == ["logistic regression"]
    values = [each["scores"]["accuracy"]["value"] for each in made["candidates"]]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)
    assert made["output"]["classes"] == ["Adelie", "Chinstrap", "Gentoo"]


def test_the_maths_model_says_what_it_owes_to_protected_attributes() -> None:
    """The number is measured at every training, and with them it is an honest R2 near .86."""
    made = card(SHIPPED, "math-score")
    assert any("without them the same model's r2 is 0.69" in sentence for sentence in made["limitations"])
    assert any("synthetic" in sentence for sentence in made["limitations"])
    assert made["data"]["synthetic"] is True
    assert 0.88 <= made["interval"]["coverage"]["value"] <= 0.92
    assert made["scores"]["r2"]["low"] < 0.871 < made["scores"]["r2"]["high"]


def test_the_example_is_the_one_that_people_know() -> None:
    """The documented row is the schema's example and the first golden."""
    made = card(SHIPPED, "math-score")
    example = {
        "gender": "female",
        "race_ethnicity": "group B",
        "parental_level_of_education": "bachelor's degree",
        "lunch": "standard",
        "test_preparation_course": "none",
        "reading_score": 72,
        "writing_score": 74,
    }
    assert made["input"]["examples"] == [example]
    assert made["goldens"][0]["input"] == example


TABLES = {
    "math-score": ("students.md", students_csv),
    "penguins": ("penguins.md", penguins.TABLE.read_bytes),
    "food-drive": ("donations.md", donations_csv),
    "house-price": ("king_county.md", house_price.TABLE.read_bytes),
}


@pytest.mark.parametrize(("name", "version"), BUNDLES)
def test_the_notes_name_the_tables_hashes(name: str, version: str) -> None:
    """Each table is the one that its note describes."""
    note, read = TABLES[name]
    assert sha256(read()) in (NOTES / note).read_text()
    assert card(SHIPPED, name, version)["data"]["sha256"] == sha256(read())


@pytest.mark.parametrize(("name", "version"), BUNDLES)
def test_the_pickles_need_scikit_learn_alone(name: str, version: str) -> None:
    """And ONNX serves every shipped model, though the pickle is the reference."""
    assert load(SHIPPED / name / version / "model.joblib").packages == ()
    assert card(SHIPPED, name, version)["engine"]["name"] == "onnx"


@pytest.mark.parametrize(("name", "version"), BUNDLES)
def test_no_shipped_model_alarms_by_its_own_floors(name: str, version: str) -> None:
    """With room for the chance in its score."""
    made = card(SHIPPED, name, version)
    score = made["scores"][made["floors"]["score"]]
    assert made["floors"]["critical"] < made["floors"]["warning"] < score["low"]
    assert (made["floors"]["warning"] == 0.8) == (name != "food-drive")
    assert ("It alarms below" in made["description"]) == (name == "food-drive")


def _numbers(value: Any) -> list[float]:
    """Return every number in a JSON value, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [number for each in value for number in _numbers(each)]
    return [value] if isinstance(value, int | float) else []


def _words(value: Any) -> list[str]:
    """Return every text in a JSON value, in order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for each in value for text in _words(each)]
    return [value] if isinstance(value, str) else []
