"""Bundles, what they need, and what the monitor expects of them."""

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.deploying.environment import Given
from tools.deploying.finding import Finding
from tools.deploying.packages import package_findings
from tools.deploying.pins import pin_findings
from tools.deploying.serving import serving_findings
from training.index import read_index
from training.sealed import seal, sha256

LOCKED = ("requirements.txt", "requirements.lock")


def served(tree: Path, *hidden: str, **values: str) -> list[Finding]:
    """Return what the API's checks find in a copy, but for what is merely not set."""
    found = serving_findings(tree / "ml-api", Given(values, frozenset(hidden), "a file"))
    return [each for each in found if each.level in ("fault", "not checked")]


def rewrite(tree: Path, name: str, **changes: object) -> None:
    """Change the card of a model's version 1, and its hash in the index with it."""
    artifacts = tree / "ml-api" / "artifacts"
    card = artifacts / name / "1" / "bundle.json"
    card.write_text(json.dumps(json.loads(card.read_text()) | changes))
    index = read_index(artifacts)
    index[name]["1"] = {"sha256": sha256(card.read_bytes()), "bytes": card.stat().st_size}
    (artifacts / "index.json").write_bytes(seal({"bundles": index}))


def test_a_flipped_byte_is_a_fault_of_that_bundle(tree):
    """By name; the others are not called broken."""
    model = tree / "ml-api" / "artifacts" / "penguins" / "1" / "model.onnx"
    data = bytearray(model.read_bytes())
    data[100] ^= 1
    model.write_bytes(data)
    (finding,) = served(tree)
    assert (finding.level, finding.about) == ("fault", "penguins 1")
    assert "penguins/1/model.onnx does not match its sha256" in finding.says


def test_a_damaged_index_is_a_fault(tree):
    """Then nothing is served."""
    (tree / "ml-api" / "artifacts" / "index.json").write_text("{}")
    assert [(each.level, each.about) for each in served(tree)] == [("fault", "ml-api bundles")]


def test_a_folder_without_bundles_is_a_fault(tree):
    """It says how to make one."""
    shutil.rmtree(tree / "ml-api" / "artifacts")
    (finding,) = served(tree)
    assert finding.level == "fault"


@pytest.fixture
def pickled(tree: Path) -> Path:
    """Give the tree with a bundle that scikit-learn serves."""
    rewrite(tree, "penguins", engine={"name": "sklearn", "form": "array", "reason": "for the test"})
    return tree


def test_a_pickle_needs_a_word(pickled):
    """Unpickling runs code: who deploys it must say so."""
    (finding,) = served(pickled)
    assert (finding.level, finding.about) == ("fault", "penguins 1")
    assert "ALLOW_PICKLE=1" in finding.says
    assert finding.do.startswith("vercel env add ALLOW_PICKLE production, ")
    assert served(pickled, ALLOW_PICKLE="1") == []
    assert [each.level for each in served(pickled, "ALLOW_PICKLE")] == ["not checked"]


def packages(tree: Path, name: str = "ml-api") -> list[Finding]:
    """Return what is found of a folder's packages in a tree that has the repository's other locks."""
    for file in (*LOCKED, "tools", "training", "observability/docker", "tests/conformance", "bench"):
        path = ROOT / file
        for each in [path] if path.is_file() else path.glob("*requirements*"):
            place = tree / each.relative_to(ROOT)
            place.parent.mkdir(parents=True, exist_ok=True)
            if not place.exists():
                shutil.copy(each, place)
    return list(package_findings(tree, name))


@pytest.mark.parametrize("name", ["ml-api", "monitoring"])
def test_what_ships_fits(tree, name):
    """One line says so."""
    (finding,) = packages(tree, name)
    assert finding.level == "ok"


def test_an_engine_that_is_not_asked_for_is_a_fault(pickled):
    """For each package that is lacking."""
    said = [each.says for each in packages(pickled)]
    assert [line.split()[0] for line in said] == ["scikit-learn", "joblib"]
    assert all("to serve penguins 1" in line for line in said)


def test_an_engine_of_another_version_than_the_bundle_was_made_with_is_a_fault(pickled):
    """Its pickle may load there, and answer otherwise."""
    card = json.loads((pickled / "ml-api/artifacts/penguins/1/bundle.json").read_text())
    with (pickled / "ml-api" / "requirements.txt").open("a") as file:
        file.write(f"scikit-learn==1.0.2\njoblib=={card['libraries']['joblib']}\n")
    found = [each for each in packages(pickled) if each.about == "ml-api requirements"]
    assert len(found) == 1
    assert "scikit-learn==1.0.2; penguins 1 was packed with" in found[0].says


def test_a_lock_that_lags_behind_is_a_fault(tree):
    """A build would stop there."""
    with (tree / "ml-api" / "requirements.txt").open("a") as file:
        file.write("cowsay==6.1\n")
    (finding,) = packages(tree)
    assert (finding.level, finding.do) == ("fault", "make lock")
    assert "cowsay==6.1" in finding.says


def test_missing_requirements_are_a_fault(tree):
    """Whatever else is there."""
    (tree / "ml-api" / "requirements.txt").unlink()
    (finding,) = packages(tree)
    assert finding.level == "fault"
    assert "requirements.txt" in finding.says


def test_pins_that_ship_fit(tree):
    """The monitor expects what is deployed."""
    (finding,) = pin_findings(tree)
    assert finding.level == "ok"


def test_a_bundle_that_the_monitor_knows_otherwise_is_a_fault(tree):
    """It would call a healthy API down."""
    rewrite(tree, "penguins", title="Another")
    (finding,) = pin_findings(tree)
    assert (finding.level, finding.do) == ("fault", "python -m training pin")
    assert "penguins 1" in finding.says


@pytest.mark.parametrize(
    ("text", "level"),
    [
        pytest.param("{}", "warning", id="none-pinned"),
        pytest.param("[]", "fault", id="no-pins"),
        pytest.param("{", "fault", id="no-json"),
    ],
)
def test_pins_that_are_none(tree, text, level):
    """Without one the first answers are believed."""
    (tree / "monitoring" / "goldens.json").write_text(text)
    assert {each.level for each in pin_findings(tree)} == {level}


def test_no_file_of_pins_is_as_good_as_an_empty_one(tree):
    """A monitor of somebody else's API has none."""
    (tree / "monitoring" / "goldens.json").unlink()
    assert {each.level for each in pin_findings(tree)} == {"warning"}


def test_pins_of_bundles_that_are_gone_are_a_warning(tree):
    """The monitor would miss them."""
    artifacts = tree / "ml-api" / "artifacts"
    index = read_index(artifacts)
    del index["penguins"]
    (artifacts / "index.json").write_bytes(seal({"bundles": index}))
    (finding,) = pin_findings(tree)
    assert (finding.level, finding.says) == ("warning", "has penguins 1, which is not deployed")


def test_damaged_bundles_can_not_be_held_against_pins(tree):
    """That they are damaged is said where bundles are looked at."""
    (tree / "ml-api" / "artifacts" / "penguins" / "1" / "run.json").write_text("{}")
    (finding,) = pin_findings(tree)
    assert finding.level == "not checked"
