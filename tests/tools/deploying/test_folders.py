"""What the platform's own tool thinks of a folder, and what Git has of it."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tools.deploying.built import reason
from tools.deploying.cli import Tool, find
from tools.deploying.config import Known, ask_about, config_finding, upload_findings
from tools.deploying.files import commit_finding, needed
from tools.deploying.finding import Finding


def asked(tree: Path, tool: Tool | None) -> dict[Path, Known] | str:
    """Ask about all three."""
    return ask_about([tree / "ml-api", tree / "monitoring"], tree, tool, os.environ)


def test_what_ships_is_valid_and_whole(tree, real_tool):
    """By the tool's own schema, and by its own list of what it would upload."""
    known = asked(tree, real_tool)
    assert config_finding(tree, "preview", known).level == "ok"
    for name in ("ml-api", "monitoring"):
        assert config_finding(tree / name, name, known).level == "ok"
        (finding,) = upload_findings(tree / name, known)
        assert finding.level == "ok"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param('{"functions": {"api/index.py": {"maxDuration": "long"}}}', "maxDuration", id="schema"),
        pytest.param('{"headers": [{"source": "/(.*)"}]}', "headers", id="lacks-something"),
        pytest.param("{", "JSON", id="no-json"),
        pytest.param(None, "there is none", id="none"),
    ],
)
def test_a_config_that_the_tool_would_refuse_is_a_fault(tree, real_tool, text, says):
    """In its own words."""
    path = tree / "ml-api" / "vercel.json"
    path.unlink()
    if text is not None:
        path.write_text(text)
    finding = config_finding(tree / "ml-api", "ml-api vercel.json", asked(tree, real_tool))
    assert finding.level == "fault"
    assert says in finding.says


def test_what_is_ignored_and_needed_is_a_fault(tree, real_tool):
    """A model that is left behind is found out only by a 503 otherwise."""
    (tree / "ml-api" / ".vercelignore").write_text("*.onnx\n")
    found = list(upload_findings(tree / "ml-api", asked(tree, real_tool)))
    assert [each.level for each in found] == ["fault"]
    assert "model.onnx" in found[0].says


def test_a_file_of_secrets_that_would_be_uploaded_is_a_warning(tree, real_tool):
    """The tool leaves out .env.local by itself, and no other."""
    (tree / "monitoring" / ".env").write_text("A=1\n")
    (tree / "monitoring" / ".env.local").write_text("A=1\n")
    found = list(upload_findings(tree / "monitoring", asked(tree, real_tool)))
    assert [each.level for each in found] == ["ok", "warning"]
    assert "takes .env, " in found[1].says


@pytest.mark.parametrize(
    ("tool", "says"),
    [
        pytest.param(None, "not at hand", id="no-tool"),
        pytest.param(
            Tool("/nowhere/vercel", "1.0.0"), "vercel 1.0.0 keeps its schema out of reach", id="another"
        ),
    ],
)
def test_what_can_not_be_asked_is_said(tree, tool, says):
    """It is neither ok nor a fault."""
    known = asked(tree, tool)
    found = [config_finding(tree, "x", known), *upload_findings(tree / "ml-api", known)]
    assert {each.level for each in found} == {"not checked"}
    assert says in found[0].says


def test_a_tool_without_these_functions_says_so(tree, tmp_path, real_tool):
    """Another release may keep them elsewhere."""
    modules = tmp_path / "dist"
    (modules / "chunks").mkdir(parents=True)
    known = asked(tree, Tool(str(modules / "vc.js"), "99.0.0"))
    assert known == "this release of vercel has no validateConfig"


def test_what_is_needed_is_what_ships():
    """Of the function, the build and the public files; nothing that the build makes, nothing private."""
    assert {
        *("api/index.py", "mlapi/app.py", "artifacts/index.json", "vercel.json", "requirements.lock"),
        *(".python-version", "public/assets/style.css", "artifacts/penguins/1/model.onnx"),
    } <= needed(ROOT / "ml-api")
    monitor = needed(ROOT / "monitoring")
    assert {".npmrc", "package.json", "package-lock.json", "vendor.mjs", "goldens.json"} <= monitor
    assert not {name for name in monitor if "node_modules" in name or "static/" in name}


@pytest.fixture
def committed(tree: Path) -> Path:
    """Give the tree with all its files committed."""
    shutil.copy(ROOT / ".gitignore", tree)
    git(tree, "init", "--quiet")
    git(tree, "add", ".")
    git(tree, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "--quiet", "--message", "All")
    return tree


def git(folder: Path, *arguments: str) -> None:
    """Run git, apart from whatever surrounds the tests."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    subprocess.run(["git", *arguments], cwd=folder, env=env, check=True)


def in_git(tree: Path, name: str) -> Finding:
    """Return what is found of a folder."""
    return commit_finding(tree / name)


@pytest.mark.parametrize("name", ["ml-api", "monitoring"])
def test_a_folder_that_git_has_is_fit_for_a_push(committed, name):
    """Whatever Git ignores of it."""
    assert in_git(committed, name).level == "ok"


@pytest.mark.parametrize(
    ("ignored", "do"),
    [
        pytest.param(False, "git add, and commit", id="new"),
        pytest.param(True, "git add --force", id="ignored"),
    ],
)
def test_a_file_that_git_lacks_is_a_warning(committed, ignored, do):
    """A deployment by a push would lack it; one by the command line has it."""
    (committed / "ml-api" / "artifacts" / "extra.onnx").write_text("")
    if ignored:
        (committed / ".gitignore").write_text("*.onnx\n")
    finding = in_git(committed, "ml-api")
    assert (finding.level, finding.do) == ("warning", do)
    assert "artifacts/extra.onnx" in finding.says


@pytest.mark.parametrize("added", [False, True], ids=["changed", "added"])
def test_a_change_that_is_not_committed_is_a_warning(committed, added):
    """A push would deploy the file as it was."""
    (committed / "ml-api" / "vercel.json").write_text("{}")
    if added:
        git(committed, "add", ".")
    finding = in_git(committed, "ml-api")
    assert (finding.level, finding.do) == ("warning", "git add, and commit")
    assert "vercel.json" in finding.says
    assert in_git(committed, "monitoring").level == "ok"


def test_a_folder_outside_git_is_not_checked(tree):
    """Somebody may have downloaded it."""
    assert in_git(tree, "ml-api").level == "not checked"


def test_the_tool_on_the_path_is_taken_first(vercel):
    """It is the one with which the person logged in."""
    assert find(vercel.env) == vercel.tool


def test_a_tool_that_does_not_start_is_none(vercel):
    """Then the one that the tests installed stands in, or none."""
    (vercel.folder / "vercel").write_text("#!/nowhere\n")
    assert find(vercel.env) != vercel.tool


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        pytest.param("Installing\nError: no such file\nmore\n", "Error: no such file", id="an-error"),
        pytest.param("a\nb\n\nc\nd\n", "b c d", id="none-named"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_the_reason_of_a_failed_build_is_one_line(said, expected):
    """The tool's output has hundreds."""
    assert reason(said) == expected
