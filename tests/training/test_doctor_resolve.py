"""Packages are installed by the real resolver, once a day for the same requirements, whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training import doctor_folders as folders
from tools.local_server import free_port
from training.doctor.requirements import read_asked
from training.doctor.resolve import FRESH_SECONDS, Order, Unreachable, find_uv, resolved
from training.errors import TrainingError

Require = Callable[..., None]


@pytest.fixture
def uv(require_real: Require) -> str:
    """Give the resolver."""
    found = find_uv()
    require_real(found, "uv is not installed")
    assert found
    return found


def order(folder: Path, fresh: bool = False) -> Order:
    """Return what to install, with a cache beside the folder."""
    return Order(folder, read_asked(folder), "3.12", fresh, folder.parent / "cache")


def test_a_second_run_installs_nothing_until_a_day_is_over(tmp_path: Path, uv: str) -> None:
    """Then, or when asked, it resolves anew; its own copies that are no longer fresh go, and nothing else."""
    folder = folders.deployment(tmp_path / "task", "toy\n")
    folders.wheel(folder, "toy")
    site = resolved(order(folder), uv, 0)
    now = site.stat().st_mtime
    folders.wheel(folder, "toy", version="2")
    assert resolved(order(folder), None, now + FRESH_SECONDS - 1) == site
    assert (site / "toy-1.dist-info").exists()
    assert resolved(order(folder, fresh=True), uv, now) == site
    assert (site / "toy-2.dist-info").exists()
    mine = tmp_path / "cache" / "mine"
    mine.mkdir()
    os.utime(mine, (0, 0))
    folder.joinpath("requirements.txt").write_text("--no-index\n")
    other = resolved(order(folder), uv, now + 2 * FRESH_SECONDS)
    assert {*(tmp_path / "cache").iterdir()} == {other, mine}


def test_it_resolves_for_the_platform_and_not_for_here(tmp_path: Path, uv: str) -> None:
    """Markers are judged by its Python and its system."""
    folder = folders.deployment(tmp_path / "task", "new; python_version >= '3.12'\nwin; os_name == 'nt'\n")
    folders.wheel(folder, "new")
    site = resolved(order(folder), uv, 0)
    assert (site / "new.py").exists()


@pytest.mark.parametrize(
    ("requirements", "said"),
    [
        pytest.param("nothing-of-this-name==1", "nothing-of-this-name was not found", id="not there"),
        pytest.param("toy==2", "there is no version of toy==2", id="no such version"),
        pytest.param("toy=1", "Couldn't parse requirement", id="no requirement"),
        pytest.param("./gone", "gone", id="a path to nothing"),
    ],
)
def test_requirements_that_cannot_be_met_are_told_in_the_resolvers_words(
    tmp_path: Path, uv: str, requirements: str, said: str
) -> None:
    """And nothing is kept."""
    folder = folders.deployment(tmp_path / "task", requirements)
    folders.wheel(folder, "toy")
    with pytest.raises(TrainingError) as caught:
        resolved(order(folder), uv, 0)
    assert not isinstance(caught.value, Unreachable)
    assert said in str(caught.value)
    assert str(caught.value).startswith("requirements.txt can't be resolved: ")
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.slow
def test_an_index_that_does_not_answer_says_nothing_of_the_requirements(tmp_path: Path, uv: str) -> None:
    """A password in its address is not repeated."""
    folder = folders.deployment(tmp_path / "task")
    address = f"http://person:secret@127.0.0.1:{free_port()}/simple"
    (folder / "requirements.txt").write_text(f"--index-url {address}\nsix==1.17.0\n")
    with pytest.raises(Unreachable, match="Failed to fetch") as caught:
        resolved(order(folder), uv, 0)
    assert "secret" not in str(caught.value)


def test_without_a_resolver_nothing_is_known(tmp_path: Path) -> None:
    """The way out is named."""
    folder = folders.deployment(tmp_path / "task")
    with pytest.raises(Unreachable, match="uv is not installed"):
        resolved(order(folder), None, 0)


def test_a_cache_that_cannot_be_written_is_named(tmp_path: Path, uv: str) -> None:
    """As a file in its place."""
    folder = folders.deployment(tmp_path / "task")
    (tmp_path / "cache").write_text("")
    with pytest.raises(TrainingError, match="cache can't be written"):
        resolved(order(folder), uv, 0)


def test_the_copy_is_not_compiled(tmp_path: Path, uv: str) -> None:
    """The platform has no caches either, so starts are measured without."""
    folder = folders.deployment(tmp_path / "task", "toy")
    folders.wheel(folder, "toy")
    assert not list(resolved(order(folder), uv, 0).rglob("*.pyc"))
