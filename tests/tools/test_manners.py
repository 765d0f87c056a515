"""Manners of every command: help with an example that works, wrong usage in one line, no traceback."""

import os
import re
import shlex
import signal
import subprocess
import sys
import time

import pytest

from tests.tools.commands import Command, commands, subcommands
from tests.tools.script import ROOT

COMMANDS = commands()
ENV = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}
WRONG = "--no-such-option"
EXAMPLE = re.compile(r"^example:\n  (.+)\n\Z", re.MULTILINE)
NEEDED = ("production.env",)
"""Files which examples name, and which are looked for before anything else."""
HOLD = """
import pathlib, time
pathlib.Path(__file__).with_suffix(".reached").touch()
time.sleep(60)
"""

every_program = pytest.mark.parametrize("command", COMMANDS, ids=str)
every_command = pytest.mark.parametrize("command", [*COMMANDS, *subcommands()], ids=str)


def run(words, cwd=ROOT, **others):
    """Run a command to its end and return what it said."""
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": ENV, "timeout": 60}
    return subprocess.run(words, cwd=cwd, stdin=subprocess.DEVNULL, **{**told, **others})


def test_commands_are_found():
    """Of each kind one, since what is not found is not held to anything."""
    found = {command.module for command in COMMANDS}
    assert found >= {
        "bench",
        "tests.chaos.soak",
        "tests.compat_table",
        "tools.replay",
        "tools.run_local",
        "training",
    }
    assert not found & {"pip", "pytest", "tools.arguments"}


@every_command
def test_help_has_an_example_that_works(command: Command, tmp_path):
    """The example is understood to its last word: all that is refused, in one line, is one word more."""
    said = run(command.typed("--help"))
    assert (said.returncode, said.stderr) == (0, "")
    assert "\x1b" not in said.stdout
    (line,) = EXAMPLE.findall(said.stdout)
    assert max(map(len, EXAMPLE.sub("", said.stdout).splitlines())) <= 80
    for name in NEEDED:
        (tmp_path / name).touch()
    refused = run([sys.executable, *started(line), WRONG], cwd=tmp_path)
    assert (refused.returncode, refused.stdout) == (2, "")
    more = r"python (-m )?[\w./]+( [a-z-]+)? --help shows what there is"
    assert re.fullmatch(f"error: unrecognized arguments: {WRONG}; {more}\n", refused.stderr)


def started(line):
    """Return what python is told by an example."""
    program, *words = shlex.split(line)
    assert program in ("python", "make")
    words = made(line) if program == "make" else words
    return words if words[0] == "-m" else [str(ROOT / words[0]), *words[1:]]


def made(line):
    """Return what make would tell python for an example."""
    env = {name: value for name, value in ENV.items() if not name.startswith("MAKE")}
    shown = run([*shlex.split(line), "--dry-run"], env=env).stdout.replace("\\\n", " ")
    words = shlex.split(shown.splitlines()[-1])
    return words[next(place for place, word in enumerate(words) if word.endswith("/python")) + 1 :]


@every_program
def test_nobody_need_read_what_it_says(command: Command):
    """`| head` may end before anything was said."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        said = run(command.typed("--help"), stdout=writer)
    finally:
        os.close(writer)
    assert said.returncode in (0, 1)
    assert said.stderr == ""


@every_program
def test_ctrl_c_while_it_loads_ends_it_without_a_word(command: Command, tmp_path):
    """As the signal does by itself, however little is loaded."""
    (tmp_path / "argparse.py").write_text(HOLD)
    told = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    env = {**ENV, "PYTHONPATH": f"{tmp_path}:{ROOT}"}
    with subprocess.Popen(
        command.typed("--help"), cwd=ROOT, env=env, start_new_session=True, **told
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not (tmp_path / "argparse.reached").exists():
                assert process.poll() is None
                assert time.monotonic() < deadline
                time.sleep(0.01)
            process.send_signal(signal.SIGINT)
            assert (process.wait(10), process.stdout.read()) == (-signal.SIGINT, "")
        finally:
            process.kill()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param("-m bench --only echo --quick --results FILE/x", id="bench"),
        pytest.param("-m observability.grafana.dashboards.render --out FILE", id="dashboards"),
        pytest.param("tools/render_rules.py --out FILE", id="rules"),
        pytest.param("-m tools.stack --state FILE", id="stack"),
        pytest.param("-m training penguins --artifacts FILE/x", id="training"),
        pytest.param("-m training pin --output FILE/x", id="pin"),
        pytest.param("-m training pin --artifacts FILE", id="pin-nothing"),
        pytest.param("-m training remove penguins --artifacts FILE", id="remove"),
    ],
)
def test_a_file_where_a_folder_must_be_is_named_at_once(words, tmp_path):
    """Before anything long is begun, in one line, and without a traceback."""
    file = tmp_path / "file"
    file.write_text("a person's own")
    said = run([sys.executable, *words.replace("FILE", str(file)).split()])
    assert said.returncode == 1
    assert re.fullmatch(rf"error: .*{re.escape(str(file))}.*\n", said.stderr)
    assert file.read_text() == "a person's own"
