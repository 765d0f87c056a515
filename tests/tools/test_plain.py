"""What commands write while they work: plain in a file and where that is wished, alive on a terminal."""

import subprocess
import sys
from pathlib import Path

import joblib
import pandas as pd
import pytest
from sklearn.linear_model import Ridge

from tests.tools.on_a_terminal import on_a_terminal, terminal_env
from tests.tools.script import ROOT
from tools import local_server
from tools.settings import wants_plain

ROW = '{"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}'


@pytest.fixture
def words(api_server, tmp_path):
    """Give `words(command)`: what python is told for it, with all that it writes in a folder of the test."""
    rows = pd.DataFrame({"size": range(60), "age": [each * 7 % 60 for each in range(60)]})
    model = Ridge().fit(rows, rows["size"] * 3.5 + rows["age"])
    joblib.dump(model, tmp_path / "model.joblib")
    rows.assign(price=rows["size"] * 3.5 + rows["age"]).to_csv(tmp_path / "rows.csv", index=False)
    (tmp_path / "routes.csv").write_text("time_spent,doors_in_route,assessed_value\n30,50,200000\n")
    told = {
        "check_api": ["tools/check_api.py", "--data", ROW, "--url", api_server],
        "dashboards": ["-m", "observability.grafana.dashboards.render", "--out", f"{tmp_path}"],
        "replay": [
            *("tools/replay.py", "--csv", f"{tmp_path}/routes.csv", "--url", api_server, "--every", "0"),
            *("--model", "food-drive", "--port", str(local_server.free_port())),
        ],
        "rules": ["tools/render_rules.py", "--out", str(tmp_path)],
        "simulate": ["tools/simulate.py", "--url", api_server, "--seconds", "1"],
        "training pack": [
            *("-m", "training", "pack", f"{tmp_path}/model.joblib", "--data", f"{tmp_path}/rows.csv"),
            *("--target", "price", "--name", "mine", "--artifacts", f"{tmp_path}/artifacts"),
        ],
        "training pin": ["-m", "training", "pin", "--output", f"{tmp_path}/pins.json"],
        "training verify": ["-m", "training", "verify", "ml-api/artifacts/penguins/1"],
    }
    return lambda command: [sys.executable, *told[command]]


LIVE = ["replay", "simulate", pytest.param("training pack", marks=pytest.mark.slow)]
COMMANDS = ["check_api", "dashboards", "rules", "training pin", "training verify", *LIVE]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_file_gets_plain_text(words, command):
    """It may be read with anything."""
    told = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(words(command), cwd=ROOT, env=terminal_env(), **told)
    assert done.returncode == 0, done.stdout
    assert done.stdout
    assert not {"\x1b", "\r"} & {*done.stdout}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_terminal_gets_plain_text_where_it_is_wished(words, command):
    """No colour, and no line that moves either."""
    code, shown = on_a_terminal(words(command), terminal_env(NO_COLOR="1"))
    assert code == 0, shown
    assert shown
    assert "\x1b" not in shown


@pytest.mark.parametrize(
    "command", [each for each in COMMANDS if str(each) in LIVE or not isinstance(each, str)]
)
def test_a_terminal_sees_that_work_goes_on(words, command):
    """A line renews itself, and the cursor is there again at the end."""
    code, shown = on_a_terminal(words(command), terminal_env())
    assert code == 0, shown
    assert "\x1b[?25l" in shown
    assert shown.rindex("\x1b[?25h") > shown.rindex("\x1b[?25l")


@pytest.mark.parametrize(
    ("env", "plain"),
    [
        pytest.param({}, False, id="nothing-said"),
        pytest.param({"NO_COLOR": ""}, False, id="empty"),
        pytest.param({"NO_COLOR": "0"}, True, id="any-value"),
        pytest.param({"TERM": "dumb"}, True, id="dumb"),
        pytest.param({"TERM": "xterm"}, False, id="terminal"),
    ],
)
def test_who_wishes_plain_text(env, plain):
    """As https://no-color.org has it: any value that is not empty."""
    assert wants_plain(env) == plain


def test_nobody_need_read_all_of_it(words):
    """`| head -1` ends a command with many lines without a word of complaint."""
    command = words("training verify")[:-1]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=terminal_env()
    ) as process:
        assert process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (1, "")


def test_a_full_disk_is_told(words, require_real):
    """In one line, also where it shows only as the output is written."""
    full = Path("/dev/full")
    require_real(full.exists(), "there is no /dev/full")
    with full.open("w") as out:
        done = subprocess.run(words("rules"), cwd=ROOT, stdout=out, stderr=subprocess.PIPE, text=True)
    said = "error: what there is to show can't be written: the disk is full\n"
    assert (done.returncode, done.stderr) == (1, said)
