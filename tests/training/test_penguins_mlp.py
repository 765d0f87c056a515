"""The network that is trained by epochs, as a bundle like every other."""

import json
from pathlib import Path
from typing import Any

import pytest

from training.cli import main


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return artifacts that hold it after a few epochs."""
    root = tmp_path_factory.mktemp("artifacts")
    assert train(root) == 0
    return root


def train(root: Path) -> int:
    """Train as from the command line."""
    return main(["penguins-mlp", "--epochs", "25", "--artifacts", str(root)])


def card(root: Path) -> dict[str, Any]:
    """Return its card."""
    found: dict[str, Any] = json.loads((root / "penguins-mlp" / "1" / "bundle.json").read_bytes())
    return found


@pytest.mark.slow
def test_it_goes_through_the_ordinary_pipeline(trained: Path) -> None:
    """Scored by cross-validation, exported through the same gate, and its card says how it was trained."""
    said = card(trained)
    assert said["engine"]["name"] == "onnx"
    assert said["scores"]["accuracy"]["value"] > 0.95
    assert said["scoring"]["method"].startswith("5 times 5-fold cross-validation")
    assert "gone through 25 times" in said["description"]
    assert said["output"]["classes"] == ["Adelie", "Chinstrap", "Gentoo"]


@pytest.mark.slow
def test_it_is_the_same_to_the_byte_when_trained_again(
    trained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the second run finds the first one's bundle, and both pass verification."""
    assert train(trained) == 0
    assert "penguins-mlp 1 (unchanged" in capsys.readouterr().out
    assert main(["verify", "--artifacts", str(trained)]) == 0
