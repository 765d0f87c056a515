"""Trainings logged in MLflow: into its database, through its real server, and where neither is to be had."""

import argparse
import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import Require
from tests.mlapi.counters.proxy import Proxy
from tests.mlflow_server import FOUND, MISSING, MlflowServer
from tools.local_server import HOST, free_port
from training.cli import main
from training.command import add_arguments
from training.recipes.penguins import PENGUINS
from training.track import settings, sqlite
from training.track.store import INSTALL, Store
from training.writer import read_index

ROOT = Path(__file__).resolve().parents[2]
NAME = "penguins-mlp"
BUNDLE = {"bundle.json", "run.json", "model.joblib", "model.onnx"}


def start(folder: Path, track: str, *options: str, model: str = NAME) -> subprocess.Popen[str]:
    """Start a tracked training in a folder and with a home of its own, to see what it leaves there."""
    folder.mkdir(exist_ok=True)
    return subprocess.Popen(
        [sys.executable, "-m", "training", model, "--artifacts", "artifacts", "--track", track, *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HOME": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def train(folder: Path, track: str, *options: str, model: str = NAME, code: int = 0) -> str:
    """Train to the end; return what it said on both streams."""
    with start(folder, track, *options, model=model) as process:
        out, err = process.communicate(timeout=300)
    assert process.returncode == code, err
    assert "Traceback" not in err
    return out + err


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """Train for three epochs into a database that is not there yet; return its folder and what was said."""
    folder = tmp_path_factory.mktemp("tracked")
    return folder, train(folder, "sqlite:///mlflow.db", "--epochs", "3")


@pytest.fixture(scope="module")
def server(first: tuple[Path, str], require_real: Require) -> Iterator[MlflowServer]:
    """Give MLflow's real server over that database."""
    require_real(FOUND, MISSING)
    running = MlflowServer(first[0])
    try:
        yield running.start()
    finally:
        running.stop()


@pytest.mark.slow
def test_a_database_is_made_where_there_is_none(first: tuple[Path, str]) -> None:
    """Beside it lie its files, and nothing else is left anywhere; the summary says what became of the run."""
    folder, said = first
    assert {path.name for path in folder.iterdir()} == {"artifacts", "mlflow.db", "mlartifacts"}
    assert re.search(r"^tracked     run penguins-mlp \d{4}-\S+Z in sqlite:///mlflow.db$", said, re.MULTILINE)
    assert "registered  penguins-mlp 1, now the champion (the first)\n" in said
    assert "INFO" not in said


@pytest.mark.slow
def test_a_run_holds_what_was_trained_and_how_it_went(first: tuple[Path, str], server: MlflowServer) -> None:
    """Parameters, metrics by epoch and stage, scores with their bounds, the bundle to the byte, the model."""
    run = server.runs(NAME)[-1]
    card = json.loads((first[0] / "artifacts" / NAME / "1" / "bundle.json").read_bytes())
    assert run["status"] == "FINISHED"
    asked = {"model": NAME, "seed": "0", "epochs": "3", "rows": "333", "estimator": "MLPClassifier"}
    assert asked.items() <= run["params"].items()
    assert run["params"]["data_sha256"] == card["data"]["sha256"]
    assert run["params"]["estimator.classifier__hidden_layer_sizes"] == "(16,)"
    assert run["tags"]["bundle_version"] == "1"
    assert [step for step, _ in server.history(run["id"], "training_loss")] == [1, 2, 3]
    assert [step for step, _ in server.history(run["id"], "validation_accuracy")] == [1, 2, 3]
    score = card["scores"]["accuracy"]
    for metric, key in {"": "value", "_low": "low", "_high": "high", "_dummy": "dummy"}.items():
        assert run["metrics"][f"accuracy{metric}"] == score[key]
    stages = {name for name in run["metrics"] if name.startswith("stage/")}
    assert len(stages) == 12
    assert all(run["metrics"][name] == 1 for name in stages if name.endswith("success"))
    assert server.files(run["id"], "bundle") == BUNDLE
    assert {"MLmodel", "model.pkl", "requirements.txt"} <= server.files(run["id"], "model")
    for file in BUNDLE:
        kept = first[0] / "artifacts" / NAME / "1" / file
        logged = first[0] / "mlartifacts" / NAME / run["id"] / "artifacts" / "bundle" / file
        assert logged.read_bytes() == kept.read_bytes()


LOAD = """
import sys
import mlflow, pandas
mlflow.set_tracking_uri(sys.argv[1])
row = dict(bill_length_mm=39.1, bill_depth_mm=18.7, flipper_length_mm=181, body_mass_g=3750,
           island="Torgersen", sex="male")
model = mlflow.pyfunc.load_model("models:/penguins-mlp@champion")
print(model.predict(pandas.DataFrame([row]))[0], "training" in sys.modules)
"""


@pytest.mark.slow
def test_the_mark_moves_to_a_better_model_alone(server: MlflowServer, tmp_path: Path) -> None:
    """Through the server this time; MLflow alone then loads the champion, without this project."""
    said = train(tmp_path, server.url, "--epochs", "20")
    assert re.search(r"registered  penguins-mlp (\d+), now the champion \(better: accuracy 0\.9", said)
    best = server.champion(NAME)
    assert float(best["tags"]["score_value"]) > 0.9
    said = train(tmp_path, server.url, "--epochs", "1")
    assert f"; the champion stays {best['version']} (not better: accuracy 0." in said
    assert server.champion(NAME)["version"] == best["version"]
    assert len(server.versions(NAME)) == len(server.runs(NAME)) == 3
    assert {path.name for path in tmp_path.iterdir()} == {"artifacts"}
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", LOAD, server.url],
        cwd=tmp_path,
        env={**os.environ, **settings.ALWAYS},
        capture_output=True,
        text=True,
        check=True,
    )
    assert loaded.stdout.split() == ["Adelie", "False"]


@pytest.mark.slow
def test_a_failed_training_is_logged_as_failed(server: MlflowServer, tmp_path: Path) -> None:
    """With the stage that failed and what is wrong, in words that hold no value of the data."""
    bad = tmp_path / "bad.csv"
    bad.write_bytes(PENGUINS.source.read().replace(b"Torgersen", b"SECRET"))
    train(tmp_path, server.url, "--data", str(bad), code=1)
    run = server.runs(NAME)[0]
    assert run["status"] == "FAILED"
    assert run["metrics"]["stage/data_ingestion/success"] == 1
    assert run["metrics"]["stage/data_validation/success"] == 0
    assert run["tags"]["error"].startswith("column island: one of Biscoe, Dream, Torgersen failed in row")
    assert "SECRET" not in json.dumps(run)


@pytest.mark.slow
def test_a_training_ended_by_ctrl_c_is_logged_as_killed(server: MlflowServer, tmp_path: Path) -> None:
    """With the epochs so far, which could be watched as they came."""
    with start(tmp_path, server.url, "--epochs", "200") as process:
        assert process.stderr is not None
        while "epoch 20 " not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)
    assert process.returncode == 130
    run = server.runs(NAME)[0]
    assert run["status"] == "KILLED"
    # The line comes first, so Ctrl-C may fall before the epoch itself is noted.
    assert len(server.history(run["id"], "training_loss")) >= 19


