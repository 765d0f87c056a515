"""The locks hold all that is installed here or by the platform, and are told to be stale where they don't."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.script import ROOT
from tools.lock import EVERYTHING, LOCKS, SERVED, faults
from training.locks import NOTE, cut, read_asked, read_lock

HASH = re.compile(r"sha256:[0-9a-f]{64}")
FILES = [lock.file for lock in LOCKS]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """Give a copy of all locks and requirements files."""
    for path in [
        *ROOT.glob("requirements.*"),
        *ROOT.glob("*/requirements*"),
        *ROOT.glob("*/*/requirements.*"),
    ]:
        (tmp_path / path.relative_to(ROOT)).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, tmp_path / path.relative_to(ROOT))
    return tmp_path


def spoil(tree: Path, file: str, old: str, new: str) -> None:
    """Put something else into a file."""
    text = (tree / file).read_text()
    assert re.search(old, text, re.MULTILINE)
    (tree / file).write_text(re.sub(old, new, text, count=1, flags=re.MULTILINE))


def test_no_lock_is_stale(tree: Path) -> None:
    """Here, and so in the copy on which the tests below rest."""
    assert list(faults(ROOT)) == []
    assert list(faults(tree)) == []


@pytest.mark.parametrize("file", FILES)
def test_every_package_has_hashes_and_no_address(file: str) -> None:
    """Whichever registry or mirror a machine asks, the files are the same."""
    text = (ROOT / file).read_text()
    packages = read_lock(text)
    assert packages
    assert [
        each.name for each in packages if not each.hashes or not all(map(HASH.fullmatch, each.hashes))
    ] == []
    assert "://" not in text
    assert not re.search(r"^-", text, re.MULTILINE)


def test_what_the_platform_installs_is_what_pack_writes() -> None:
    """So that two ways to write the file never disagree."""
    asked = read_asked((ROOT / SERVED).with_suffix(".txt").read_text())
    part = cut(read_lock((ROOT / EVERYTHING).read_text()), asked)
    assert (ROOT / SERVED).read_text() == part.text
    assert part.text.startswith(NOTE)


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        pytest.param(
            "ml-api/requirements.txt",
            "^flask==.*$",
            "flask==0.1",
            ["ml-api/requirements.txt asks for flask==0.1", "requirements.txt asks for flask==0.1"],
            id="another-version",
        ),
        pytest.param(
            "requirements.txt",
            "^ruff==.*$",
            "absent==1",
            ["requirements.txt asks for absent==1"],
            id="a-package-more",
        ),
        pytest.param(
            "training/requirements.txt",
            "^onnx==.*$",
            "onnx==0.1",
            ["requirements.txt asks for onnx==0.1, which requirements.lock does not hold"],
            id="included",
        ),
        pytest.param(
            "monitoring/requirements.lock",
            "sha256:.",
            "sha256:x",
            ["monitoring/requirements.lock has apprise "],
            id="another-hash",
        ),
        pytest.param(
            "tools/requirements.lock",
            "^rich==.*$",
            r"rich==0.1 \\\\",
            ["rich==15", "tools/requirements.lock has rich 0.1 "],
            id="locks-that-differ",
        ),
        pytest.param(
            "training/requirements-mlflow.lock",
            "^mlflow==",
            "outflow==",
            ["asks for mlflow=="],
            id="an-environment-apart",
        ),
    ],
)
def test_a_stale_lock_is_told(tree: Path, file: str, old: str, new: str, said: list[str]) -> None:
    """By the file and what it asks for."""
    spoil(tree, file, old, new)
    found = list(faults(tree))
    assert found
    for words in said:
        assert any(words in fault for fault in found), found


def test_a_lock_that_is_missing_holds_nothing(tree: Path) -> None:
    """Each line that it should serve is told."""
    (tree / "tools" / "requirements.lock").unlink()
    asked = list(read_asked((tree / "tools" / "requirements.txt").read_text()))
    assert [fault for fault in faults(tree) if "which tools/requirements.lock does not hold" in fault] == [
        f"tools/requirements.txt asks for {each.line}, which tools/requirements.lock does not hold"
        for each in asked
    ]


@pytest.mark.parametrize(
    ("stale", "code"), [pytest.param(False, 0, id="fresh"), pytest.param(True, 1, id="stale")]
)
def test_make_asks_before_it_installs(tree: Path, stale: bool, code: int) -> None:
    """With Python's own modules alone: nothing is installed yet."""
    modules = ("__init__", "arguments", "lock", "terminal")
    for file in (*(f"tools/{name}.py" for name in modules), "training/__init__.py", "training/locks.py"):
        shutil.copyfile(ROOT / file, tree / file)
    if stale:
        spoil(tree, "tools/requirements.txt", "^rich==.*$", "rich==0.1")
    command = [sys.executable, "-S", tree / "tools" / "lock.py", "--check"]
    done = subprocess.run(command, cwd=tree, capture_output=True, text=True)
    assert done.returncode == code, done.stderr
    assert ("`make lock` writes the locks anew" in done.stderr) == stale
