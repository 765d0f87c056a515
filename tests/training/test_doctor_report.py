"""What doctor prints of a start and of sizes: the dearest by name, the rest in one line."""

from training.doctor.files import Files
from training.doctor.interpreter import here
from training.doctor.report import size_lines, start_lines
from training.doctor.requirements import Asked
from training.doctor.start import Cost, Start
from training.doctor.weights import Weights
from training.engines import MIB

ASKED = Asked("requirements.txt", (), b"")


def test_imports_after_the_tenth_are_summed() -> None:
    """Their milliseconds, and their modules."""
    costs = tuple(Cost(f"owner{at}", (20 - at) / 1000, at + 1) for at in range(12))
    lines = list(start_lines(Start(1, 0.5, costs, frozenset()), here()))
    rows = [line.split() for line in lines[1:12]]
    assert rows[0] == ["20", "1", "owner0"]
    assert rows[9] == ["11", "10", "owner9"]
    assert rows[10] == ["19", "23", "2", "others"]
    assert lines[12].startswith("500 ms until `app` was there: in one fresh process")


def test_there_is_no_line_for_a_rest_of_nothing() -> None:
    """A folder of one large file."""
    lines = list(size_lines(Weights({}, ASKED, "3.12", True), Files({"api/index.py": 3 * MIB}, ())))
    assert lines[-2].endswith("the folder's own files")
    assert lines[-1].split() == ["3.0", "api/"]
    assert not any("smaller" in line or "in all" in line for line in lines[1:])
