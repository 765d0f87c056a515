"""What runs where the project is kept, and before each commit: it can be read, and does what it says."""

import os
import re
import shutil
import subprocess
import sys

import pytest
import requests
import yaml

from tests.docs.markdown import ROOT

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
PINNED = re.compile(r"[\w.-]+/[\w./-]+@[0-9a-f]{40}")


def read(name):
    """Return a workflow; YAML takes its key `on` for a truth."""
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())


def steps(workflow):
    """Return all steps of all jobs."""
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.name)
def test_a_workflow_may_do_no_more_than_it_must(file):
    """It writes nothing, ends in time, and runs what was looked at: actions by their commit."""
    workflow = read(file.name)
    assert set(workflow["permissions"].values() if workflow["permissions"] else ()) <= {"read"}
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())
    used = [step["uses"] for step in steps(workflow) if "uses" in step]
    assert [use for use in used if not PINNED.fullmatch(use)] == []
    assert set(workflow[True]) <= {"push", "pull_request", "schedule", "workflow_dispatch"}


def test_what_must_pass_is_one_script():
    """The same that anybody can run."""
    said = [step["run"] for step in steps(read("ci.yml")) if "run" in step]
    assert said == [".ci/run"]
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def ping(env):
    """Run the step that visits the monitor, as the runner would."""
    (step,) = steps(read("ping.yml"))
    assert set(step["env"]) == {"MONITOR_URL", "CRON_SECRET"}
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
    return subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("secret", ["", "of-the-cron-alone"], ids=["open", "secret"])
def test_a_ping_makes_the_monitor_look(servers, api_server, tmp_path, secret, require_real):
    """A probe is made, also where the address ends with a slash."""
    require_real(shutil.which("curl"), "curl is not on PATH")
    told = {"MAIN_API_URL": api_server, "CRON_SECRET": secret, "HISTORY_PATH": str(tmp_path / "history.db")}
    url = servers.serve(ROOT / "monitoring", told)
    done = ping({"MONITOR_URL": f"{url}/", "CRON_SECRET": secret})
    assert done.returncode == 0, done.stderr
    assert '"state":"up"' in done.stdout.replace(" ", "")
    assert requests.get(f"{url}/api/incidents", timeout=10).status_code == 200
    if secret:
        refused = ping({"MONITOR_URL": url, "CRON_SECRET": "another"})
        assert refused.returncode != 0
        assert secret not in refused.stdout + refused.stderr


def test_the_hooks_are_local_and_their_commands_are_there():
    """Nothing is fetched; what a hook types exists."""
    config = ROOT / ".pre-commit-config.yaml"
    (source,) = yaml.safe_load(config.read_text())["repos"]
    assert source["repo"] == "local"
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "validate-config", str(config)], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE)
    for hook in source["hooks"]:
        first, *words = hook["entry"].split()
        assert (first == "make" and words[0] in targets) or first.startswith(".venv/bin/"), hook
