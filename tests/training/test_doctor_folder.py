"""A deployment's own files, links, bundles and settings: what counts, and what is wrong with them."""

from pathlib import Path

import pytest

from tests.training import doctor_folders as folders
from training.doctor.bundles import read_bundles
from training.doctor.files import entry_point, link_faults, read_files, stage
from training.doctor.folder import read_python, setting_notes
from training.doctor.source import read_source
from training.errors import TrainingError


def write(folder: Path, *names: str) -> None:
    """Write files of ten bytes."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(bytes(10))


def test_what_is_not_built_does_not_count(tmp_path: Path) -> None:
    """The public files, caches, npm's packages and what belongs to the tools, wherever they stand."""
    write(tmp_path, "api/index.py", "deep/er/x", ".python-version", "artifacts/a/1/x", "artifacts/index.json")
    write(tmp_path, "public/x", "deep/public/x", "api/__pycache__/x", "node_modules/x", ".git/x", ".vercel/x")
    write(tmp_path, "package-lock.json", ".gitignore", ".mypy_cache/x", "venv/x")
    files = read_files(tmp_path)
    assert files.by_part() == {
        "api/": 10, "deep/": 10, ".python-version": 10, "artifacts/a/1/": 10, "artifacts/": 10
    }  # fmt: skip
    assert files.bytes == 50


def test_links_weigh_nothing_and_bad_ones_are_named(tmp_path: Path) -> None:
    """The platform gets the link; a circle and a link to a folder are no trap."""
    folder = tmp_path / "folder"
    write(folder, "real/x")
    write(tmp_path, "secret/big")
    for name, target in {"in": "real", "out": "../secret", "gone": "nothing", "self": "self"}.items():
        (folder / name).symlink_to(target)
    files = read_files(folder)
    assert (files.sizes, files.links) == ({"real/x": 10}, ("gone", "in", "out", "self"))
    assert list(link_faults(folder, files.links)) == [
        "gone is a link to nothing",
        "out is a link out of the folder: what it points to is not deployed",
        "self is a link to nothing",
    ]
    stage(folder, files, tmp_path / "copy")
    assert (tmp_path / "copy" / "out").is_symlink()
    assert (tmp_path / "copy" / "real" / "x").read_bytes() == bytes(10)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        pytest.param(["api/index.py", "main.py"], "api/index.py", id="index in api"),
        pytest.param(["src/app.py"], "src/app.py", id="app in src"),
        pytest.param(["wsgi.py"], "wsgi.py", id="at the top"),
        pytest.param(["api/other.py"], None, id="none"),
    ],
)
def test_the_app_is_looked_for_where_the_platform_looks(
    tmp_path: Path, files: list[str], found: str | None
) -> None:
    """In the usual names alone."""
    write(tmp_path, *files)
    assert entry_point(tmp_path) == found


def test_every_broken_bundle_is_named(tmp_path: Path) -> None:
    """A changed card, a changed file, a missing one; the sound ones are still known, and so are leftovers."""
    folders.bundles(tmp_path, sound=folders.ONNX, card=folders.ONNX, file=folders.ONNX, gone=folders.ARRAY)
    artifacts = tmp_path / "artifacts"
    write(artifacts, "old/3/bundle.json", "card/1/bundle.json", "file/1/model.joblib")
    (artifacts / "gone" / "1" / "model.joblib").unlink()
    found = read_bundles(tmp_path)
    assert [each.name for each in found.sound] == ["sound"]
    assert found.faults == (
        "artifacts/card/1/bundle.json does not match its sha256 in index.json; run verify",
        "artifacts/file/1/model.joblib does not match its sha256 in bundle.json",
        "artifacts/gone/1/model.joblib can't be read: No such file or directory",
    )
    assert (found.unlisted, found.are_whole) == (("artifacts/old/3",), False)


@pytest.mark.parametrize(
    ("index", "said"),
    [
        pytest.param(None, "artifacts/index.json is missing", id="missing"),
        pytest.param(b"{}", "artifacts/index.json is damaged", id="damaged"),
    ],
)
def test_an_index_that_does_not_count_is_a_fault(tmp_path: Path, index: bytes | None, said: str) -> None:
    """Nothing is known of the bundles then."""
    (tmp_path / "artifacts").mkdir()
    if index is not None:
        (tmp_path / "artifacts" / "index.json").write_bytes(index)
    found = read_bundles(tmp_path)
    assert found.faults[0].startswith(said)
    assert not found.are_whole


def test_a_folder_without_bundles_has_no_fault(tmp_path: Path) -> None:
    """The monitor has none."""
    assert read_bundles(tmp_path).faults == ()


def test_imports_are_read_wherever_they_stand(tmp_path: Path) -> None:
    """In functions too; relative ones are the folder's own. What is no Python is named with its line."""
    (tmp_path / "a.py").write_text("import x.y\nfrom . import z\ndef f():\n    from late.er import q\n")
    (tmp_path / "b.py").write_text("ok = 1\nif\n")
    (tmp_path / "c.py").write_bytes(b"\0")
    found = read_source(tmp_path, ["a.py", "b.py", "c.py", "d.txt"])
    assert found.imports == {"x", "late"}
    assert found.faults[0] == "b.py:2 is no Python: invalid syntax"
    assert found.faults[1].startswith("c.py")
    assert len(found.faults) == 2


@pytest.mark.parametrize(
    ("said", "python"),
    [pytest.param(None, "3.12", id="unset"), pytest.param("3.13.2\n", "3.13", id="with a patch number")],
)
def test_the_python_is_the_platforms(tmp_path: Path, said: str | None, python: str) -> None:
    """The one of .python-version, else the platform's first."""
    if said:
        (tmp_path / ".python-version").write_text(said)
    assert read_python(tmp_path) == python


def test_a_python_that_the_platform_lacks_is_a_fault(tmp_path: Path) -> None:
    """The build would fail."""
    (tmp_path / ".python-version").write_text("3.11")
    with pytest.raises(TrainingError, match=r"says '3\.11': the platform has Python 3\.12, 3\.13, 3\.14"):
        read_python(tmp_path)


def test_settings_that_change_the_files_are_told(tmp_path: Path) -> None:
    """What a build command writes and what is left out can't be foretold."""
    (tmp_path / "vercel.json").write_text(
        '{"buildCommand": "make x", "functions": {"api/index.py": {"excludeFiles": "x/**"}}}'
    )
    write(tmp_path, ".vercelignore", "uv.lock", "Pipfile")
    said = "\n".join(setting_notes(tmp_path))
    for words in (
        "runs `make x` first",
        "excludeFiles",
        ".vercelignore leaves",
        "uv.lock pins",
        "reads Pipfile",
    ):
        assert words in said


@pytest.mark.parametrize("text", ["[1", "[]", "1" * 5000], ids=["no JSON", "no object", "too long a number"])
def test_settings_that_are_no_json_object_are_a_fault(tmp_path: Path, text: str) -> None:
    """Named as that."""
    (tmp_path / "vercel.json").write_text(text)
    with pytest.raises(TrainingError, match=r"vercel\.json is no JSON"):
        list(setting_notes(tmp_path))
