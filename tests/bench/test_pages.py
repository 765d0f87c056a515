"""The tables of the pages are those that the stored results give."""

from dataclasses import replace

import pytest

from bench import pages, stored
from bench.cli import KEPT, NAME
from tests.bench.made import entry, left_out, results
from tools.terminal import ToolError

PAGE = """Before
<!-- bench table: made by `make bench` -->
old
<!-- end of bench table -->
After
"""


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda page: page.name)
def test_a_page_shows_what_is_stored(page):
    """Nobody edits these tables by hand: `python -m bench readme` makes them."""
    found = stored.read(KEPT / f"{NAME}.json")
    text = page.read_text(encoding="utf-8")
    blocks = {name: pages.BLOCKS[name](found) for name in pages.PAGES[page]}
    assert pages.rendered(text, blocks) == text


def test_the_picture_is_there():
    """The page shows it."""
    assert (KEPT / f"{NAME}.png").read_bytes().startswith(b"\x89PNG")


def test_a_block_is_replaced_and_the_rest_stays():
    """However often."""
    once = pages.rendered(PAGE, {"table": r"new \1 \g<0>"})
    assert once == PAGE.replace("old", r"new \1 \g<0>")
    assert pages.rendered(once, {"table": "old"}) == PAGE


@pytest.mark.parametrize("text", ["nothing", PAGE + PAGE], ids=["no place", "two places"])
def test_a_page_without_one_place_is_refused(text):
    """Rather than left as it was."""
    with pytest.raises(ToolError, match="bench table"):
        pages.rendered(text, {"table": "new"})


def test_the_short_table_has_date_machine_and_ratios():
    """And says who was left out."""
    text = pages.BLOCKS["table"](results(mlflow=left_out("mlflow", "no network")))
    assert "2026-01-31, Some CPU @ 2 GHz, 2 cores, Debian GNU/Linux 12, Python 3.11.7, wrk 4.1.0" in text
    assert "Versions: flask 3.1.2, numpy 2.4.6" in text
    assert "Left out: mlflow: no network." in text
    assert "| The naive server | 2,000 (13.3x) | 3,000 (20.0x) | 400 (0.05x) |" in text
    assert "The mlflow server" not in text


def test_goals_have_their_verdicts():
    """In the order of the table."""
    text = pages.BLOCKS["goals"](results())
    assert "| cold start beside the bare echo | &lt;= 1.8x | 1.5x | met |" in text


def test_numbers_have_their_spread():
    """A number that is the same each time has none."""
    same = entry("echo")
    same.rounds["installed_mib"][:] = [22.0]
    text = pages.BLOCKS["numbers"](results(echo=same))
    assert "| **Tandem** | 150 (75 to 225) | 80 (40 to 120) | 120 (60 to 180) |" in text
    assert "| bare Flask JSON echo | 150 (75 to 225) | 80 (40 to 120) | 22 |" in text
    assert "| built ml-api deployment | 20.0 MiB |" in text


def test_a_reason_is_no_markup():
    """It may hold what a foreign program said."""
    text = pages.BLOCKS["table"](results(mlflow=left_out("mlflow", "a | b\n<script>")))
    assert r"a \| b &lt;script>" in text


def test_other_versions_of_a_package_are_all_named():
    """Each contender has its own."""
    other = replace(entry("naive"), packages={"flask": "2.0.0"}, requirements=["flask", "absent"])
    assert "flask 2.0.0 and 3.1.2, numpy 2.4.6." in pages.BLOCKS["versions"](results(naive=other))
