"""Every fence says what it is; every command is typed by a test, or says why not."""

import ast
import os
import shlex
import subprocess
import sys

import pytest

from tests.docs.fences import MARKS, OTHERS, SHELL, TYPED, commands, lines, mark, typed_elsewhere
from tests.docs.markdown import ROOT, fences, pages


@pytest.mark.parametrize("page", [pytest.param(page, id=str(page)) for page in pages()])
def test_a_fence_says_what_it_is(page):
    """A shell's command, which may say why no test types it, or another language."""
    for fence in fences(page):
        first, *rest = fence.words or (SHELL,)
        assert first in OTHERS | {SHELL}, fence
        assert first != SHELL or len(rest) <= 1, fence
        assert first != SHELL or set(rest) <= set(MARKS), fence


@pytest.mark.parametrize("beginning", TYPED)
def test_a_command_that_another_test_types_has_that_test(beginning):
    """By file and name; and some page shows the command."""
    file, name = TYPED[beginning].split("::")
    tree = ast.parse((ROOT / file).read_text())
    assert name in {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
    shown = [line for fence in commands() if not mark(fence) for line in lines(fence)]
    assert any(typed_elsewhere(line) == beginning for line in shown), "no page shows it any more"


def of_python():
    """Return what python is told by the commands that another test types, which knows how they begin."""
    shown = dict.fromkeys(line for fence in commands() if not mark(fence) for line in lines(fence))
    return [line for line in shown if typed_elsewhere(line) and line.startswith("python ")]


@pytest.mark.slow
@pytest.mark.parametrize("line", of_python())
def test_such_a_command_is_understood_to_its_last_word(line, tmp_path):
    """All that is refused is one word more, before anything is done."""
    wrong = "--no-such-option"
    words = [*shlex.split(line)[1:], wrong]
    words = words if words[0] == "-m" else [str(ROOT / words[0]), *words[1:]]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, *words], cwd=tmp_path, env=env, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"error: unrecognized arguments: {wrong};"), done.stderr
