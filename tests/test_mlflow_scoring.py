"""The same estimator behind MLflow's own scoring server and behind /invocations predicts the same."""

import json
import os
import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.conftest import ROOT, Require, Servers
from tests.mlapi.compat.scoring import FORMS, table_of
from tools import local_server

pytestmark = pytest.mark.peer

PEER = ROOT / ".cache" / "mlflow" / "bin"
CARDS = sorted((ROOT / "ml-api" / "artifacts").glob("*/*/bundle.json"))
ROWS = 300
# Lists have no names, which MLflow's server refuses for a model that was fitted on named columns.
REFUSED_THERE = ("instances as lists", "inputs as lists")
ENV = {"PATH": f"{PEER}:{os.environ['PATH']}", "MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}


class Served:
    """A bundle's estimator behind MLflow's server, beside our own; rows: what both are asked."""

    def __init__(self, card: Path, folder: Path) -> None:
        self.card = json.loads(card.read_bytes())
        self.rows = rows_of(self.card)
        self.names = list(self.rows[0])
        self.file = folder / "rows.json"
        self.file.write_text(json.dumps(self.rows))
        self.theirs = self.ours = ""
        peer("save", card.with_name("model.joblib"), self.file, folder / "model")

    def ask(self, **sent) -> tuple[requests.Response, requests.Response]:
        """Send the same to both; return our answer and theirs."""
        ours, theirs = (
            requests.post(f"{base}/invocations", timeout=60, **sent) for base in (self.ours, self.theirs)
        )
        return ours, theirs

    def compare(self, given: list, expected: list) -> None:
        """Hold predictions to be the same: classes exactly, numbers within the bundle's tolerance."""
        assert len(given) == len(expected) == ROWS
        if self.card["task"] == "classification":
            assert given == expected
        else:
            assert given == pytest.approx(expected, rel=0, abs=self.card["tolerance"]["absolute"])


def rows_of(card: dict) -> list[dict]:
    """Return rows drawn from the ranges and categories of the training data."""
    chance = random.Random(f"{card['name']}/{card['version']}")

    def value(feature):
        if feature["kind"] == "category":
            return chance.choice(feature["values"])
        if feature["kind"] == "integer":
            return chance.randint(int(feature["low"]), int(feature["high"]))
        return round(chance.uniform(feature["low"], feature["high"]), 2)

    return [{feature["name"]: value(feature) for feature in card["features"]} for _ in range(ROWS)]


def peer(*arguments: object) -> str:
    """Run mlflow_peer.py in MLflow's environment and return its last line."""
    command = [PEER / "python", ROOT / "tests" / "mlflow_peer.py", *map(str, arguments)]
    done = subprocess.run(command, env={**os.environ, **ENV}, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    return (done.stdout.splitlines() or [""])[-1]


@pytest.fixture(scope="module", params=CARDS, ids=lambda card: "-".join(card.parts[-3:-1]))
def served(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    require_real: Require,
) -> Iterator[Served]:
    """Serve one bundle's estimator by MLflow."""
    require_real((PEER / "mlflow").exists(), "MLflow's environment is not there: run `make peers`")
    folder = tmp_path_factory.mktemp("mlflow")
    both = Served(request.param, folder)
    chosen = {"DEFAULT_MODEL": both.card["name"], "MODEL_VERSION": both.card["version"]}
    servers, port = Servers(), local_server.free_port()
    command = [PEER / "mlflow", "models", "serve", "-m", folder / "model", "--env-manager", "local"]
    try:
        both.ours, both.theirs = servers.serve(ROOT / "ml-api", chosen), f"http://127.0.0.1:{port}"
        with (folder / "log").open("wb") as log:
            serving = subprocess.Popen(
                [*command, "--host", "127.0.0.1", "--port", str(port)],
                env={**os.environ, **ENV},
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        servers.running.append(serving)
        answers = local_server.wait_until_answers(serving, f"{both.theirs}/ping", seconds=120)
        assert answers, (folder / "log").read_text()
        yield both
    finally:
        servers.stop()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_answered_alike(served, form):
    """The lists that are taken here alone: as the table with names is there."""
    body = FORMS[form](served.names, served.rows)
    ours, theirs = served.ask(json=body)
    assert ours.status_code == 200, ours.text
    if form in REFUSED_THERE:
        assert theirs.status_code == 400
        assert set(theirs.json()) >= {"error_code", "message"}
        _, theirs = served.ask(json=FORMS["dataframe_split"](served.names, served.rows))
    assert theirs.status_code == 200, theirs.text
    assert set(ours.json()) == set(theirs.json()) == {"predictions"}
    assert ours.headers["Content-Type"] == theirs.headers["Content-Type"]
    served.compare(ours.json()["predictions"], theirs.json()["predictions"])


@pytest.mark.parametrize("content_type", ["text/csv", "text/csv; charset=utf-8"])
def test_a_table_is_answered_alike(served, content_type):
    """As CSV."""
    sent = {"data": table_of(served.names, served.rows), "headers": {"Content-Type": content_type}}
    ours, theirs = served.ask(**sent)
    served.compare(ours.json()["predictions"], theirs.json()["predictions"])


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": []}, 400),
        ({"json": {}}, 400),
        ({"json": {"instances": [{}], "inputs": {}}}, 400),
        ({"json": {"dataframe_records": {}}}, 400),
        ({"json": {"dataframe_split": {"data": [], "more": 1}}}, 400),
        ({"json": {"dataframe_records": [{}]}}, 400),
        ({"data": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ({"data": b"{}", "headers": {"Content-Type": "application/xml"}}, 415),
        ({"data": b"{}", "headers": {"Content-Type": "application/json; charset=latin-1"}}, 415),
    ],
    ids=str,
)
def test_what_is_wrong_has_the_same_status(served, sent, status):
    """And where MLflow's server says it as JSON, in the same keys."""
    ours, theirs = served.ask(**sent)
    assert (ours.status_code, theirs.status_code) == (status, status)
    if status == 400:
        assert set(ours.json()) == {"error_code", "message"} <= set(theirs.json())


def strange(served, kind):
    """Return one row with something that MLflow's server lets pass."""
    row = dict(served.rows[0])
    whole = next(feature["name"] for feature in served.card["features"] if feature["kind"] == "integer")
    if kind == "fraction":
        return row | {whole: row[whole] + 0.5}
    if kind == "limit":
        return row | {whole: served.card["input"]["properties"][whole]["maximum"] + 1}
    return row | {"Unnamed: 0": 0}


@pytest.mark.parametrize("kind", ["fraction", "limit", "column"])
def test_what_mlflow_lets_pass_is_refused_here(served, kind):
    """As docs/protocols.md says: a fraction is cut there, and a column that is no feature passed over."""
    ours, theirs = served.ask(json={"dataframe_records": [strange(served, kind)]})
    assert (ours.status_code, theirs.status_code) == (400, 200)
    if kind != "limit":
        _, whole = served.ask(json={"dataframe_records": served.rows[:1]})
        assert theirs.json() == whole.json()


def test_a_body_without_a_media_type_is_refused_and_no_error_here(served):
    """MLflow's server fails over it."""
    ours, theirs = served.ask(data=b"{}")
    assert (ours.status_code, theirs.status_code) == (415, 500)


def test_pings_and_versions_are_alike(served):
    """Ours names the release whose protocol it speaks."""
    for path in ("ping", "version"):
        ours, theirs = (requests.get(f"{base}/{path}", timeout=10) for base in (served.ours, served.theirs))
        assert (ours.status_code, ours.text) == (theirs.status_code, theirs.text)


def test_mlflows_own_client_is_answered(served):
    """It pings, asks the version, and sends a table of pandas."""
    ports = [base.rpartition(":")[2] for base in (served.ours, served.theirs)]
    ours, theirs = json.loads(peer("ask", served.file, *ports))
    assert ours["version"] == theirs["version"]
    served.compare(ours["predictions"], theirs["predictions"])
