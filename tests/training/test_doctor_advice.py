"""What may go is named with its line and what it saves; what is needed in any way is left alone."""

from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.training import doctor_folders as folders
from training.doctor.advice import Found, drops, missing_engines, remarks
from training.doctor.bundles import read_bundles
from training.doctor.distributions import Distribution
from training.doctor.requirements import Asked, Line
from training.doctor.source import Source
from training.doctor.start import Start
from training.doctor.weights import Weights
from training.engines import MIB

SIZES = {"onnxruntime": 50, "scikit-learn": 30, "joblib": 1, "numpy": 20, "pandas": 40, "idle": 5}
NEEDS = {"onnxruntime": ["numpy"], "scikit-learn": ["numpy", "joblib"], "pandas": ["numpy"]}
MODULES = {"scikit-learn": "sklearn"}


def found(
    folder: Path,
    asked: str,
    *,
    imports: str = "",
    source_faults: tuple[str, ...] = (),
    started: str | None = None,
) -> Found:
    """Return what was found in a folder that asks for these, with sizes in MiB."""
    lines = tuple(
        Line(Requirement(each), f"requirements.txt:{at}") for at, each in enumerate(asked.split(), 1)
    )
    names = {line.name for line in lines}
    names |= {need for name in names for need in NEEDS.get(name, [])}
    installed = {
        name: Distribution(
            name,
            "1.0",
            {f"{name}/__init__.py": SIZES[name] * MIB},
            tuple(map(Requirement, NEEDS.get(name, []))),
            frozenset({MODULES.get(name, name)}),
        )
        for name in names
    }
    weights = Weights(installed, Asked("requirements.txt", lines, b""), "3.12", is_resolved=True)
    start = None if started is None else Start(1, 1.0, (), frozenset(started.split()))
    source = Source(frozenset(imports.split()), source_faults)
    return Found(folder, weights, read_bundles(folder), source, start)


@pytest.mark.parametrize(
    ("engine", "said"),
    [
        pytest.param(
            folders.ONNX,
            "drop scikit-learn (requirements.txt:2), joblib (requirements.txt:3) and pandas "
            "(requirements.txt:4): no bundle needs it. Saves 71.0 MiB",
            id="onnx",
        ),
        pytest.param(
            folders.ARRAY,
            "drop onnxruntime (requirements.txt:1) and pandas (requirements.txt:4): "
            "no bundle needs it. Saves 90.0 MiB",
            id="scikit-learn",
        ),
    ],
)
def test_an_engine_that_no_bundle_needs_may_go(tmp_path: Path, engine: dict[str, str], said: str) -> None:
    """All its lines at once, since one alone would save nothing; numpy stays for the other."""
    folders.bundles(tmp_path, model=engine)
    assert list(drops(found(tmp_path, "onnxruntime scikit-learn joblib pandas"))) == [said]


def test_an_engine_stays_while_a_broken_bundle_may_need_it(tmp_path: Path) -> None:
    """Its card can't be read."""
    folders.bundles(tmp_path, model=folders.ONNX, other=folders.ARRAY)
    (tmp_path / "artifacts" / "other" / "1" / "bundle.json").write_text("{}")
    assert list(drops(found(tmp_path, "onnxruntime scikit-learn joblib"))) == []


def test_of_two_engines_the_models_of_each_are_named(tmp_path: Path) -> None:
    """With what goes when these go."""
    folders.bundles(tmp_path, one=folders.ONNX, two=folders.ARRAY, three=folders.ARRAY)
    said = list(drops(found(tmp_path, "onnxruntime scikit-learn joblib")))
    assert said[0].startswith("of two engines ONNX Runtime serves one:")
    assert said[0].endswith("Saves 50.0 MiB")
    assert said[1].startswith("of two engines scikit-learn serves three and two:")
    assert said[1].endswith("Saves 31.0 MiB")


def test_a_line_that_nothing_imports_may_go(tmp_path: Path) -> None:
    """With the words that it may be loaded by name."""
    assert list(drops(found(tmp_path, "numpy idle", imports="numpy"))) == [
        "drop idle (requirements.txt:2), unless something loads it by name: no file here imports it. "
        "Saves 5.0 MiB"
    ]


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"imports": "idle"}, id="imported by a file"),
        pytest.param({"started": "idle"}, id="imported at the start"),
        pytest.param({"source_faults": ("x.py:1",)}, id="a file can't be read"),
    ],
)
def test_a_line_that_may_be_imported_stays(tmp_path: Path, given: dict[str, object]) -> None:
    """However it was seen."""
    assert list(drops(found(tmp_path, "idle", **given))) == []  # type: ignore[arg-type]


def test_a_line_that_a_served_pickle_names_stays(tmp_path: Path) -> None:
    """Unpickling imports it, whatever the files say."""
    folders.bundles(tmp_path, idle=folders.ARRAY)
    assert list(drops(found(tmp_path, "scikit-learn joblib idle"))) == []


def test_an_engine_that_is_needed_and_not_asked_for_is_a_fault(tmp_path: Path) -> None:
    """With the models that would not be served."""
    folders.bundles(tmp_path, one=folders.ONNX, two=folders.ARRAY)
    assert list(missing_engines(found(tmp_path, "onnxruntime"))) == [
        "scikit-learn and joblib must stand in requirements.txt to serve two: "
        "`python -m training pack` and `remove` write these lines"
    ]


def test_versions_that_may_move_are_told(tmp_path: Path) -> None:
    """And versions that are not those asked for, where nothing could be resolved."""
    assert list(remarks(found(tmp_path, "numpy pandas==1.0 idle==9", imports="numpy pandas idle"))) == [
        "requirements.txt:1 pins no version of numpy: weighed as 1.0, and a build may take another",
        "requirements.txt:3 asks for idle==9: weighed as 1.0, which is here",
    ]


def test_copies_for_another_engine_are_counted_and_stay(tmp_path: Path) -> None:
    """The API checks every file of a bundle."""
    folders.bundles(tmp_path, one=folders.ONNX)
    said = list(remarks(found(tmp_path, "onnxruntime==1.0")))
    assert said == [
        "model.joblib of 1 bundles that ONNX Runtime serves: 0.0 MiB, which stay: a bundle is checked whole"
    ]
