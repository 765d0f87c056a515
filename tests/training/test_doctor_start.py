"""Starts are measured in processes of their own, over a copy, with the packages that are deployed."""

import sys
from pathlib import Path

import pytest

from training.doctor.distributions import Distribution
from training.doctor.files import read_files
from training.doctor.interpreter import Interpreter, find_python, here
from training.doctor.start import PYTHON_ITSELF, THIS_FOLDER, NotStarted, measure, parse, summed

REPORT = """
import time: self [us] | cumulative | imported package
import time:       999 |        999 | before
import time begins
a warning
import time:       100 |        300 |   numpy._core
import time:      1500 |       2000 | numpy
"""


def app(folder: Path, text: str, **files: str) -> Path:
    """Write an app and modules beside it."""
    (folder / "api").mkdir(parents=True)
    (folder / "api" / "index.py").write_text(text)
    for name, content in files.items():
        (folder / f"{name}.py").write_text(content)
    return folder


def started(
    folder: Path, interpreter: Interpreter | None = None, runs: int = 1, **env: str
) -> list[tuple[float, dict[str, float]]]:
    """Start an app."""
    return measure(folder, read_files(folder), "api/index.py", interpreter or here(), env, runs)


def test_only_what_comes_after_the_interpreter_counts() -> None:
    """Each module with its own time alone."""
    assert parse(REPORT) == {"numpy._core": 0.0001, "numpy": 0.0015}


def test_modules_are_summed_by_their_owner(tmp_path: Path) -> None:
    """The median of the starts; the dearest first."""
    toy = Distribution("toy-thing", "1", {}, modules=frozenset({"toy", "toy.sub"}))
    times = [{"toy": value, "toy.sub": 0.5, "mine.a": 9.0, "json": 0.1} for value in (1.0, 2.0, 90.0)]
    found = summed([(10.0, each) for each in times], {"toy-thing": toy}, {"mine/a.py": 3})
    assert [(each.owner, each.seconds, each.modules) for each in found.costs] == [
        (THIS_FOLDER, 9.0, 1),
        ("toy-thing", 2.5, 2),
        (PYTHON_ITSELF, 0.1, 1),
    ]
    assert (found.runs, found.seconds) == (3, 10.0)


def test_each_start_is_a_fresh_process_over_a_copy(tmp_path: Path) -> None:
    """What one start writes lies in the copy; nothing of this environment comes along but what is given."""
    folder = app(
        tmp_path / "task",
        "import os, mine\nopen('here', 'a').write('x')\n"
        "assert set(os.environ) >= {'VERCEL', 'MINE'} and 'PATH' not in os.environ\napp = 1\n",
        mine="import time\ntime.sleep(0.05)\n",
    )
    found = started(folder, runs=2, MINE="1")
    assert len(found) == 2
    assert all(seconds >= times["mine"] >= 0.05 for seconds, times in found)
    assert not (folder / "here").exists()
    assert not list(folder.rglob("__pycache__"))


def test_a_thread_that_goes_on_does_not_keep_it(tmp_path: Path) -> None:
    """The process ends when app is there."""
    threads = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()\napp = 1\n"
    assert started(app(tmp_path / "task", threads))


def test_only_the_deployed_packages_are_there(tmp_path: Path) -> None:
    """What is installed for the Python that runs can't hide what a deployment lacks."""
    folder = app(tmp_path / "task", "import toy\nimport sklearn\napp = 1\n")
    site = tmp_path / "site"
    site.mkdir()
    (site / "toy.py").write_text("")
    python = Interpreter(sys.executable, "3", site)
    with pytest.raises(NotStarted, match="ModuleNotFoundError: No module named 'sklearn'") as caught:
        started(folder, python)
    assert caught.value.is_of_the_code


@pytest.mark.parametrize(
    ("text", "said", "is_of_the_code"),
    [
        pytest.param("x = 1", "there is no `app` in it", True, id="no app"),
        pytest.param("raise SystemExit('set KEY')", "set KEY", False, id="a setting is missing"),
        pytest.param("import os\nos._exit(3)", "it ended with 3", False, id="silent end"),
        pytest.param("from json import nothing", "ImportError: cannot import name", True, id="no such name"),
    ],
)
def test_an_app_that_does_not_start_says_why(
    tmp_path: Path, text: str, said: str, is_of_the_code: bool
) -> None:
    """In its last line."""
    with pytest.raises(NotStarted) as caught:
        started(app(tmp_path / "task", text))
    assert said in str(caught.value)
    assert caught.value.is_of_the_code is is_of_the_code


def test_without_the_platforms_python_the_one_that_runs_is_taken(tmp_path: Path) -> None:
    """With what is installed for it, which the report tells."""
    assert find_python("3.99", tmp_path) == here()