@pytest.mark.slow
def test_a_model_without_epochs_is_tracked_as_well(server: MlflowServer, tmp_path: Path) -> None:
    """A regression's scores and its interval's coverage; a second run of the same is not better."""
    assert "registered  math-score 1, now the champion" in train(tmp_path, server.url, model="math-score")
    (run,) = server.runs("math-score")
    assert {"r2", "rmse_low", "mae_dummy", "interval_coverage"} <= run["metrics"].keys()
    assert "training_loss" not in run["metrics"]
    assert run["params"]["estimator.ridge__alpha"] == "1.0"
    assert run["tags"]["synthetic"] == "true"


@pytest.mark.slow
def test_a_server_that_dies_meanwhile_does_not_stop_the_training(
    server: MlflowServer, tmp_path: Path
) -> None:
    """The bundle is written, and a warning says that the run is not whole."""
    with closing(Proxy(int(server.url.split(":")[-1]))) as wire:
        url = f"http://{HOST}:{wire.port}"
        with start(tmp_path, url, "--epochs", "1") as process:
            assert process.stderr is not None
            while "data_ingestion" not in process.stderr.readline():
                assert process.poll() is None
            wire.close()
            _, said = process.communicate(timeout=120)
    assert process.returncode == 0
    assert f"warning: --track {url}: this run is not whole there (nothing listens there);" in said
    assert "Traceback" not in said
    assert list(read_index(tmp_path / "artifacts")[NAME]) == ["1"]
    assert server.runs(NAME)[0]["status"] == "RUNNING"


