"""`make` says what there is to make, and what to do where it can't."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.script import ROOT

TEXT = (ROOT / "Makefile").read_text().replace("\\\n", " ")
ENV = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
TARGETS = [name for line in re.findall(r"^\.PHONY: (.*)", TEXT, re.MULTILINE) for name in line.split()]
ITS_OWN = set(re.findall(r"^(\w+) [:?]=", TEXT, re.MULTILINE))


@pytest.fixture
def make(require_real):
    """Give `make(words)`: runs it to its end, in the project's folder unless told."""
    require_real(shutil.which("make"), "make is not on PATH")

    def run(*words: str, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
        return subprocess.run(["make", *words], cwd=cwd, env=ENV, capture_output=True, text=True, timeout=60)

    return run


def recipe(target):
    """Return the lines that make runs for a target."""
    return re.search(rf"^{target}:.*\n((?:\t.*\n)*)", TEXT, re.MULTILINE)[1]


@pytest.mark.parametrize("words", [(), ("help",)], ids=["make", "make help"])
def test_help_names_every_target(make, words):
    """Once, aligned, within a terminal's width, and what a newcomer needs at the top."""
    said = make(*words)
    assert (said.returncode, said.stderr) == (0, "")
    lines = said.stdout.splitlines()
    told = [found for line in lines if (found := re.fullmatch(r"  make ([a-z-]+) +(\S.*)", line))]
    assert sorted(each[1] for each in told) == sorted(name for name in TARGETS if name[0] != "$")
    assert [each[1] for each in told][:4] == ["help", "run", "demo", "pack"]
    assert len({each.start(2) for each in told}) == 1
    assert max(map(len, lines)) <= 80
    assert lines[0] == "Try it"


@pytest.mark.parametrize("target", [name for name in TARGETS if not name.startswith("$")])
def test_help_names_every_variable_that_a_target_reads(target):
    """What nobody is told of is used by nobody."""
    (says,) = re.findall(rf"^{target}:.*## (.*)", TEXT, re.MULTILINE)
    reads = set(re.findall(r"\$[({](?:or \$\()?([A-Z_]+)\b", recipe(target))) - ITS_OWN
    assert {name for name in reads if f"{name}=" not in says} == set()


def test_what_there_is_not_to_make_leads_to_what_there_is(make):
    """As a typing error does."""
    said = make("nonsense")
    assert (said.returncode, said.stdout) == (2, "")
    assert said.stderr.startswith(
        "There is nothing called nonsense to make; make help lists what there is.\n"
    )


@pytest.mark.parametrize("python", ["no-such-python", "false"], ids=["missing", "broken"])
def test_without_a_python_it_says_how_to_name_one(make, tmp_path, python):
    """It begins with that, and leaves nothing behind."""
    shutil.copyfile(ROOT / "Makefile", tmp_path / "Makefile")
    for place in ("ml-api", "monitoring", "tools", "tests/conformance"):
        (tmp_path / place).mkdir(parents=True)
        for file in (ROOT / place).glob("requirements.*"):
            shutil.copyfile(file, tmp_path / place / file.name)
    for file in ROOT.glob("requirements.*"):
        shutil.copyfile(file, tmp_path / file.name)
    said = make("run", f"PYTHON={python}", cwd=tmp_path)
    assert said.returncode == 2
    assert f"Python 3.11 or newer is needed, and {python} is not it;\n" in said.stderr
    assert "name one that is: make run PYTHON=python3.12\n" in said.stderr
    assert not (tmp_path / ".venv").exists()
