"""pip reads requirements.txt, the platform's build pyproject.toml: both ask for the same."""

import tomllib
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[2] / "monitoring"
PROJECT = tomllib.loads((FOLDER / "pyproject.toml").read_text())


def test_both_files_pin_the_same():
    """In the same order, so that a difference is easy to see."""
    assert PROJECT["project"]["dependencies"] == (FOLDER / "requirements.txt").read_text().split()


def test_what_the_build_leaves_out_is_nothing_that_was_asked_for():
    """Only what another package brings may stay out."""
    names = {pinned.partition("==")[0] for pinned in PROJECT["project"]["dependencies"]}
    assert not names & set(PROJECT["tool"]["uv"]["exclude-dependencies"])
