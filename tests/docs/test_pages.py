"""Every page can be followed, is spelled right and is no longer than it needs."""

import re
import shutil
import subprocess
import sys
from urllib.parse import unquote, urlsplit

import pytest

from tests.docs.markdown import ROOT, anchors, links, pages

MOST_LINES = 200
UNLIMITED = ("CHANGELOG.md", "docs/reference/")
"""The one grows with every release; the others are made from code, for looking things up."""
WORDS = ROOT / "tests" / "docs" / "words.txt"
PAGES = [pytest.param(page, id=str(page)) for page in pages()]


@pytest.mark.parametrize("page", PAGES)
def test_a_link_leads_somewhere(page):
    """To a file that is there, and to a heading that it has."""
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            continue
        place = (ROOT / page).parent / unquote(parts.path) if parts.path else ROOT / page
        assert place.exists(), link
        assert place.resolve().is_relative_to(ROOT), link
        if parts.fragment:
            assert parts.fragment in anchors(place.resolve().relative_to(ROOT)), link


@pytest.mark.parametrize("page", PAGES)
def test_a_link_to_elsewhere_is_an_address(page):
    """Over https, with a host's name; whether it answers is not asked."""
    for link in links(page):
        parts = urlsplit(link)
        if parts.scheme:
            assert parts.scheme == "https", link
            assert re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", parts.hostname or ""), link


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_no_longer_than_it_needs(page):
    """Whoever reads it has something else to do."""
    if not str(page).startswith(UNLIMITED):
        assert len((ROOT / page).read_text().splitlines()) <= MOST_LINES


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is(page):
    """By one heading of the first order, at its beginning."""
    text = (ROOT / page).read_text()
    assert text.startswith("# ")
    assert len(re.findall(r"^# ", re.sub(r"^```.*?^```", "", text, flags=re.M | re.S), re.M)) == 1


def test_every_word_is_spelled_right(require_real):
    """In the pages and in the code's comments; words.txt lists the words that only look wrong."""
    program = shutil.which("codespell", path=str(ROOT / ".venv" / "bin")) or shutil.which("codespell")
    require_real(program, "codespell is not installed: make setup")
    places = ["docs", *(str(page) for page in pages() if len(page.parts) == 1)]
    places += ["ml-api/mlapi", "ml-api/public"]
    places += ["monitoring/monitor", "monitoring/public", "training", "tools", "bench", "tests", ".github"]
    done = subprocess.run(
        [sys.executable, "-m", "codespell_lib", "--ignore-words", str(WORDS), *SKIPPED, *places],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


SKIPPED = ("--skip", "*.csv,*.json,*.joblib,*.onnx,*.png,*.lock,*.js.map,chart.umd.js,words.txt,__pycache__")


def test_no_word_is_excused_in_vain():
    """A word that is nowhere need not be listed."""
    text = "".join(path.read_text(errors="ignore").lower() for path in _texts())
    assert [word for word in WORDS.read_text().split() if word not in text] == []


def _texts():
    for place in ("docs", "ml-api", "monitoring", "training", "tools", "bench", "tests"):
        for kind in ("*.md", "*.py", "*.js", "*.html"):
            yield from (path for path in (ROOT / place).rglob(kind) if path.is_file())
    yield from ROOT.glob("*.md")
