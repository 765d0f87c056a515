"""A folder's lock is the part of the root's that serves its requirements."""

from collections.abc import Iterable
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from training.doctor.distributions import closure, read_installed
from training.engines import PACKAGES, Needs
from training.locks import NOTE, Asked, cut, holds, read_asked, read_lock
from training.requirements_file import MARK_LINE, rewritten

ROOT = Path(__file__).resolve().parents[2]
LOCK = read_lock((ROOT / "requirements.lock").read_text())
BASE = MARK_LINE.split((ROOT / "ml-api" / "requirements.txt").read_text())[0]
SMALL = """\
# A remark.
deep==1.0 \\
    --hash=sha256:aa \\
    --hash=sha256:ab
    # via middle
Middle.Name==2.0 ; python_full_version < '3.12' \\
    --hash=sha256:ba
    # via top
middle-name==3.0 ; python_full_version >= '3.12' \\
    --hash=sha256:bb
    # via
    #   other
    #   top
other==4.0 \\
    --hash=sha256:ca
    # via -r requirements.txt
top==5.0 \\
    --hash=sha256:da
    # via -r some/requirements.txt
via==6.0 \\
    --hash=sha256:ea
    # via
    #   middle-name
    #   -r requirements.txt
"""


def names(text: str) -> list[tuple[str, str]]:
    """Return the packages of a lock with their versions."""
    return [(each.name, each.version) for each in read_lock(text)]


def test_a_cut_holds_what_is_asked_for_and_what_that_needs() -> None:
    """In both versions where two Pythons need two, with hashes and markers, and without remarks."""
    part = cut(read_lock(SMALL), read_asked("top==5.0"))
    assert part.missing == ()
    expected = [("middle-name", "2.0"), ("middle-name", "3.0"), ("top", "5.0"), ("via", "6.0")]
    assert names(part.text) == expected
    assert part.text.startswith(
        f"{NOTE}Middle.Name==2.0 ; python_full_version < '3.12' \\\n    --hash=sha256:ba\nmiddle-name==3.0"
    )
    assert "# via" not in part.text


def test_hashes_are_those_of_the_lock() -> None:
    """All of them: each file of a release has its own."""
    assert read_lock(SMALL)[0].hashes == {"sha256:aa", "sha256:ab"}


@pytest.mark.parametrize(
    ("line", "is_held"),
    [
        pytest.param("middle_name==3.0", True, id="spelled-otherwise"),
        pytest.param("middle-name==2.0  # a remark", True, id="the-older-of-two"),
        pytest.param("top", True, id="any-version"),
        pytest.param("top<7", True, id="a-range"),
        pytest.param("top==5.*", True, id="a-prefix"),
        pytest.param("top[extra]==5.0; sys_platform == 'linux'", True, id="an-extra-and-a-marker"),
        pytest.param("top==5.1", False, id="another-version"),
        pytest.param("absent==1.0", False, id="an-unknown-package"),
        pytest.param("top @ https://example.com/top-5.0.whl", False, id="an-address"),
        pytest.param("./top", False, id="a-path"),
    ],
)
def test_what_a_lock_can_not_serve_is_named(line: str, is_held: bool) -> None:
    """By its line, and left out."""
    part = cut(read_lock(SMALL), read_asked(f"# first\n-r other.txt\n\n{line}\n"))
    assert len(part.missing) == (not is_held)
    assert (part.text == NOTE) == (not is_held)
    assert all(missing in line for missing in part.missing)


def test_a_pin_of_another_version_is_not_held() -> None:
    """Whatever else is."""
    assert not holds(read_lock(SMALL), Asked("top", "5", "top==5"))


@pytest.mark.parametrize(
    "needs",
    [
        pytest.param(("onnx",), id="onnx"),
        pytest.param(("sklearn",), id="arrays"),
        pytest.param(("sklearn", "frame"), id="frames"),
        pytest.param(("onnx", "sklearn", "frame"), id="both"),
    ],
)
def test_every_engine_is_locked_with_all_that_it_needs(needs: Iterable[str]) -> None:
    """As the installed packages themselves say; what only another system or Python needs may be there too."""
    text = rewritten(BASE, Needs({need: ("a",) for need in PACKAGES if need in needs}))
    part = cut(LOCK, read_asked(text))
    assert part.missing == ()
    wanted = [Requirement(each.line) for each in read_asked(text)]
    held = {each.name for each in read_lock(part.text)}
    needed = closure(
        read_installed([str(Path(str(metadata.distribution("flask").locate_file(""))))]), wanted, "3.12"
    )
    assert needed <= held
    assert held - needed <= {"async-timeout", "tzdata"}
