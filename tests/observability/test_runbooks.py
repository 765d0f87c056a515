"""A page for each alert: what it means, how to look, what to do."""

import re
from pathlib import Path

import pytest

from monitor.alerts import RULES
from tools.rules.render import duration

ROOT = Path(__file__).resolve().parents[2]
RUNBOOKS = ROOT / "docs" / "runbooks"
PAGES = sorted(RUNBOOKS.glob("*.md"))
PARTS = ["## What it means", "## How to look", "## What to do"]
UNITS = {"m": "minute", "h": "hour"}


def spelled(after):
    """Spell how long it must have been so, for people."""
    if not after:
        return ""
    number, unit = re.fullmatch(r"(\d+)(\w)", duration(round(after * 1000))).groups()
    return f"after {number} {UNITS[unit]}{'s' if number != '1' else ''}"


def test_each_alert_has_a_page():
    """And each page an alert."""
    assert {page.stem for page in PAGES} == {rule.name for rule in RULES}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_has_its_three_parts(page):
    """In this order, and none is empty."""
    text = page.read_text()
    assert text.startswith(f"# {page.stem}\n")
    assert re.findall("^## .*$", text, re.MULTILINE) == PARTS
    assert all(len(part.strip()) > 30 for part in re.split("^## .*$", text, flags=re.MULTILINE)[1:])


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} {rule.scope or ''}".strip())
def test_a_page_says_how_bad_it_is_and_when_it_fires(rule):
    """As the table does, in its second line."""
    line = (RUNBOOKS / f"{rule.name}.md").read_text().splitlines()[1]
    assert rule.severity in line
    assert spelled(rule.after) in line


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} {rule.scope or ''}".strip())
def test_the_table_of_the_docs_is_the_table(rule):
    """The same severity and time, and a star where the monitor judges it by itself."""
    after = duration(round(rule.after * 1000)) if rule.after else "at once"
    mark = f" {rule.scope}" if rule.scope else " *" if rule.check else ""
    linked = re.escape(f"| [{rule.name}](runbooks/{rule.name}.md){mark} | ")
    assert re.search(
        rf"^{linked}.* \| {after} \| {rule.severity} \|$",
        (ROOT / "docs" / "alerts.md").read_text(),
        re.MULTILINE,
    )
