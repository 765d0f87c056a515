"""Results are stored and read back whole; what was changed by hand, or is none, is refused by name."""

import json

import pytest

from bench import stored
from bench.results import Once, Results
from tests.bench.made import entry, left_out, results
from tools.terminal import ToolError


def kept(folder, found: Results):
    """Write results and return their file."""
    file = folder / "deep" / "latest.json"
    stored.write(found, file)
    return file


def test_they_are_read_back_as_they_were(tmp_path):
    """With those that were left out, and loads that did not count."""
    found = results(mlflow=left_out("mlflow"))
    assert stored.read(kept(tmp_path, found)) == found
    assert [file.name for file in (tmp_path / "deep").iterdir()] == ["latest.json"]


def test_medians_are_those_of_the_rounds(tmp_path):
    """In the file, for its readers."""
    document = json.loads(kept(tmp_path, results()).read_text())
    assert document["contenders"]["tandem"]["rounds"]["cold_ms"] == [225.0, 150.0, 75.0]
    assert document["contenders"]["tandem"]["medians"]["cold_ms"] == 150.0


def test_a_measure_without_a_round_has_no_median():
    """It is missing, and not zero."""
    found = results(naive=entry("naive"))
    del found.contenders["naive"].rounds["rps_8"]
    assert found.median("naive", "rps_8") is None
    assert "rps_8" not in found.contenders["naive"].medians()
    assert found.median("nobody", "rps_8") is None


def change(document, path, value):
    """Set one place of a document."""
    *parents, last = path
    for key in parents:
        document = document[key]
    document[last] = value


TANDEM = ("contenders", "tandem")
SPOILED = {
    "a median by hand": ((*TANDEM, "medians", "cold_ms"), 100.0, "/contenders/tandem/medians"),
    "a round by hand": ((*TANDEM, "rounds", "cold_ms", 1), 10.0, "/contenders/tandem/medians"),
    "a zero": ((*TANDEM, "rounds", "cold_ms", 0), 0, "/contenders/tandem/rounds/cold_ms/0"),
    "no round": ((*TANDEM, "rounds", "cold_ms"), [], "/contenders/tandem/rounds/cold_ms"),
    "a text": ((*TANDEM, "rounds", "cold_ms", 0), "12", "/contenders/tandem/rounds/cold_ms/0"),
    "numbers of one left out": ((*TANDEM, "left_out"), "gone", "/contenders/tandem/rounds"),
    "another kind": ((*TANDEM, "kind"), "friend", "/contenders/tandem/kind"),
    "no date": (("date",), "today", "/date"),
    "another format": (("format",), 2, "/format"),
    "more than is known": (("verdict",), "best", "verdict"),
    "a measure of no name": ((*TANDEM, "rounds", "luck"), [1.0], "luck"),
}


@pytest.mark.parametrize(("path", "value", "named"), SPOILED.values(), ids=SPOILED)
def test_what_is_no_result_is_refused(tmp_path, path, value, named):
    """And the place is named."""
    file = kept(tmp_path, results())
    document = json.loads(file.read_text())
    change(document, path, value)
    file.write_text(json.dumps(document))
    with pytest.raises(ToolError, match=r"latest\.json holds no results") as raised:
        stored.read(file)
    assert named in str(raised.value)


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 100_000, '{"format": NaN}'], ids=["empty", "cut", "deep", "nan"]
)
def test_what_is_not_json_is_refused(tmp_path, text):
    """In one line."""
    file = tmp_path / "latest.json"
    file.write_text(text)
    with pytest.raises(ToolError, match="is not JSON"):
        stored.read(file)


def test_a_missing_file_is_named(tmp_path):
    """With what would write it."""
    with pytest.raises(ToolError, match="make bench"):
        stored.read(tmp_path / "none.json")


def test_what_is_no_result_is_not_written(tmp_path):
    """The file that was there stays."""
    file = kept(tmp_path, results())
    before = file.read_bytes()
    with pytest.raises(ToolError, match="besides"):
        stored.write(
            Results(**{**vars(results()), "besides": {"bundle_mib_ml_api": Once(values=[-1.0])}}), file
        )
    assert file.read_bytes() == before
