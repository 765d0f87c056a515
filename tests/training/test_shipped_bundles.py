"""The shipped bundles: the recipes make them again, and say of them what is true."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.training.bundles import assert_whole
from training.cli import main
from training.data.students import students_csv
from training.recipes.penguins import TABLE
from training.sealed import sha256
from training.writer import read_index

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "ml-api" / "artifacts"
RECIPES = ["math-score", "penguins"]
NOTES = ROOT / "training" / "data"


@pytest.fixture(scope="module")
def retrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return artifacts with every recipe trained anew."""
    root = tmp_path_factory.mktemp("retrained")
    for recipe in RECIPES:
        assert main([recipe, "--artifacts", str(root)]) == 0
    return root


def card(root: Path, name: str) -> dict[str, Any]:
    """Return the card of a model's version 1."""
    found: dict[str, Any] = json.loads((root / name / "1" / "bundle.json").read_bytes())
    return found


def test_every_shipped_bundle_is_whole() -> None:
    """Index, cards and files fit each other."""
    assert_whole(SHIPPED)
    assert set(RECIPES) <= set(read_index(SHIPPED))


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_training_anew_gives_the_shipped_scores_and_answers(retrained: Path, name: str) -> None:
    """Scores, quantile and goldens are the committed ones within 1e-9."""
    shipped, made = card(SHIPPED, name), card(retrained, name)
    assert made["data"] == shipped["data"]
    assert _numbers(made["scores"]) == pytest.approx(_numbers(shipped["scores"]), abs=1e-9)
    assert _numbers(made["interval"]) == pytest.approx(_numbers(shipped["interval"]), abs=1e-9)
    assert _numbers(made["goldens"]) == pytest.approx(_numbers(shipped["goldens"]), abs=1e-9)
    assert _words(made["goldens"]) == _words(shipped["goldens"])


@pytest.mark.slow
@pytest.mark.parametrize("name", RECIPES)
def test_two_runs_differ_in_the_run_alone(retrained: Path, tmp_path: Path, name: str) -> None:
    """In another process with another hash seed every byte is the same, but run.json's."""
    command = [sys.executable, "-m", "training", name, "--artifacts", str(tmp_path)]
    subprocess.run(
        command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": "7"}, capture_output=True, check=True
    )
    first, second = retrained / name / "1", tmp_path / name / "1"
    assert {path.name for path in first.iterdir()} == {path.name for path in second.iterdir()}
    differing = [
        path.name for path in first.iterdir() if path.read_bytes() != (second / path.name).read_bytes()
    ]
    assert differing == ["run.json"]


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


def test_the_notes_name_the_tables_hashes() -> None:
    """Each table is the one that its note describes."""
    assert sha256(students_csv()) in (NOTES / "students.md").read_text()
    assert sha256(TABLE.read_bytes()) in (NOTES / "penguins.md").read_text()
    assert card(SHIPPED, "math-score")["data"]["sha256"] == sha256(students_csv())
    assert card(SHIPPED, "penguins")["data"]["sha256"] == sha256(TABLE.read_bytes())


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
