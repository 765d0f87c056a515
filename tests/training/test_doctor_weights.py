"""Packages weigh what the platform takes of them, and go together where nothing else needs them."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from training.doctor.distributions import Distribution, closure, read_installed
from training.doctor.requirements import Asked, Line
from training.doctor.weights import Weights, weigh_here


def distribution(name: str, size: int, *needs: str, **files: int) -> Distribution:
    """Return a distribution of one file of its own, and of others."""
    return Distribution(name, "1", {f"{name}.py": size, **files}, tuple(map(Requirement, needs)))


def weights(asked: list[str], *installed: Distribution) -> Weights:
    """Return the weights of these, asked for by these lines."""
    lines = tuple(Line(Requirement(each), f"r:{at}") for at, each in enumerate(asked, 1))
    return Weights({each.name: each for each in installed}, Asked("r", lines, b""), "3.12", is_resolved=True)


def installed(site: Path, files: dict[str, int], name: str = "Toy_Thing") -> None:
    """Write files of these sizes as an installed distribution."""
    info = f"{name.lower()}-1.dist-info"
    (site / info).mkdir(parents=True)
    (site / info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    for file, size in files.items():
        (site / file).parent.mkdir(parents=True, exist_ok=True)
        (site / file).write_bytes(bytes(size))
    (site / info / "RECORD").write_text("".join(f"{file},,\n" for file in [*files, "gone.py"]))


def test_what_the_platform_leaves_out_weighs_nothing(tmp_path: Path) -> None:
    """Caches, stubs, marks of installers, programs; what lies elsewhere; what is not there."""
    taken = {"toy/__init__.py": 10, "toy/tests/test_a.py": 20, "toy/testing.py": 40, "toy.libs/x.so.1": 80}
    left = {
        "toy/a.pyi": 1, "toy/py.typed": 1, "toy/__pycache__/a.cpython-312.pyc": 1, "bin/toy": 1, "../toy": 1,
        "toy_thing-1.dist-info/WHEEL": 1, "toy_thing-1.dist-info/INSTALLER": 1,
    }  # fmt: skip
    installed(tmp_path / "site", taken | left)
    found = read_installed([str(tmp_path / "site")])["toy-thing"]
    assert found.files == taken
    assert (found.bytes, found.tests) == (150, 20)
    assert found.modules == {"toy", "toy.tests.test_a", "toy.testing"}


def test_requirements_are_followed_as_on_the_platform() -> None:
    """Markers ask about its Linux and Python; extras bring theirs; circles end."""
    here = {
        each.name: each
        for each in (
            distribution("a", 1, "b[fast]", "win; sys_platform == 'win32'", "old; python_version < '3.12'"),
            distribution("b", 1, "c; extra == 'fast'", "d; extra == 'slow'", "a"),
            *(distribution(name, 1) for name in ("c", "d", "win", "old")),
        )
    }
    assert closure(here, [Requirement("a")], "3.12") == {"a", "b", "c"}
    assert "old" in closure(here, [Requirement("a")], "3.11")


@pytest.mark.parametrize(
    ("dropped", "saved"),
    [
        pytest.param(["big"], 100, id="alone: what it needs is needed by another"),
        pytest.param(["shared"], 0, id="still needed"),
        pytest.param(["big", "other"], 100 + 20 + 3, id="the last two take what they share"),
        pytest.param(["big", "other", "shared"], 100 + 20 + 3, id="its own line as well"),
    ],
)
def test_only_what_nothing_else_needs_is_saved(dropped: list[str], saved: int) -> None:
    """A line without a name in the file keeps what it brings."""
    found = weights(
        ["big", "other", "keep", *(["shared"] if dropped[-1] == "shared" else [])],
        distribution("big", 100, "shared"),
        distribution("other", 20, "shared"),
        distribution("shared", 3),
        distribution("keep", 1),
        distribution("unnamed", 1),
    )
    assert found.saved(dropped) == saved
    assert found.brings("big") == 103
    assert found.parents("shared") == ["big", "other"]


def test_a_file_of_two_packages_weighs_once() -> None:
    """It is there once."""
    found = weights(
        ["a"], distribution("a", 1, "b", **{"x/__init__.py": 5}), distribution("b", 1, **{"x/__init__.py": 5})
    )
    assert found.bytes == 1 + 1 + 5


def test_what_is_weighed_here_is_what_was_asked_for(tmp_path: Path) -> None:
    """And what is missing is named, but not what the folder excludes."""
    installed(tmp_path, {"toy.py": 10}, "toy")
    installed(tmp_path, {"other.py": 10}, "other")
    with (tmp_path / "toy-1.dist-info" / "METADATA").open("a") as metadata:
        metadata.write("Requires-Dist: gone\nRequires-Dist: Left_Out\n")
    asked = Asked("r", (Line(Requirement("toy"), "r:1"),), b"", frozenset({"left-out"}))
    found = weigh_here(asked, "3.12", [str(tmp_path)])
    assert (list(found.installed), found.missing(), found.is_resolved) == (["toy"], ["gone"], False)
