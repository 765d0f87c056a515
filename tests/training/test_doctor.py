"""The command: what it prints, and how it ends, for folders of every kind."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.training import doctor_folders as folders
from tools.local_server import free_port
from training.cli import main
from training.doctor.interpreter import find_python
from training.doctor.resolve import find_uv
from training.engines import MIB

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _uv(require_real: Callable[..., None]) -> None:
    require_real(find_uv(), "uv is not installed")
    require_real(find_python("3.12", Path()).site, "no Python 3.12 was found; the platform runs it")


def doctor(folder: Path, *options: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own."""
    words = [
        sys.executable,
        "-m",
        "training",
        "doctor",
        str(folder),
        "--cache",
        str(folder / "../cache"),
        *options,
    ]
    return subprocess.run(words, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True)


def test_a_small_folder_is_below_the_line(tmp_path: Path) -> None:
    """What weighs, why it is there, what the start imports, what may go."""
    folder = folders.deployment(tmp_path / "mine", "toy==1\nidle==1\n", "import toy\napp = 1\n")
    folders.wheel(folder, "toy", {"toy/__init__.py": "import deep\n"}, needs=("deep",))
    folders.wheel(folder, "deep", {"deep/__init__.py": "", "deep/data": "x" * (3 * MIB)})
    folders.wheel(folder, "idle", {"idle/__init__.py": "x = 0\n" * MIB})
    done = doctor(folder, "--runs", "2")
    assert done.returncode == 0
    said = done.stdout.splitlines()
    words = [" ".join(line.split()) for line in said]
    assert said[0] == "mine: 16.6 MiB, of 225 that the platform builds into a function"
    assert said[1] == "Packages as resolved for Python 3.12 on Linux x86_64."
    assert "6.0 6.0 idle 1 requirements.txt:4" in words
    assert "3.0 3.0 deep 1 toy" in words
    assert "0.0 2 in all" in words
    assert [line.split()[-1] for line in said if "ms until" in line] == ["machine,"]
    assert any(line.split()[1:] == ["1", "deep"] for line in said)
    assert said[-1].startswith("- drop idle (requirements.txt:4)")
    assert said[-1].endswith("Saves 6.0 MiB")


def test_above_the_line_it_refuses(tmp_path: Path) -> None:
    """With how much too much it is; --runs 0 starts nothing."""
    folder = folders.deployment(tmp_path / "mine", "big==1\n", "raise SystemExit\n")
    folders.wheel(folder, "big", {"big/__init__.py": "", "big/data": "x" * (230 * MIB)})
    done = doctor(folder, "--runs", "0", UV_NO_CACHE="1")
    shutil.rmtree(tmp_path)  # Some hundred MiB.
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        "error: mine is 12.6 MiB above the line of 225 MiB: packages would be installed at every cold start"
    )
    assert "imported at start" not in done.stdout


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    """Requirements, Python, settings, links, bundles, code, and the start."""
    folder = folders.deployment(tmp_path / "mine", "", "import gone\napp = 1\n")
    folders.bundles(folder, broken=folders.ONNX, lacking=folders.ARRAY)
    (folder / "artifacts" / "broken" / "1" / "bundle.json").write_text("{}")
    (folder / ".python-version").write_text("2.7")
    (folder / "vercel.json").write_text("{")
    (folder / "bad.py").write_text("if")
    (folder / "link").symlink_to("/nowhere/at/all")
    done = doctor(folder, "--runs", "1")
    assert done.returncode == 1
    faults = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    named = [".python-version", "vercel.json", "artifacts/broken", "link", "bad.py:1"]
    named += ["api/index.py", "scikit-learn"]
    assert len(faults) == len(named)
    for fault, words in zip(faults, named, strict=True):
        assert fault.startswith(f"error: {words}")
    assert "Traceback" not in done.stderr


def test_what_is_no_deployment_is_left_unread(tmp_path: Path) -> None:
    """An empty folder lacks both."""
    done = doctor(tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "error: requirements.txt can't be read: No such file or directory",
        "error: there is no api/index.py, and no other file where the platform looks for `app`",
    ]


def test_requirements_that_cannot_be_met_leave_the_other_faults_told(tmp_path: Path) -> None:
    """No size is made up."""
    folder = folders.deployment(tmp_path / "mine", "nothing-of-this-name==1\n")
    (folder / "bad.py").write_text("if")
    done = doctor(folder)
    assert done.returncode == 1
    assert done.stdout == "mine: its size can't be foretold\n"
    assert "error: bad.py:1 is no Python" in done.stderr
    assert "nothing-of-this-name was not found" in done.stderr


def without_index() -> dict[str, str]:
    """Return the environment in which uv asks an index that nobody serves."""
    index = f"http://127.0.0.1:{free_port()}/simple"
    return {"UV_DEFAULT_INDEX": index, "UV_INDEX_URL": index, "UV_HTTP_RETRIES": "0", "UV_NO_CACHE": "1"}


def test_without_an_index_what_is_installed_here_is_weighed_and_said(tmp_path: Path) -> None:
    """Plainly, with the version where it is another one than asked for."""
    folder = folders.deployment(tmp_path / "mine")
    (folder / "requirements.txt").write_text("packaging==1.0\n")
    done = doctor(folder, **without_index())
    assert done.returncode == 0, done.stderr
    assert "\nNOT RESOLVED: packages weighed as they are installed here" in done.stdout
    assert "requirements.txt:1 asks for packaging==1.0: weighed as" in done.stdout
    assert "requirements.txt can't be resolved: Failed to fetch" in done.stdout
    assert "the platform's will differ" in done.stdout


def test_what_is_neither_resolved_nor_here_is_a_fault(tmp_path: Path) -> None:
    """A sum without it would be too small."""
    folder = folders.deployment(tmp_path / "mine")
    (folder / "requirements.txt").write_text("nothing-of-this-name==1\n")
    done = doctor(folder, **without_index())
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == "error: and not installed here: nothing-of-this-name"


def test_a_start_gets_what_it_is_given(tmp_path: Path) -> None:
    """An app that misses a setting is no fault of the folder; --env gives it."""
    folder = folders.deployment(tmp_path / "mine", "", "import os\napp = os.environ['KEY']\n")
    without = doctor(folder, "--runs", "1")
    assert without.returncode == 0
    assert "no import times: api/index.py did not start here (KeyError: 'KEY'); see --env" in without.stdout
    assert "in one fresh process" in doctor(folder, "--runs", "1", "--env", "KEY=1").stdout


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no folder"),
        pytest.param(["x", "--runs", "-1"], id="negative runs"),
        pytest.param(["x", "--runs", "many"], id="runs in letters"),
        pytest.param(["x", "--env", "KEY"], id="no value"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse explains."""
    with pytest.raises(SystemExit) as caught:
        main(["doctor", *arguments])
    assert caught.value.code == 2
    assert "python -m training doctor --help" in capsys.readouterr().err


def test_what_is_no_folder_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As a file, or nothing."""
    assert main(["doctor", str(tmp_path / "gone")]) == 2
    assert "gone is no folder" in capsys.readouterr().err
