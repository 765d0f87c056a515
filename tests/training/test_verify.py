"""Verify: every byte of a bundle counts, and every answer."""

import json
from pathlib import Path
from typing import Any

import joblib
import pytest
from sklearn.linear_model import Ridge

from tests.training import models
from training.cli import main
from training.index import read_index
from training.sealed import seal, sha256
from training.verify import checks

FILES = ["index.json", "mine/1/bundle.json", "mine/1/run.json", "mine/1/model.joblib", "mine/1/model.onnx"]


@pytest.fixture(scope="module")
def packed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Return the files of a packed model."""
    folder = tmp_path_factory.mktemp("packed")
    table = models.diabetes()
    table.to_csv(folder / "rows.csv", index=False)
    joblib.dump(Ridge().fit(table.drop(columns="answer"), table["answer"]), folder / "model.joblib")
    said = ["pack", str(folder / "model.joblib"), "--data", str(folder / "rows.csv"), "--target", "answer"]
    assert main([*said, "--name", "mine", "--artifacts", str(folder / "artifacts")]) == 0
    return {name: (folder / "artifacts" / name).read_bytes() for name in FILES}


@pytest.fixture
def root(packed: dict[str, bytes], tmp_path: Path) -> Path:
    """Return a copy of the packed model that a test may damage."""
    for name, data in packed.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(data)
    return tmp_path


def failed(path: Path) -> list[str]:
    """Return the names of the checks that failed."""
    return [check.name for _, check in checks(path) if not check.passed]


@pytest.mark.parametrize("part", ["", "mine/1"], ids=["a folder of bundles", "a bundle"])
def test_a_whole_bundle_passes_every_check(root: Path, part: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A line per check, exit 0."""
    assert main(["verify", str(root / part)]) == 0
    said = capsys.readouterr().out
    for words in [*(name.split("/")[-1] for name in FILES[1:]), "scikit-learn", "ONNX", "parity"]:
        assert words in said


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.5, 0.999], ids=["first", "middle", "last"])
def test_one_flipped_bit_is_found_and_its_file_named(
    root: Path, name: str, place: float, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1."""
    data = bytearray((root / name).read_bytes())
    data[int(len(data) * place)] ^= 1
    (root / name).write_bytes(data)
    assert main(["verify", str(root)]) == 1
    assert name.split("/")[-1] in capsys.readouterr().err


@pytest.mark.parametrize("name", FILES[1:])
def test_a_file_that_is_gone_is_named(root: Path, name: str) -> None:
    """As one that can't be read."""
    (root / name).unlink()
    assert failed(root) == [name.split("/")[-1]]


def test_nothing_is_unpickled_that_does_not_match_its_hash(root: Path) -> None:
    """A pickle that would write a file is found by its hash and left alone."""
    trap = root / "trap"
    joblib.dump(Trap(trap), root / "mine/1/model.joblib")
    assert failed(root) == ["model.joblib"]
    assert not trap.exists()


class Trap:
    """What writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        """Return what unpickling calls."""
        return Path.touch, (self.path,)


@pytest.mark.parametrize(
    ("key", "value", "names"),
    [
        pytest.param("goldens", None, ["scikit-learn", "ONNX"], id="wrong goldens"),
        pytest.param("model.onnx", b"no graph", ["answers"], id="a graph that does not load"),
        pytest.param("model.joblib", None, ["scikit-learn", "parity"], id="another pickle"),
    ],
)
def test_wrong_answers_are_found_behind_right_hashes(
    root: Path, key: str, value: Any, names: list[str]
) -> None:
    """Whoever rewrites the whole folder rewrites the hashes too."""
    card = json.loads((root / "mine/1/bundle.json").read_bytes())
    if key == "goldens":
        card["goldens"][0]["prediction"] += 1
    else:
        card["files"][key] = _replaced(root / "mine/1" / key, value)
    _rewrite(root, card)
    assert failed(root) == names


def _replaced(path: Path, data: bytes | None) -> dict[str, Any]:
    """Replace a model file, by another ridge where no bytes are given; return its entry."""
    if data is None:
        table = models.diabetes()
        joblib.dump(Ridge(5).fit(table.drop(columns="answer"), table["answer"]), path)
    else:
        path.write_bytes(data)
    return {"bytes": path.stat().st_size, "sha256": sha256(path.read_bytes())}


def _rewrite(root: Path, card: dict[str, Any]) -> None:
    data = json.dumps(card).encode()
    (root / "mine/1/bundle.json").write_bytes(data)
    index = read_index(root)
    index["mine"]["1"] = {"bytes": len(data), "sha256": sha256(data)}
    (root / "index.json").write_bytes(seal({"bundles": index}))


def test_a_folder_without_bundles_fails(tmp_path: Path) -> None:
    """Nothing checked is nothing passed."""
    assert failed(tmp_path) == ["index"]


def test_a_bundle_that_the_index_does_not_list_fails(root: Path) -> None:
    """It does not count."""
    (root / "index.json").write_bytes(seal({"bundles": {}}))
    assert failed(root / "mine/1") == ["index"]
