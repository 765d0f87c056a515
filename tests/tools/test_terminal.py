"""What every tool does alike: endings, arguments, foreign text."""

import argparse
import io
import os
import re
import signal
import subprocess
import sys
import time

import pytest
import requests
from rich.console import Console

from tests.tools.script import ROOT, command, run
from tools import arguments, local_server
from tools.progress import Live
from tools.terminal import counted, printable

TOOLS = ("check_api", "replay", "simulate", "metrics_server")


@pytest.mark.parametrize("tool", TOOLS)
def test_help_has_an_example(tool):
    """From any folder, as a file."""
    said = subprocess.run(command(tool, "--help"), capture_output=True, text=True, cwd="/")
    assert said.returncode == 0
    assert f"example:\n  python tools/{tool}.py " in said.stdout


@pytest.mark.parametrize("tool", TOOLS)
def test_a_python_without_the_packages_says_which_one_has_them(tool):
    """One line, no traceback."""
    file = str(ROOT / "tools" / f"{tool}.py")
    said = subprocess.run([sys.executable, "-S", file], capture_output=True, text=True, cwd="/")
    assert said.returncode == 1
    assert ".venv/bin/python" in said.stderr
    assert len(said.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "expected"),
    [("http://127.0.0.1:8000", "http://127.0.0.1:8000"), ("https://a.example/x/", "https://a.example/x")],
)
def test_an_address_loses_its_last_slash(text, expected):
    """Paths follow it."""
    assert arguments.base_url(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (arguments.base_url, "ftp://a"),
        (arguments.base_url, "http://"),
        (arguments.base_url, "http://a:99999"),
        (arguments.base_url, "http://a?b=c"),
        (arguments.base_url, "http://a?"),
        (arguments.base_url, "http://a#"),
        (arguments.base_url, "http://a\n"),
        (arguments.base_url, "http://[::1"),
        (arguments.port, "0"),
        (arguments.port, "65536"),
        (arguments.port, "²"),
        (arguments.port, "-1"),
        (arguments.seconds, "-1"),
        (arguments.seconds, "nan"),
        (arguments.seconds, "inf"),
        (arguments.seconds, "1e10"),
        (arguments.above_zero, "1e200"),
        (arguments.above_zero, "0"),
        (arguments.whole, "0"),
        (arguments.whole, "1.5"),
        (arguments.whole, "9" * 5_000),
        (arguments.share, "101%"),
        (arguments.share, "2%%"),
        (arguments.share, "-1%"),
    ],
)
def test_a_value_that_can_not_be_used_is_refused(read, text):
    """argparse names the flag and ends with 2."""
    with pytest.raises(argparse.ArgumentTypeError):
        read(text)


@pytest.mark.parametrize(("text", "expected"), [("2%", 0.02), ("0.02", 0.02), ("100%", 1.0), ("0", 0.0)])
def test_a_share_has_two_spellings(text, expected):
    """Percent or a fraction."""
    assert arguments.share(text) == expected


def test_foreign_text_is_one_plain_line():
    """No control character, and not without end."""
    assert printable("a\x1b[2J\nb") == "a [2J b"
    assert printable("é" * 10, 5) == "éé..."
    assert len(printable("x" * 1_000_000)) == 300


def test_numbers_have_their_noun():
    """And thousands a comma."""
    assert [counted(n, "row") for n in (0, 1, 5_000)] == ["0 rows", "1 row", "5,000 rows"]


def test_a_password_in_an_address_is_refused_and_not_repeated():
    """Every message names the address."""
    said = run("simulate", "--url", "http://me:hunter2@127.0.0.1:1")
    assert said.code == 2
    assert "password" in said.err
    assert "hunter2" not in said.out + said.err


def test_what_a_terminal_can_not_show_is_shown_as_its_number():
    """A terminal that knows ASCII alone is no reason to fail."""
    port = local_server.free_port()
    said = run("check_api", "--data", '"\u00e9"', "--port", port, env={"PYTHONIOENCODING": "ascii"})
    assert "\\xe9" in said.out
    assert "the connection was refused" in said.err


def test_a_narrow_terminal_shows_how_far_it_is():
    """The words beside the bar are cut, in one line."""
    out = io.StringIO()
    with Live(Console(file=out, width=40, force_terminal=True, color_system=None), 2) as live:
        live.show(1, "5,000 sent, 4,999 answered, 0 refused as intended, 1 failure")
    (drawn,) = (line for line in re.split("[\r\n]", out.getvalue()) if "sent" in line)
    assert " 50% " in drawn
    assert drawn.endswith("…")


HOLD = """
import pathlib, time
pathlib.Path(__file__).with_suffix(".reached").touch()
time.sleep(60)
"""


def interrupted(words, folder, module):
    """Start a command, send Ctrl-C where it reaches a module of that name; return exit code and output."""
    env = {**os.environ, "PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    said = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    with subprocess.Popen(words, cwd=ROOT, env=env, start_new_session=True, **said) as process:
        deadline = time.monotonic() + 30
        while not (folder / module).with_suffix(".reached").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        return process.wait(10), process.stdout.read()


@pytest.mark.parametrize(
    ("words", "module"),
    [
        *(pytest.param(command(tool, "--help"), "flask", id=tool) for tool in ("replay", "metrics_server")),
        *(pytest.param(command(tool, "--help"), "requests", id=tool) for tool in ("check_api", "simulate")),
        pytest.param([sys.executable, "-m", "tools.demo"], "webbrowser", id="demo"),
        pytest.param([sys.executable, "-m", "tools.run_local"], "subprocess", id="run"),
    ],
)
def test_ctrl_c_while_it_loads_ends_it_without_a_word(tmp_path, words, module):
    """As the signal does by itself."""
    (tmp_path / f"{module}.py").write_text(HOLD)
    assert interrupted(words, tmp_path, module) == (-signal.SIGINT, "")


def test_ctrl_c_once_more_while_it_ends_shows_no_traceback(tmp_path):
    """What is told by then stays told."""
    held = HOLD.replace("time.sleep(60)", "").replace("pathlib.Path", "    pathlib.Path")
    source = f"import atexit\ndef hold():\n{held}    time.sleep(60)\natexit.register(hold)\n"
    (tmp_path / "sitecustomize.py").write_text(source.replace("\nimport", "\n    import"))
    words = command("check_api", "--data", "{}", "--port", local_server.free_port())
    code, said = interrupted(words, tmp_path, "sitecustomize")
    assert code == -signal.SIGINT
    assert "the connection was refused" in said
    assert "Traceback" not in said


def test_nohup_is_respected(tmp_path):
    """A terminal that is closed ends a tool, unless it was started not to be."""
    port = local_server.free_port()
    words = ["sh", "-c", 'trap "" HUP; exec "$@"', "sh", *command("metrics_server", "--port", port)]
    with (tmp_path / "log").open("wb") as out, subprocess.Popen(words, stdout=out, stderr=out) as process:
        assert local_server.wait_until_answers(process, f"http://127.0.0.1:{port}/health")
        process.send_signal(signal.SIGHUP)
        time.sleep(0.3)
        assert requests.get(f"http://127.0.0.1:{port}/health", timeout=5).ok
        process.terminate()
        assert process.wait(10) == 0
