"""Pin: the answers that the monitor expects are the bundles' own."""

import json
import shutil
from pathlib import Path

import pytest

from training.cli import main
from training.sealed import sha256
from training.writer import remove

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = ROOT / "ml-api" / "artifacts"


def pin(root: Path, output: Path) -> int:
    """Pin a folder of bundles."""
    return main(["pin", "--artifacts", str(root), "--output", str(output)])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the shipped bundles."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "artifacts"))


def test_every_version_is_pinned_on_a_line_of_its_own(root: Path, tmp_path: Path) -> None:
    """With the card's hash, its goldens and how far they may be off."""
    assert pin(root, tmp_path / "goldens.json") == 0
    text = (tmp_path / "goldens.json").read_text()
    for name, versions in json.loads(text).items():
        for version, pinned in versions.items():
            data = (root / name / version / "bundle.json").read_bytes()
            card = json.loads(data)
            assert pinned == {"sha256": sha256(data)} | {
                key: card[key] for key in ("task", "tolerance", "goldens")
            }
            assert sum(pinned["sha256"] in line for line in text.splitlines()) == 1


def test_it_says_what_changed(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is new, what is gone, and that nothing is."""
    output = tmp_path / "goldens.json"
    pin(root, output)
    assert "added math-score 1" in capsys.readouterr().out
    pin(root, output)
    assert capsys.readouterr().out == f"unchanged {output}\n"
    pins = json.loads(output.read_text())
    pins["math-score"]["1"]["task"] = "other"
    output.write_text(json.dumps(pins))
    remove(root, "penguins", None)
    pin(root, output)
    assert capsys.readouterr().out == "changed math-score 1\nremoved penguins 1\n"


def test_the_shipped_pins_are_those_of_the_shipped_bundles(tmp_path: Path) -> None:
    """The monitor would call the API down otherwise."""
    pin(SHIPPED, tmp_path / "goldens.json")
    assert (tmp_path / "goldens.json").read_bytes() == (ROOT / "monitoring" / "goldens.json").read_bytes()


@pytest.mark.parametrize(
    ("text", "words"), [("notes", "is not JSON"), ("[]", "no pins"), ('{"a": 5}', "no pins")]
)
def test_a_file_of_another_kind_is_not_overwritten(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    """It may be someone's notes."""
    output = tmp_path / "notes.txt"
    output.write_text(text)
    assert pin(root, output) == 1
    assert words in capsys.readouterr().err
    assert output.read_text() == text


def test_what_a_killed_run_left_does_not_stand_in_the_way(root: Path, tmp_path: Path) -> None:
    """A file that was staged and never put in its place."""
    (tmp_path / ".staging-goldens.json").write_text("half")
    assert pin(root, tmp_path / "goldens.json") == 0
    assert not list(tmp_path.glob(".staging-*"))
