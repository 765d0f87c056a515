"""The command line: exit codes, words for people, and old bundles that a failure leaves alone."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training.bundles import assert_whole
from training.cli import main
from training.recipes.math_score import MATH_SCORE
from training.sealed import unseal
from training.writer import read_index

ROOT = Path(__file__).resolve().parents[2]


def train(root: Path, *options: str) -> int:
    """Train the maths model into root, as from the command line."""
    return main(["math-score", "--artifacts", str(root), *options])


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return artifacts that hold one trained model."""
    root = tmp_path_factory.mktemp("artifacts")
    assert train(root) == 0
    return root


def test_a_run_ends_with_a_summary(trained: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Scores beside a dummy's, coverage, engine, size, place, what comes next; and that nothing changed."""
    assert train(trained) == 0
    said = capsys.readouterr().out
    for words in [
        "math-score 1 (unchanged",
        "1,000 rows of training/data/students.py, synthetic",
        "r2                0.862  [0.844, 0.879]   a dummy's -0.008",
        "which held 90.1% of unseen rows",
        "onnx: agrees with scikit-learn",
        "model.joblib 3.6 kB",
        str(trained / "math-score" / "1"),
        "mind        The training data are synthetic: the model says nothing about real students.",
        "python -m training verify",
    ]:
        assert words in said


def test_bad_data_fail_in_words_and_leave_the_old_bundle(
    trained: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 1, a line per fault, a sealed record of the failed run, and version 1 whole."""
    data = tmp_path / "bad.csv"
    data.write_bytes(MATH_SCORE.source.read().replace(b"standard", b"SECRET", 1))
    assert train(trained, "--data", str(data)) == 1
    line = "column lunch: one of standard, free/reduced failed in row 1"
    said = capsys.readouterr()
    assert f"error: {line}\n" in said.err
    assert "Traceback" not in said.err
    assert "failed data_validation" in said.err
    record = unseal((trained / "math-score" / "failed-run.json").read_bytes())
    assert record["success"] is False
    assert [(stage["name"], stage["success"]) for stage in record["stages"]] == [
        ("data_ingestion", True),
        ("data_validation", False),
    ]
    assert record["stages"][1]["errors"] == [line]
    assert "SECRET" not in said.err
    assert_whole(trained)
    assert list(read_index(trained)["math-score"]) == ["1"]


def test_a_file_that_is_not_there_is_named_without_its_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The record is served to anybody, so it holds no path."""
    assert train(tmp_path, "--data", str(tmp_path / "no.csv")) == 1
    assert "error: no.csv can't be read: No such file or directory\n" in capsys.readouterr().err
    assert str(tmp_path) not in (tmp_path / "math-score" / "failed-run.json").read_text()


def test_a_failure_that_cannot_be_recorded_is_still_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both faults are named: the run's and the record's."""
    (tmp_path / "math-score").write_text("where its folder must be")
    assert train(tmp_path, "--data", str(tmp_path / "no.csv")) == 1
    said = capsys.readouterr().err
    assert "no.csv can't be read" in said
    assert "the failed run could not be recorded" in said


def test_a_persons_own_table_is_not_called_synthetic(tmp_path: Path) -> None:
    """The card names the file, says that nothing is known of it, and drops the generator's words."""
    data = tmp_path / "mine.csv"
    data.write_bytes(MATH_SCORE.source.read())
    assert train(tmp_path / "artifacts", "--data", str(data)) == 0
    bundle = (tmp_path / "artifacts" / "math-score" / "1" / "bundle.json").read_text()
    assert '"source": "mine.csv", "licence": "unknown"' in bundle
    assert '"synthetic": false, "note": "Supplied by the person who trained."' in bundle
    assert "says nothing about real students" not in bundle
    assert str(tmp_path) not in bundle


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param([], id="no command"),
        pytest.param(["nothing"], id="unknown command"),
        pytest.param(["math-score", "--seed", "-1"], id="negative seed"),
        pytest.param(["math-score", "--seed", "x"], id="seed in letters"),
        pytest.param(["math-score", "--version", "v1"], id="version with a letter"),
    ],
)
def test_wrong_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Argparse explains and exits 2."""
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("error: ")
    assert "python -m training" in said


HELP = """
import sys
from training.cli import main
try:
    main(["--help"])
finally:
    assert "sklearn" not in sys.modules
"""


def test_help_loads_no_library() -> None:
    """Help is there at once: scikit-learn is not imported for it."""
    found = subprocess.run([sys.executable, "-c", HELP], cwd=ROOT, capture_output=True, text=True, check=True)
    for command in ("math-score", "penguins", "penguins-mlp", "pack", "verify", "pin", "remove"):
        assert f"\n    {command}" in found.stdout


def test_ctrl_c_ends_a_run_cleanly(tmp_path: Path) -> None:
    """Exit 130, one line, nothing left behind."""
    words = [sys.executable, "-m", "training", "penguins", "--artifacts", str(tmp_path)]
    with subprocess.Popen(words, cwd=ROOT, stderr=subprocess.PIPE, text=True) as run:
        assert run.stderr is not None
        while "model_training" not in run.stderr.readline():
            pass
        run.send_signal(signal.SIGINT)
        said = run.stderr.read()
    assert run.returncode == 130
    assert said.splitlines()[-1] == "interrupted; the bundles that were there are whole"
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())
