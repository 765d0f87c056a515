"""What a folder asks for is found with its place, in the file that the platform reads."""

from pathlib import Path

import pytest

from training.doctor.requirements import read_asked
from training.errors import TrainingError

PROJECT = """
[project]
name = "x"
version = "0"
dependencies = [
  "Flask==3.1.3",
  "redis>=8",
]
[tool.uv]
exclude-dependencies = ["PyYAML"]
"""


def test_lines_are_named_with_their_places(tmp_path: Path) -> None:
    """Comments, options, hashes, continued lines and a byte order mark are no hindrance."""
    (tmp_path / "requirements.txt").write_text(
        "\ufeff# what\n--no-index\nFlask==3.1.3  # why\n\nredis[hiredis] >= 8; python_version > '3' \\\n"
        "  --hash=sha256:00\nSome_Name == 1.*\n./local.whl\n",
        encoding="utf-8",
    )
    lines = read_asked(tmp_path).lines
    found = [(line.name, line.place, line.is_pinned) for line in lines]
    assert found == [
        ("flask", "requirements.txt:3", True),
        ("redis", "requirements.txt:5", False),
        ("some-name", "requirements.txt:7", False),
    ]
    assert lines[1].requirement.extras == {"hiredis"}


def test_included_files_are_read_and_constraints_ask_for_nothing(tmp_path: Path) -> None:
    """A file may include itself through another; a change in any of them is another text."""
    (tmp_path / "requirements.txt").write_text("-r more.txt\n-c held.txt\nflask\n")
    (tmp_path / "more.txt").write_text("redis==8.1.0\n-r requirements.txt\n")
    (tmp_path / "held.txt").write_text("flask==3.1.3\n")
    asked = read_asked(tmp_path)
    assert [(line.name, line.place) for line in asked.lines] == [
        ("redis", "more.txt:1"),
        ("flask", "requirements.txt:3"),
    ]
    (tmp_path / "held.txt").write_text("flask==3.1.2\n")
    assert read_asked(tmp_path).text != asked.text


def test_a_project_is_read_instead_as_the_platform_does(tmp_path: Path) -> None:
    """With what it excludes, and what only requirements.txt asks for."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "requirements.txt").write_text("flask==3.1.3\nonnxruntime==1\n")
    asked = read_asked(tmp_path)
    assert [line.place for line in asked.lines] == ["pyproject.toml:6", "pyproject.toml:7"]
    assert (asked.file, asked.excluded, asked.unread) == ("pyproject.toml", {"pyyaml"}, ("onnxruntime",))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("requirements.txt", b"\xff\xfe", "requirements.txt is no text in UTF-8", id="bytes"),
        pytest.param("requirements.txt", b"-r gone.txt", "gone.txt can't be read", id="included file gone"),
        pytest.param("pyproject.toml", b"[", "pyproject.toml is no TOML", id="no TOML"),
        pytest.param("pyproject.toml", b"[tool.x]", "lists no dependencies under", id="no project"),
        pytest.param("pyproject.toml", b"project = 1", "lists no dependencies under", id="no table"),
        pytest.param(
            "pyproject.toml", b'[project]\ndependencies = ["a=1"]', "pyproject.toml: ", id="requirement"
        ),
        pytest.param("other.txt", b"", "requirements.txt can't be read: No such file", id="nothing"),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    """The file, and what is wrong with it."""
    (tmp_path / name).write_bytes(content)
    with pytest.raises(TrainingError, match=said):
        read_asked(tmp_path)
