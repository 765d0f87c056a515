"""Who may deploy, and to which projects."""

import json
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from tools.deploying.account import link_findings, login_finding, tool_finding
from tools.deploying.cli import TRIED, Tool
from tools.deploying.plan import API, MONITOR

BOTH = (API, MONITOR)


@pytest.fixture
def stranger(tmp_path: Path) -> Mapping[str, str]:
    """Give an environment in which nobody ever logged in."""
    known = ("VERCEL_TOKEN", "XDG_DATA_HOME", "XDG_CONFIG_HOME")
    env = {name: value for name, value in os.environ.items() if name not in known}
    return {**env, "HOME": str(tmp_path)}


def linked(root: Path, **projects: str) -> Path:
    """Link folders to projects, as the tool does."""
    for name in BOTH:
        (root / name / ".vercel").mkdir(parents=True)
    for name, project in projects.items():
        file = root / name.replace("_", "-") / ".vercel" / "project.json"
        file.write_text(json.dumps({"projectId": project, "orgId": "team"}))
    return root


def levels(root: Path, env: Mapping[str, str]) -> dict[str, str]:
    """Return what is found of the links, by what it is about."""
    return {each.about: each.level for each in link_findings(root, BOTH, env)}


def test_who_is_logged_in_is_named(vercel):
    """So that nobody deploys as somebody else."""
    finding = login_finding(vercel.tool, vercel.env)
    assert (finding.level, finding.says) == ("ok", "as somebody")


def test_the_tool_itself_says_that_nobody_is_logged_in(real_tool, stranger):
    """Without waiting for a login, and with the command that leads on."""
    finding = login_finding(real_tool, stranger)
    assert (finding.level, finding.says, finding.do) == ("warning", "Logged out.", "vercel login")


def test_a_tool_that_says_nothing_is_no_login(vercel):
    """Its exit code is what is left."""
    vercel.says("whoami", code=7)
    assert login_finding(vercel.tool, vercel.env).says == "`vercel whoami` ended with 7"


def test_a_tool_that_has_gone_is_no_login(tmp_path):
    """It was there a moment ago."""
    assert "can't be started" in login_finding(Tool(str(tmp_path / "vercel"), TRIED), os.environ).says


@pytest.mark.parametrize(
    ("tool", "level"),
    [
        pytest.param(Tool("vercel", TRIED), "ok", id="the-one-tried"),
        pytest.param(Tool("vercel", "64.9.0"), "ok", id="a-little-newer"),
        pytest.param(Tool("vercel", "32.1.0"), "warning", id="an-older-one"),
        pytest.param(None, "warning", id="none"),
    ],
)
def test_the_tool_at_hand_is_named(tool, level):
    """All this was tried with one release."""
    assert tool_finding(tool).level == level


def test_folders_with_a_project_each_are_ready(tmp_path):
    """And one without is asked for it."""
    both = linked(tmp_path / "a", ml_api="prj_1", monitoring="prj_2")
    assert levels(both, {}) == {"ml-api project": "ok", "monitoring project": "ok"}
    one = linked(tmp_path / "b", ml_api="prj_1")
    assert levels(one, {}) == {"ml-api project": "ok", "monitoring project": "warning"}


def test_one_project_for_both_folders_is_a_fault(tmp_path):
    """The second deployment would take the first one's address."""
    assert levels(linked(tmp_path, ml_api="prj_1", monitoring="prj_1"), {})["projects"] == "fault"


def test_a_project_named_by_the_environment_is_a_fault_for_two_folders(tmp_path):
    """It would win over the folders' own."""
    root = linked(tmp_path, ml_api="prj_1", monitoring="prj_2")
    env = {"VERCEL_PROJECT_ID": "prj_3", "VERCEL_ORG_ID": "team"}
    assert levels(root, env)["projects"] == "fault"
    assert [each.level for each in link_findings(root, [API], env)] == ["ok"]


def test_a_link_of_the_whole_repository_counts(tmp_path):
    """`vercel link --repo` writes one file."""
    link = tmp_path / ".vercel" / "repo.json"
    link.parent.mkdir()
    link.write_text(json.dumps({"projects": [{"id": "prj_1", "directory": name} for name in BOTH]}))
    assert set(levels(tmp_path, {}).values()) == {"ok"}
    link.write_text(json.dumps({"projects": [{"id": "prj_1", "directory": API}]}))
    assert levels(tmp_path, {}) == {"ml-api project": "ok", "monitoring project": "warning"}


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_link_is_none(tmp_path, text):
    """The tool asks again, too."""
    root = linked(tmp_path)
    (root / API / ".vercel" / "project.json").write_text(text)
    assert levels(root, {})["ml-api project"] == "warning"