def test_a_server_that_is_not_there_is_told_before_anything_is_trained(tmp_path: Path) -> None:
    """In one line, with what else would do, and without the password of the address."""
    port = free_port()
    said = train(tmp_path, f"http://me:s3cret@127.0.0.1:{port}", code=1)
    shown = f"http://me:***@127.0.0.1:{port}"
    assert said.startswith(f"error: --track {shown}: nothing listens there\nerror: give sqlite:///mlflow.db")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("uri", "why"),
    [
        pytest.param("", "a folder is no MLflow store", id="nothing"),
        pytest.param("mlruns", "a folder is no MLflow store", id="folder"),
        pytest.param("file:///tmp/mlruns", "a folder is no MLflow store", id="folder as an address"),
        pytest.param("sqlite://", "a database in memory would be gone at the end", id="in memory"),
        pytest.param("sqlite:///text.db", "file is not a database", id="not a database"),
        pytest.param("sqlite:////proc/none/mlflow.db", "No such file or directory", id="no folder"),
        pytest.param("http://[::1", "the address can't be read", id="half a bracket"),
    ],
)
def test_what_is_no_store_is_told_before_anything_is_trained(
    uri: str, why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Before MLflow is imported, which would try the last ones for two minutes."""
    (tmp_path / "text.db").write_text("this is a letter")
    uri = uri.replace("sqlite:///text", f"sqlite:///{tmp_path}/text")
    assert main([NAME, "--artifacts", str(tmp_path / "artifacts"), "--track", uri]) == 1
    said = capsys.readouterr().err
    assert why in said.splitlines()[0]
    assert "data_ingestion" not in said
    assert not (tmp_path / "artifacts").exists()


WITHOUT = """
import sys
sys.modules["mlflow"] = None
from training.cli import main
from training.command import add_arguments
words = ["penguins-mlp", "--epochs", "1", "--artifacts", sys.argv[1]]
assert main(words) == 0
assert "sqlalchemy" not in sys.modules
print("-- now tracked", file=sys.stderr)
sys.exit(main([*words, "--track", "sqlite:///mlflow.db"]))
"""


def test_mlflow_is_needed_by_the_option_alone(tmp_path: Path) -> None:
    """Which says what to install where it is not; the file that it names is there."""
    words = [sys.executable, "-c", WITHOUT, str(tmp_path)]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    assert found.returncode == 1, found.stderr
    said = found.stderr.split("-- now tracked\n")[1]
    assert said == f"error: --track needs mlflow, which is not installed\nerror: {INSTALL}\n"
    assert (ROOT / INSTALL.split()[-1]).is_file()


def make(uri: str) -> None:
    """Make a database of one table, in a single step."""
    with closing(sqlite3.connect(uri.removeprefix("sqlite:///"))) as connection:
        connection.execute("CREATE TABLE whole (run TEXT)")


def tables(file: Path) -> list[str]:
    """Return what a database holds."""
    with closing(sqlite3.connect(file)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


def test_a_database_that_could_not_be_finished_is_not_there(tmp_path: Path) -> None:
    """Half of one would never open again; the next training makes it."""
    file = tmp_path / "new" / "mlflow.db"

    def interrupted(uri: str) -> None:
        make(uri)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sqlite.prepare(file, interrupted)
    assert not list(file.parent.iterdir())
    sqlite.prepare(file, make)
    assert tables(file) == ["whole"]
    assert list(file.parent.iterdir()) == [file]


def test_the_first_of_two_databases_made_at_once_stays(tmp_path: Path) -> None:
    """The other training has begun to log in it."""
    file = tmp_path / "mlflow.db"

    def slower(uri: str) -> None:
        Path(uri.removeprefix("sqlite:///")).touch()
        sqlite.prepare(file, make)

    sqlite.prepare(file, slower)
    assert tables(file) == ["whole"]
    assert list(tmp_path.iterdir()) == [file]


def test_a_database_that_is_there_is_left_as_it_is(tmp_path: Path) -> None:
    """It only has to be one that can be written."""
    file = tmp_path / "mlflow.db"
    make(f"sqlite:///{file}")
    sqlite.prepare(file, lambda uri: pytest.fail("made again"))
    assert tables(file) == ["whole"]


@pytest.mark.parametrize("quoted", ["p%40ss", "p@ss"])
def test_an_error_is_told_without_the_password(quoted: str) -> None:
    """However MLflow or requests spells it."""
    store = Store(None, "http://me:***@host", None, "p%40ss")
    assert store.why(ValueError(f"bad:\n http://me:{quoted}@host")) == "bad: http://me:***@host"


def test_an_error_of_sqlite_is_told_without_its_sql() -> None:
    """SQLAlchemy and MLflow each wrap it, with all that was to be written."""
    wrapped = ValueError("(raised as a result) [SQL: INSERT INTO metrics] [parameters: 1, 2]")
    wrapped.__cause__ = sqlite3.OperationalError("database is locked")
    assert Store(None, "sqlite:///mlflow.db", None, None).why(wrapped) == "database is locked"


def test_mlflow_is_told_to_keep_to_itself() -> None:
    """No telemetry, whatever a person set; how patient it is, a person may set."""
    env = {"MLFLOW_DISABLE_TELEMETRY": "false", "MLFLOW_HTTP_REQUEST_TIMEOUT": "60"}
    settings.prepare(env)
    assert env["MLFLOW_DISABLE_TELEMETRY"] == "true"
    assert env["MLFLOW_HTTP_REQUEST_TIMEOUT"] == "60"
    assert env["MLFLOW_HTTP_REQUEST_MAX_RETRIES"] == "1"
    assert env["MLFLOW_LOGGING_LEVEL"] == "CRITICAL"


def test_the_server_is_the_clients_own_version() -> None:
    """And it has the packages that a logged model was made with."""
    pins = {file: dict(re.findall(r"^([\w-]+)==(\S+)$", text, re.MULTILINE)) for file, text in REQUIREMENTS}
    server = pins["requirements-mlflow.txt"]
    assert server.pop("mlflow") == pins["requirements-track.txt"]["mlflow-skinny"]
    known = pins["requirements.txt"] | dict(
        re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "ml-api" / "requirements.txt").read_text(), re.MULTILINE)
    )
    assert server == {name: known[name] for name in server}
    assert pins["requirements.txt"]["prometheus_client"] == known["prometheus_client"]


REQUIREMENTS = [(file.name, file.read_text()) for file in (ROOT / "training").glob("requirements*.txt")]


def test_the_page_names_the_options_that_exist_and_no_others() -> None:
    """In its table of options."""
    page = (ROOT / "docs" / "training.md").read_text(encoding="utf-8")
    parser = argparse.ArgumentParser(add_help=False)
    add_arguments(parser)
    options = {option for action in parser._actions for option in action.option_strings}
    assert set(re.findall(r"^\| `(--[a-z-]+)", page, re.MULTILINE)) == options
