"""Files that no deployment should hold, and settings that seldom stand in one: told, and no hindrance."""

import os
import sys
from pathlib import Path
from platform import machine

import pytest

from tests.training import doctor_folders as folders
from training.doctor.advice import Found, drops, remarks
from training.doctor.bundles import read_bundles
from training.doctor.files import read_files
from training.doctor.interpreter import Interpreter, find_python, here
from training.doctor.requirements import read_asked
from training.doctor.source import Source, read_source
from training.doctor.weights import Weights
from training.sealed import seal

PROJECT = '[project]\nname = "x"\nversion = "0"\ndependencies = ["Flask==3.1.3"]\n'


def found(folder: Path) -> Found:
    """Return what was found in a folder, with nothing installed."""
    weights = Weights({}, read_asked(folder), "3.12", is_resolved=True)
    return Found(folder, weights, read_bundles(folder), Source(), None)


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """To read it would never end."""
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "app.py").write_bytes(bytes(10))
    files = read_files(tmp_path)
    assert (files.sizes, files.links) == ({"app.py": 10}, ())


@pytest.mark.parametrize(
    "deep", ["x = 1" + "+1" * 100_000, "x = " + "-" * 100_000 + "1"], ids=["sum", "signs"]
)
def test_code_that_cannot_be_read_is_named(tmp_path: Path, deep: str) -> None:
    """Deleted meanwhile, or too deep for Python's own reader; what the others import is known."""
    (tmp_path / "a.py").write_text("import redis\n")
    (tmp_path / "deep.py").write_text(deep)
    source = read_source(tmp_path, ["gone.py", "deep.py", "a.py"])
    assert source.faults == ("gone.py can't be read: No such file or directory", "deep.py is no Python")
    assert source.imports == {"redis"}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param({"models": {}}, "index.json is no index of bundles", id="another object"),
        pytest.param({"bundles": []}, "index.json is no index of bundles", id="a list"),
        pytest.param({"bundles": {"toy": "1"}}, "index.json is no index of bundles", id="no versions"),
        pytest.param(None, "index.json can't be read: Is a directory", id="a folder"),
    ],
)
def test_a_sealed_file_that_is_no_index_is_a_fault(
    tmp_path: Path, content: dict[str, object] | None, said: str
) -> None:
    """However well it is sealed."""
    index = tmp_path / "artifacts" / "index.json"
    index.parent.mkdir()
    if content is None:
        index.mkdir()
    else:
        index.write_bytes(seal(content))
    bundles = read_bundles(tmp_path)
    assert bundles.faults == (f"artifacts/{said}",)
    assert not bundles.are_whole


def test_a_bundle_that_nothing_serves_may_go(tmp_path: Path) -> None:
    """The index does not list it; one that it lists stays."""
    (tmp_path / "requirements.txt").write_text("")
    folders.bundles(tmp_path, toy=folders.ONNX)
    left = tmp_path / "artifacts" / "toy" / "0"
    left.mkdir()
    (left / "bundle.json").write_text("{}")
    assert list(drops(found(tmp_path))) == [
        "delete artifacts/toy/0: index.json does not list it, so nothing serves it"
    ]


def test_requirements_beside_a_project_are_told_where_it_lacks_them(tmp_path: Path) -> None:
    """The platform would not install them; without such a file there is nothing to tell."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    assert list(remarks(found(tmp_path))) == []
    (tmp_path / "requirements.txt").write_text("flask==3.1.3\nredis\nonnxruntime\n")
    assert list(remarks(found(tmp_path))) == [
        "requirements.txt also asks for onnxruntime and redis: the platform reads pyproject.toml alone"
    ]


def test_the_resolvers_own_settings_are_part_of_what_is_asked(tmp_path: Path) -> None:
    """A copy that was installed under others does not serve."""
    (tmp_path / "requirements.txt").write_text("flask\n")
    texts = [read_asked(tmp_path).text]
    for setting in ('resolution = "lowest"\n', 'resolution = "highest"\n'):
        (tmp_path / "uv.toml").write_text(setting)
        asked = read_asked(tmp_path)
        assert [line.name for line in asked.lines] == ["flask"]
        texts.append(asked.text)
    assert len({*texts}) == 3


def test_this_python_is_taken_where_it_is_the_platforms(tmp_path: Path) -> None:
    """With the packages that were resolved, where this machine can run what Linux on x86_64 runs."""
    version = ".".join(map(str, sys.version_info[:2]))
    site = tmp_path if (sys.platform, machine()) == ("linux", "x86_64") else None
    assert find_python(version, tmp_path) == Interpreter(sys.executable, here().version, site)
