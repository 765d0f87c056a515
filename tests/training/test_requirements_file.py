"""The engines in the API's requirements follow the bundles."""

import json
from importlib import metadata
from pathlib import Path
from typing import Any

import pytest

from tests.training import bundles
from training.engines import Needs, installed_mib, needs
from training.locks import read_lock
from training.requirements_file import (
    EVERYTHING,
    RequirementsFault,
    Rewritten,
    check_readable,
    rewrite,
    rewritten,
    warnings,
)
from training.sealed import seal, sha256

ABOVE = "# What the API needs.\nflask==3.1.3\n"
OLD = f"{ABOVE}# engines: onnx (old words)\nonnxruntime==1.0.0\n"


def listing(root: Path, **engines: dict[str, str]) -> Path:
    """Write bundles with these engines, as far as they are looked at here; return their folder."""
    root.mkdir(exist_ok=True)
    index: dict[str, Any] = {}
    for name, engine in engines.items():
        data = json.dumps({"engine": engine}).encode()
        (root / name / "1").mkdir(parents=True)
        (root / name / "1" / "bundle.json").write_bytes(data)
        index[name] = {"1": {"bytes": len(data), "sha256": sha256(data)}}
    (root / "index.json").write_bytes(seal({"bundles": index}))
    return root


ONNX = {"name": "onnx", "form": "matrix"}
ARRAY = {"name": "sklearn", "form": "array"}
FRAME = {"name": "sklearn", "form": "frame"}


@pytest.mark.parametrize(
    ("engines", "mark", "packages"),
    [
        pytest.param({"a": ONNX}, "onnx", ["onnxruntime"], id="onnx"),
        pytest.param({"a": ARRAY}, "sklearn", ["scikit-learn", "joblib"], id="arrays"),
        pytest.param({"a": FRAME}, "sklearn", ["scikit-learn", "joblib", "pandas"], id="frames"),
        pytest.param(
            {"a": ONNX, "b": ARRAY}, "onnx, sklearn", ["onnxruntime", "scikit-learn", "joblib"], id="both"
        ),
        pytest.param({}, "none", [], id="none"),
    ],
)
def test_the_engines_are_those_of_the_bundles(
    tmp_path: Path, engines: dict[str, dict[str, str]], mark: str, packages: list[str]
) -> None:
    """As installed here; what stands above stays to the byte."""
    path = tmp_path / "requirements.txt"
    path.write_text(OLD)
    result = rewrite(path, listing(tmp_path / "artifacts", **engines))
    kept, rest = path.read_text().split("# engines: ")
    assert kept == ABOVE
    assert rest.startswith(f"{mark} (")
    assert rest.splitlines()[1:] == [f"{name}=={metadata.version(name)}" for name in packages]
    assert result.changed
    assert not rewrite(path, tmp_path / "artifacts").changed


def test_the_lock_beside_it_holds_the_engines_with_hashes(tmp_path: Path) -> None:
    """Taken from the root's, so that no registry is asked; again where somebody spoiled it."""
    path = tmp_path / "requirements.txt"
    path.write_text(ABOVE)
    root = listing(tmp_path / "artifacts", a=ARRAY)
    assert rewrite(path, root).unlocked == ()
    text = path.with_suffix(".lock").read_text()
    every = {(each.name, each.version): each.hashes for each in read_lock(EVERYTHING.read_text())}
    found = {(each.name, each.version): each.hashes for each in read_lock(text)}
    assert {name for name, _ in found} >= {"flask", "werkzeug", "scikit-learn", "scipy", "joblib"}
    assert found.items() <= every.items()
    path.with_suffix(".lock").write_text("spoiled")
    rewrite(path, root)
    assert path.with_suffix(".lock").read_text() == text


def test_what_has_no_known_hash_is_told(tmp_path: Path) -> None:
    """It is left out of the lock, and a build that misses it stops."""
    path = tmp_path / "requirements.txt"
    path.write_text("flask==0.1\nmy-own==1.0\n")
    result = rewrite(path, listing(tmp_path / "artifacts", a=ONNX))
    assert result.unlocked == ("flask==0.1", "my-own==1.0")
    assert {each.name for each in read_lock(path.with_suffix(".lock").read_text())} >= {
        "onnxruntime",
        "numpy",
    }
    (said,) = [line for line in warnings(result) if "hashes" in line]
    assert said.startswith("the hashes of flask==0.1, my-own==1.0 are not known here")
    assert "`make lock`" in said


def test_a_lock_is_not_taken_for_requirements(tmp_path: Path) -> None:
    """It would be overwritten with itself."""
    path = tmp_path / "requirements.lock"
    path.write_text("six==1.17.0")
    with pytest.raises(RequirementsFault, match="is a lock, which is written"):
        check_readable(path)
    with pytest.raises(RequirementsFault, match="is a lock, which is written"):
        rewrite(path, listing(tmp_path / "artifacts"))
    assert path.read_text() == "six==1.17.0"


def test_a_lock_that_can_not_be_written_is_told(tmp_path: Path) -> None:
    """In a line."""
    path = tmp_path / "requirements.txt"
    path.write_text(ABOVE)
    path.with_suffix(".lock").mkdir()
    with pytest.raises(RequirementsFault, match="can't be written"):
        rewrite(path, listing(tmp_path / "artifacts"))


def test_a_file_without_the_mark_gets_it_at_its_end() -> None:
    """On a line of its own."""
    assert rewritten("flask==3.1.3", Needs({})).startswith("flask==3.1.3\n# engines: none (")


def test_the_models_behind_an_engine_are_known(tmp_path: Path) -> None:
    """So that a person knows which ones to remove."""
    found = needs(listing(tmp_path, one=ONNX, two=FRAME, three=ARRAY))
    assert found.models == {"onnx": ("one",), "sklearn": ("three", "two"), "frame": ("two",)}


def test_two_engines_are_warned_of() -> None:
    """With the models of each and the way out."""
    result = Rewritten(Path("requirements.txt"), Needs({"onnx": ("a",), "sklearn": ("b",)}), 277.0, True)
    said = "\n".join(warnings(result))
    assert "ONNX Runtime for a; scikit-learn for b" in said
    assert "277 MiB, more than the 225 MiB" in said
    assert "python -m training remove NAME" in said


def test_one_small_engine_is_not_warned_of() -> None:
    """There is nothing to do."""
    assert warnings(Rewritten(Path("r"), Needs({"onnx": ("a",)}), 135.0, True)) == []


def test_sizes_are_measured_with_all_that_is_needed() -> None:
    """Scikit-learn brings SciPy and NumPy."""
    assert installed_mib(["scikit-learn"]) > installed_mib(["scipy"]) > installed_mib(["numpy"]) > 5


def test_a_damaged_card_is_refused(tmp_path: Path) -> None:
    """Nothing is written from bytes that do not match the index."""
    bundles.put(tmp_path)
    card = tmp_path / "toy" / "1" / "bundle.json"
    card.write_bytes(card.read_bytes() + b" ")
    with pytest.raises(Exception, match="does not match its sha256"):
        needs(tmp_path)
