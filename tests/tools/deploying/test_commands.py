"""`deploy_check` and `deploy` as a person runs them."""

import re
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.tools.deploying.stand_in import StandIn
from tests.tools.script import Said, command, run
from tools.platform_build import find_python312

TOOLS = ("deploy_check", "deploy")
LEVELS = ("ok ", "warning ", "fault ", "not checked ")
SECRETS = {
    "METRICS_TOKEN": "hunter2-token",
    "RECEIPT_SECRET": "hunter2-hunter2-hunter2",
    "REDIS_URL": "rediss://:hunter2@127.0.0.1:9",
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """Write a file of variables."""
    path = tmp_path / "production.env"
    path.write_text("".join(f'{name}="{value}"\n' for name, value in SECRETS.items()))
    return path


@pytest.mark.parametrize("tool", TOOLS)
def test_help_has_an_example(tool):
    """From any folder, as a file."""
    said = subprocess.run(command(tool, "--help"), capture_output=True, text=True, cwd="/")
    assert said.returncode == 0
    assert f"example:\n  python tools/{tool}.py " in said.stdout
    assert "Exit codes:" in said.stdout


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        pytest.param(("docs",), "'docs' is not ml-api or monitoring", id="another-folder"),
        pytest.param(("--env-file", "none.env"), "there is no file 'none.env'", id="no-file"),
        pytest.param(
            ("--env-file", "ml-api=none.env"), "there is no file 'none.env'", id="no-file-of-a-folder"
        ),
        pytest.param(("--wrong",), "--wrong", id="no-such-option"),
    ],
)
def test_wrong_usage_is_2(tool, arguments, says):
    """Before anything is looked at."""
    said = run(tool, *arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_a_deployment_needs_somebody_to_ask():
    """Or a word that nobody need be asked."""
    said = subprocess.run(command("deploy"), capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert said.returncode == 2
    assert "--yes runs all, --dry-run shows them" in said.stderr


def test_an_address_that_is_none_is_refused():
    """It would become a setting of the monitor."""
    said = run("deploy", "--api", "my-model")
    assert said.code == 2
    assert "'my-model' is no address" in said.err


def check(vercel: StandIn, *arguments: object) -> Said:
    """Run deploy_check without a build, with a stand-in for the platform's tool."""
    return run("deploy_check", "--no-build", *arguments, env=vercel.env)


@pytest.mark.slow
def test_a_check_is_a_line_each_and_plain_in_a_file(vercel, secrets):
    """It says which file it read and repeats no value of it; what takes long is said on stderr."""
    said = check(vercel, "--env-file", secrets)
    assert said.code == 0, said.out
    *lines, end = said.out.splitlines()
    assert all(line.startswith(LEVELS) for line in lines)
    assert end.startswith("Fit to deploy (")
    assert "\x1b" not in said.out + said.err
    assert "hunter2" not in said.out + said.err
    assert f"read from {secrets}" in said.out
    assert {"weighing ml-api ...", "weighing monitoring ..."} <= {*said.err.splitlines()}


@pytest.mark.slow
def test_a_fault_is_1(vercel, tmp_path):
    """All others are said nevertheless."""
    (tmp_path / "bad.env").write_text("MAX_ROWS=hunter2\n")
    said = check(vercel, "ml-api", "--env-file", f"ml-api={tmp_path / 'bad.env'}")
    assert said.code == 1
    assert "fault        ml-api settings           MAX_ROWS must be" in said.out
    assert "hunter2" not in said.out
    assert said.out.splitlines()[-1].startswith("Not fit to deploy: 1 fault (")
    assert "ok           ml-api size" in said.out


def test_a_file_for_a_folder_that_is_not_asked_for_is_refused(vercel, secrets):
    """Somebody meant another folder."""
    said = check(vercel, "ml-api", "--env-file", f"monitoring={secrets}")
    assert (said.code, said.out) == (1, "")
    assert "is of a folder that is not asked for" in said.err


@pytest.mark.slow
def test_a_dry_run_shows_every_command_and_runs_none(vercel, secrets):
    """Checks come first, as ever."""
    said = run("deploy", "--dry-run", "--no-build", "--env-file", secrets, env=vercel.env)
    assert said.code == 0, said.out + said.err
    assert said.out.index("Fit to deploy (") < said.out.index("(cd ml-api && vercel deploy --prod --json)")
    assert "vercel env add MAIN_API_URL production --value https://THE-API --force --yes)" in said.out
    assert "monitoring MAIN_API_URL" not in said.out  # It is set on the way.
    assert {words[1] for words in vercel.asked()} == {"--version", "whoami"}


@pytest.mark.slow
def test_a_person_is_asked_and_no_is_the_default(vercel, secrets, in_terminal: Callable[..., Said]):
    """Each command is shown before the question, and nothing runs after a no."""
    arguments = ["--no-build", "--env-file", str(secrets), "ml-api"]
    said = in_terminal([str(ROOT / "tools" / "deploy.py"), *arguments], at_terminal(vercel.env), "\n")
    assert said.code == 1
    assert "(cd ml-api && vercel " in said.out
    assert "Run it? [y/N]" in said.out
    assert said.out.rstrip().endswith("error: stopped; this command and what comes after it were not run")
    assert {words[1] for words in vercel.asked()} == {"--version", "whoami"}


def at_terminal(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment of a terminal that is wide enough for every line."""
    return {**env, "TERM": "xterm", "COLUMNS": "250", "NO_COLOR": "1"}


@pytest.mark.slow
def test_the_real_build_is_part_of_the_check(real_tool, require_real, secrets):
    """Where the platform's tool, Python 3.12 and uv are at hand."""
    require_real(find_python312(), "no Python 3.12 was found on PATH or under pyenv")
    said = run("deploy_check", "monitoring", "--env-file", secrets, timeout=300)
    assert said.code == 0, said.out
    assert "MiB built, of 225" in said.out
    assert "ok           monitoring chart          is made by the build" in said.out


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        pytest.param(["deploy-check"], "-m tools.deploy_check", id="check"),
        pytest.param(["deploy"], "-m tools.deploy", id="deploy"),
        pytest.param(
            ["deploy", "API=https://a.example", "ARGS=--yes"],
            '-m tools.deploy --api "https://a.example" --yes',
            id="deploy-with-an-address",
        ),
    ],
)
def test_make_hands_on_what_it_is_told(target, expected):
    """And lists both."""
    make = ["make", "--no-print-directory"]
    told = subprocess.run([*make, "--dry-run", *target], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1].strip().endswith(expected)
    listed = subprocess.run(make, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert re.search(rf"^ *make {target[0]}\b", listed, re.MULTILINE)


def test_make_hands_nothing_on_to_a_make_that_its_command_starts(tmp_path):
    """`make test ARGS=...` runs tests that run make."""
    outer = tmp_path / "Makefile"
    outer.write_text(f"include {ROOT / 'Makefile'}\ntold:\n\t@env\n")
    told = subprocess.run(
        ["make", "-f", outer, "told", "ARGS=--of-the-outer"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    assert "MAKELEVEL=" in told
    assert "--of-the-outer" not in told
