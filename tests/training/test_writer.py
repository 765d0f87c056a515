"""The writer: versions never change, and the index is what counts."""

import json
from pathlib import Path

import pytest

from tests.training.bundles import RUN, assert_whole, card, put
from training.sealed import SealError, unseal
from training.writer import WriteError, read_index, record_failure, remove, write


def listing(root: Path) -> list[str]:
    """Return every file and folder, with its path below root."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*"))


def test_the_first_bundle_is_version_1(tmp_path: Path) -> None:
    """A folder and an index are made, and nothing else."""
    written = put(tmp_path / "artifacts")
    assert (written.version, written.changed) == ("1", True)
    assert written.path == tmp_path / "artifacts" / "toy" / "1"
    assert listing(tmp_path / "artifacts") == [
        "index.json",
        "toy",
        "toy/1",
        "toy/1/bundle.json",
        "toy/1/model.joblib",
        "toy/1/run.json",
    ]
    assert_whole(tmp_path / "artifacts")


def test_the_card_holds_the_version_in_its_place(tmp_path: Path) -> None:
    """The writer fills the version in where the card left it open."""
    bundle = (put(tmp_path).path / "bundle.json").read_text()
    assert list(json.loads(bundle)) == ["format", "name", "version", "files"]
    assert json.loads(bundle)["version"] == "1"
    assert len(bundle.splitlines()) == 6


def test_the_same_content_replaces_the_run_alone(tmp_path: Path) -> None:
    """An equal training makes no version."""
    put(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*.j*")}
    written = write(tmp_path, card(), {"model.joblib": b"a"}, RUN | {"seconds": 2.0})
    assert (written.version, written.changed) == ("1", False)
    changed = [path.name for path, data in before.items() if path.read_bytes() != data]
    assert changed == ["run.json"]
    assert unseal((written.path / "run.json").read_bytes())["seconds"] == 2.0


def test_other_content_is_the_next_version(tmp_path: Path) -> None:
    """The older version stays as it was."""
    put(tmp_path)
    assert put(tmp_path, content=b"b").version == "2"
    assert put(tmp_path, content=b"a").version == "3"
    assert_whole(tmp_path)
    assert list(read_index(tmp_path)["toy"]) == ["1", "2", "3"]


def test_the_newest_version_is_the_highest_by_number(tmp_path: Path) -> None:
    """10 comes after 9, and 2.1 between 2 and 3."""
    put(tmp_path, version="9")
    put(tmp_path, version="10", content=b"b")
    put(tmp_path, version="2.1", content=b"c")
    assert put(tmp_path, content=b"b").version == "10"
    assert put(tmp_path, content=b"d").version == "11"


def test_a_version_that_exists_is_never_overwritten(tmp_path: Path) -> None:
    """Other content under a known version is refused; the same content is not."""
    put(tmp_path, version="1")
    with pytest.raises(WriteError, match="toy 1 exists with other content"):
        put(tmp_path, version="1", content=b"b")
    assert not put(tmp_path, version="1").changed
    assert_whole(tmp_path)


def test_a_damaged_file_is_healed_by_the_same_training(tmp_path: Path) -> None:
    """What the index promises is put back."""
    damaged = put(tmp_path).path / "model.joblib"
    damaged.write_bytes(b"x")
    assert not put(tmp_path).changed
    assert_whole(tmp_path)


@pytest.mark.parametrize("name", ["", "Toy", "../toy", "toy/1", "-toy", "a" * 64])
def test_a_name_that_is_no_name_is_refused(tmp_path: Path, name: str) -> None:
    """A name can't lead out of the folder."""
    with pytest.raises(WriteError, match="a model's name is"):
        put(tmp_path, name=name)


@pytest.mark.parametrize("version", ["v1", "01", "1.", "../1", "1" * 10, "1.2.3.4.5", "\u0661"])
def test_a_version_that_is_no_version_is_refused(tmp_path: Path, version: str) -> None:
    """A version can't lead out of the folder."""
    with pytest.raises(WriteError, match="a version is"):
        put(tmp_path, version=version)


def test_what_no_index_lists_makes_room(tmp_path: Path) -> None:
    """Staging folders, and a folder in the new version's place, are what a killed run left."""
    (tmp_path / ".staging-bundle").mkdir()
    (tmp_path / ".staging-index.json").write_text("half")
    (tmp_path / "toy" / "1").mkdir(parents=True)
    (tmp_path / "toy" / "1" / "left").write_text("half")
    put(tmp_path)
    assert_whole(tmp_path)
    assert not list(tmp_path.glob(".*"))


def test_a_failure_is_kept_until_a_success(tmp_path: Path) -> None:
    """failed-run.json is sealed, stands beside whole bundles, and goes with the next success."""
    put(tmp_path)
    record_failure(tmp_path, "toy", RUN | {"success": False})
    assert unseal((tmp_path / "toy" / "failed-run.json").read_bytes())["success"] is False
    assert_whole(tmp_path)
    put(tmp_path)
    assert not (tmp_path / "toy" / "failed-run.json").exists()


def test_a_removed_version_is_gone(tmp_path: Path) -> None:
    """The others stay; the last one takes the model with it."""
    put(tmp_path)
    put(tmp_path, content=b"b")
    put(tmp_path, name="other")
    remove(tmp_path, "toy", "1")
    assert_whole(tmp_path)
    assert list(read_index(tmp_path)["toy"]) == ["2"]
    assert not (tmp_path / "toy" / "1").exists()
    remove(tmp_path, "toy", "2")
    assert list(read_index(tmp_path)) == ["other"]
    assert not (tmp_path / "toy").exists()


def test_a_removed_model_is_gone(tmp_path: Path) -> None:
    """Without a version every one of them goes."""
    put(tmp_path)
    put(tmp_path, content=b"b")
    remove(tmp_path, "toy", None)
    assert listing(tmp_path) == ["index.json"]


@pytest.mark.parametrize(("name", "version"), [("toy", "2"), ("other", None)])
def test_what_is_not_there_cannot_be_removed(tmp_path: Path, name: str, version: str | None) -> None:
    """A mistyped name removes nothing."""
    put(tmp_path)
    with pytest.raises(WriteError, match="the index lists no"):
        remove(tmp_path, name, version)
    assert_whole(tmp_path)


def test_a_damaged_index_stops_the_writing(tmp_path: Path) -> None:
    """Nothing is built on an index that was changed."""
    put(tmp_path)
    index = tmp_path / "index.json"
    index.write_bytes(index.read_bytes().replace(b'"1"', b'"2"'))
    with pytest.raises(SealError, match=r"index\.json is damaged"):
        put(tmp_path, content=b"b")
