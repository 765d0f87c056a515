"""Which variables a deployment will have: from the file told, else the file pulled, else this shell."""

from pathlib import Path

import pytest

from tools.deploying.environment import PULLED, given, read
from tools.terminal import ToolError


def written(folder: Path, text: str | bytes) -> Path:
    """Write a file of variables."""
    path = folder / "production.env"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A=1\n", {"A": "1"}, id="plain"),
        pytest.param('A="1 2"\n', {"A": "1 2"}, id="quoted"),
        pytest.param('A="a\\nb"\n', {"A": "a\nb"}, id="with-a-line-break"),
        pytest.param("# Created by Vercel CLI\nA=1\n\nexport B=2", {"A": "1", "B": "2"}, id="as-pulled"),
        pytest.param("\ufeffA=1\r\nB=2\r\n", {"A": "1", "B": "2"}, id="from-windows"),
        pytest.param("A=1\nA=2\n", {"A": "2"}, id="twice"),
        pytest.param("A=$HOME\n", {"A": "$HOME"}, id="not-interpolated"),
        pytest.param("", {}, id="empty"),
    ],
)
def test_a_file_gives_its_variables(tmp_path, text, expected):
    """As the platform's tool writes them."""
    assert read(written(tmp_path, text), "x").values == expected


def test_a_value_that_is_hidden_is_none(tmp_path):
    """The platform tells only that it is set."""
    found = read(written(tmp_path, 'REDIS_URL="[SENSITIVE]"\nA=1\n'), "x")
    assert (dict(found.values), found.hidden) == ({"A": "1"}, {"REDIS_URL"})
    assert found.has("REDIS_URL", "KV_URL")
    assert not found.has("KV_URL")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("A=1\nhunter2\n", "x:2 is no NAME=VALUE", id="no-value"),
        pytest.param("A='hunter2\n", "x:1 is no NAME=VALUE", id="open-quote"),
        pytest.param(b"A=\xff\n", "x is no text in UTF-8", id="no-text"),
    ],
)
def test_a_file_that_can_not_be_read_is_refused(tmp_path, text, says):
    """By its line, and without what stands there."""
    with pytest.raises(ToolError) as error:
        read(written(tmp_path, text), "x")
    assert str(error.value) == says


def test_a_missing_file_is_named(tmp_path):
    """It may have gone since it was named."""
    with pytest.raises(ToolError, match="x can't be read: No such file"):
        read(tmp_path / "none", "x")


def test_the_file_told_goes_before_the_one_pulled_and_that_before_the_shell(tmp_path):
    """And only the shell is a guess."""
    folder = tmp_path / "ml-api"
    (folder / PULLED).parent.mkdir(parents=True)
    shell = {"A": "shell"}
    assert given(folder, None, shell).values == shell
    assert given(folder, None, shell).is_guess
    (folder / PULLED).write_text("A=pulled\n")
    assert given(folder, None, shell).values == {"A": "pulled"}
    found = given(folder, written(tmp_path, "A=told\n"), shell)
    assert (dict(found.values), found.is_guess) == ({"A": "told"}, False)


def test_no_value_is_shown_by_accident(tmp_path):
    """Not even where the whole is printed."""
    assert "hunter2" not in repr(read(written(tmp_path, "A=hunter2\n"), "x"))
