"""Every command of every page works as it stands, in a copy of the project with both apps running."""

import re
import shutil

import pytest

from tests.docs.desk import laid
from tests.docs.fences import commands, lines, mark, typed_elsewhere
from tests.docs.markdown import ROOT, pages

TYPED_BY_ITS_OWN_TEST = "docs/compat.md"
"""tests/test_compat.py types every command of its tables and looks at the answers."""
SPAN = re.compile(r"`(curl [^`]*:800[01]/[^`]*)`")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """Lay one desk for all pages."""
    with laid(tmp_path_factory.mktemp("desk") / "tandem") as desk:
        yield desk


def ours():
    """Return what stands in fences and is typed here, fence by fence."""
    for fence in commands():
        if mark(fence) is None:
            text = "\n".join(line for line in lines(fence) if not typed_elsewhere(line))
            if text:
                yield pytest.param(text, id=str(fence))


def spans():
    """Return the calls that stand within sentences, as runbooks have them."""
    for page in pages():
        if str(page) != TYPED_BY_ITS_OWN_TEST:
            for found in dict.fromkeys(SPAN.findall((ROOT / page).read_text())):
                yield pytest.param(found, id=f"{page}: {found}")


@pytest.mark.parametrize("text", list(ours()))
def test_a_fence_works_as_it_stands(desk, text):
    """With exit code 0; a call of the API gets its answer, and no problem."""
    done = desk.type(text)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "urn:tandem:problem" not in done.stdout


@pytest.mark.parametrize("text", list(spans()))
def test_a_call_in_a_sentence_is_answered(desk, text, require_real):
    """By the app that it asks."""
    require_real(shutil.which("curl"), "curl is not on PATH")
    done = desk.type(text)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
    assert "urn:tandem:problem" not in done.stdout
