"""A deployment from the first command to the live probe, with a stand-in for the platform's tool alone."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT, Servers
from tests.tools.deploying.stand_in import NOBODY, StandIn
from tools.deploying.environment import Given
from tools.deploying.run import Runner, agreed
from tools.deploying.whole import Wish, carry_out, deploy
from tools.local_server import free_port
from tools.terminal import ToolError

NOTHING = Given({}, frozenset(), "a file")
BOTH = {"ml-api": NOTHING, "monitoring": NOTHING}


@pytest.fixture(scope="module")
def online() -> Iterator[tuple[str, str]]:
    """Serve what the stand-in will claim to have deployed: an API, and a monitor that watches it."""
    servers = Servers()
    try:
        api = servers.serve(ROOT / "ml-api", {})
        yield api, servers.serve(ROOT / "monitoring", {"MAIN_API_URL": api})
    finally:
        servers.stop()


@pytest.fixture
def deploys(vercel: StandIn, online: tuple[str, str]) -> StandIn:
    """Give a stand-in that claims to have deployed both."""
    for name, url in zip(("ml-api", "monitoring"), online, strict=True):
        vercel.deploys(name, url)
    return vercel


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Give two folders that are linked to a project each, and the answers that are expected."""
    for name in BOTH:
        folder = tmp_path / "root" / name
        (folder / ".vercel").mkdir(parents=True)
        (folder / ".vercel" / "project.json").write_text(json.dumps({"projectId": name, "orgId": "team"}))
    goldens = tmp_path / "root" / "monitoring" / "goldens.json"
    goldens.write_bytes((ROOT / "monitoring" / "goldens.json").read_bytes())
    return tmp_path / "root"


def wish(root: Path, api: str | None = None, *, asks: bool = False, given=BOTH, runs: bool = True) -> Wish:
    """Return the wish to deploy."""
    return Wish(root, given, api, builds=False, asks=asks, runs=runs)


def run(stand_in: StandIn, wished: Wish, agrees=agreed) -> int:
    """Deploy without the checks before."""
    return deploy(wished, Runner(wished.root, stand_in.tool, stand_in.env, agrees), stand_in.env)


DEPLOY = ["deploy", "--prod", "--json", "--yes"]


def added(url: str) -> list[str]:
    """Return the command that tells the monitor's project which API to watch."""
    return ["env", "add", "MAIN_API_URL", "production", "--value", url, "--force", "--yes"]


def test_both_are_deployed_and_probed(deploys, root, online, capsys):
    """The monitor is told the address that the API got; each command is shown before it runs."""
    assert run(deploys, wish(root)) == 0
    assert deploys.asked() == [
        ["ml-api", *DEPLOY],
        ["monitoring", *added(online[0])],
        ["monitoring", *DEPLOY],
    ]
    said = capsys.readouterr().out
    assert said.index("(cd ml-api && vercel deploy --prod --json --yes)") < said.index(
        "Asking what is online"
    )
    assert said.count("ok  ") == 5
    assert f"API        {online[0]}\ndashboard  {online[1]}\n" in said


def test_an_address_that_was_told_is_the_one_to_watch(deploys, root, online):
    """A domain of one's own, say."""
    told = online[0].replace("127.0.0.1", "localhost")
    assert run(deploys, wish(root, told)) == 0
    assert deploys.asked()[1] == ["monitoring", *added(told)]


def test_the_monitor_alone_keeps_the_address_that_its_project_has(deploys, root):
    """Unless one is told."""
    alone = {"monitoring": NOTHING}
    assert run(deploys, wish(root, given=alone)) == 0
    assert deploys.asked() == [["monitoring", *DEPLOY]]


def test_a_folder_without_a_project_is_linked_first(deploys, root, online):
    """The platform's tool asks which."""
    (root / "ml-api" / ".vercel" / "project.json").unlink()
    assert run(deploys, wish(root, asks=True)) == 0
    assert deploys.asked()[:2] == [["ml-api", "link"], ["ml-api", "deploy", "--prod", "--json"]]


def test_what_is_online_and_wrong_is_a_failure(deploys, root, online):
    """A deployment that is ready need not be right."""
    deploys.deploys("monitoring", online[0])  # An API where a monitor should be: it knows no /api/status.
    assert run(deploys, wish(root)) == 1


def test_no_is_no(deploys, root):
    """Nothing was run then."""
    with pytest.raises(ToolError, match="stopped"):
        run(deploys, wish(root), lambda: False)
    assert deploys.asked() == []


def test_a_refused_deployment_ends_it(vercel, root, capfd):
    """With the tool's own words above."""
    vercel.says("ml-api deploy", err="Error: Your plan is used up\n", code=1)
    with pytest.raises(
        ToolError, match=r"`\(cd ml-api && vercel deploy .* ended with 1; its reason is above"
    ):
        run(vercel, wish(root))
    assert len(vercel.asked()) == 1
    assert "Your plan is used up" in capfd.readouterr().err


@pytest.mark.parametrize("command", ["env", "deploy"])
def test_an_api_that_is_online_is_not_forgotten(deploys, root, online, command):
    """Where the monitor fails after it, the error says how to go on."""
    deploys.says(f"monitoring {command}", err="Error: no\n", code=1)
    with pytest.raises(ToolError, match=f"make deploy API={online[0]} ARGS=monitoring"):
        run(deploys, wish(root))


def test_a_deployment_without_a_production_domain_is_a_warning(deploys, root, online, capsys):
    """Its own address may ask for a login."""
    deploys.deploys("ml-api", online[0], productionUrl=None)
    assert run(deploys, wish(root)) == 0
    assert "warning      ml-api address" in capsys.readouterr().out


def test_nobody_logged_in_is_said_before_minutes_of_checks(vercel, root):
    """With the command that leads on."""
    vercel.says("whoami", err=f"Vercel CLI 64.0.2\n{NOBODY}\n", code=1)
    with pytest.raises(ToolError, match=r"No existing credentials found.* -> `vercel login`"):
        carry_out(wish(root), vercel.tool, vercel.env)
    assert vercel.asked() == [[Path.cwd().name, "whoami"]]


def test_no_tool_is_said_with_how_to_get_it(root):
    """Both commands of it."""
    with pytest.raises(ToolError, match="`npm i -g vercel`, then `vercel login`"):
        carry_out(wish(root), None, {})


def test_yes_chooses_no_project(vercel, root):
    """By itself the platform's tool would take one of the folder's name, whoever's that is."""
    (root / "monitoring" / ".vercel" / "project.json").unlink()
    with pytest.raises(ToolError, match=r"monitoring is linked to no project.*`vercel link`"):
        carry_out(wish(root), vercel.tool, vercel.env)
    assert [words[1] for words in vercel.asked()] == ["whoami"]


DEPLOYING = """
import sys
from pathlib import Path
from tests.tools.deploying.stand_in import StandIn
from tests.tools.deploying.test_whole import run, wish
from tools.terminal import finish
sys.exit(finish(lambda: run(StandIn(Path(sys.argv[1]), {}), wish(Path(sys.argv[2])))))
"""


@pytest.mark.slow
def test_whoever_stops_waiting_is_told_what_is_online(deploys, root):
    """It stays there, whether or not it was asked."""
    nobody = f"http://127.0.0.1:{free_port()}"
    deploys.deploys("ml-api", nobody)
    words = [sys.executable, "-c", DEPLOYING, str(deploys.folder), str(root)]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert f"asking {nobody}/livez, for up to 60 s ..." in process.stderr.readline()
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err == "interrupted; what was deployed stays online, unasked\n"
    assert f"\nAPI        {nobody}\n" in out
