"""What make shows while it installs."""

import io
import os
import subprocess
import sys

import pytest

from tests.tools.script import ROOT
from tools.install import show

INSTALL = [sys.executable, str(ROOT / "tools" / "install.py")]
SAID = (
    "Collecting flask==3.1.3 (from -r ml-api/requirements.lock (line 14))\n",
    "  Downloading flask-3.1.3-py3-none-any.whl (103 kB)\n",
    "Requirement already satisfied: redis==8.1.0 in ./.venv/lib\n",
    "Installing collected packages: flask\n",
    "Successfully installed flask-3.1.3\n",
)


@pytest.mark.parametrize(
    ("live", "shown"),
    [
        pytest.param(
            True,
            [
                "Fetching 1 of 2 packages: flask",
                "Fetching 2 of 2 packages: redis",
                "Installing 2 packages ...",
                "",
            ],
            id="terminal",
        ),
        pytest.param(False, ["Installing 2 packages ...\n"], id="file"),
    ],
)
def test_it_says_how_far_it_is(live, shown):
    """In one line that renews itself and is gone at the end; in a log once; without escape codes."""
    out = io.StringIO()
    show(SAID, 2, out, live=live)
    drawn = out.getvalue().removesuffix("\r").split("\r")
    assert [each.rstrip(" ") for each in drawn] == shown
    assert "\x1b" not in out.getvalue()


def test_what_pip_refuses_is_a_failure_in_its_words(tmp_path):
    """And one line of ours, without a traceback."""
    (tmp_path / "a.lock").write_text(f"pip==1.0 --hash=sha256:{'0' * 64}\n")
    said = subprocess.run(
        [*INSTALL, str(tmp_path / "a.lock")],
        env={"PIP_NO_INDEX": "1", "PIP_CONFIG_FILE": os.devnull},
        capture_output=True,
        text=True,
    )
    assert said.returncode == 1
    assert "No matching distribution found for pip==1.0" in said.stderr
    assert said.stderr.splitlines()[-1].startswith("error: not all could be installed")
    assert "Traceback" not in said.stderr


def test_a_lock_that_is_not_there_is_named(tmp_path):
    """Before pip is asked."""
    said = subprocess.run([*INSTALL, "no.lock"], cwd=tmp_path, capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (1, "error: no.lock: No such file or directory\n")


def test_it_needs_no_package():
    """Nothing is there before it ran."""
    words = [INSTALL[0], "-S", INSTALL[1], "--help"]
    assert subprocess.run(words, capture_output=True, text=True).stdout.startswith("usage: ")
