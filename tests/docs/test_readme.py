"""The README's first ten minutes: the answer that it shows, and a model of the reader's own."""

import json

import pytest

from tests.docs.desk import laid
from tests.docs.fences import lines
from tests.docs.markdown import ROOT, fences

README = ROOT / "README.md"
NEW_EACH_TIME = "id"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Lay a desk on which a model may be packed."""
    with laid(tmp_path_factory.mktemp("readme") / "tandem") as desk:
        yield desk


def fenced(language, holding):
    """Return the one fence of a language that holds a text."""
    (found,) = [
        fence.text
        for fence in fences(README.relative_to(ROOT))
        if fence.words[:1] == (language,) and holding in fence.text
    ]
    return found


def test_the_answer_that_it_shows_is_the_one_that_comes(desk):
    """To the last digit; only the id is new each time."""
    shown = json.loads(fenced("json", "prediction"))
    said = json.loads(desk.type(fenced("sh", "curl")).stdout)
    assert shown.keys() == said.keys()
    assert {**shown, NEW_EACH_TIME: ""} == {**said, NEW_EACH_TIME: ""}


def test_its_model_of_your_own_is_packed_and_known_to_the_monitor(desk):
    """The file that it tells to save, and the commands after it, in their order."""
    (desk.folder / "mine.py").write_text(fenced("python", "joblib.dump"))
    for command in fenced("sh", "make pack").splitlines():
        done = desk.type(command)
        assert done.returncode == 0, done.stdout + done.stderr
    card = json.loads((desk.folder / "ml-api/artifacts/wine/1/bundle.json").read_text())
    assert (card["name"], card["engine"]["name"]) == ("wine", "onnx")
    pinned = json.loads((desk.folder / "monitoring/goldens.json").read_text())
    assert "wine" in json.dumps(pinned)


def test_pack_says_what_it_needs(desk):
    """Instead of the usage of another command."""
    done = desk.type("make pack MODEL=model.joblib")
    assert done.returncode != 0
    assert "make pack MODEL=model.joblib DATA=rows.csv TARGET=price NAME=house" in done.stdout


def test_every_command_of_its_fences_is_one_line_or_one_quoted_text():
    """So that it can be copied whole."""
    for fence in fences(README.relative_to(ROOT)):
        if fence.words[:1] == ("sh",):
            typed = [line for line in fence.text.splitlines() if line.strip()]
            assert [*lines(fence)] == typed, "each line is a command"
