"""No rule, page or runbook names a metric that nobody exposes."""

import re
from pathlib import Path

import pytest

from monitor.alerts import RULES
from tests.observability import metric_names
from tools.rules import recorded

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("docs", "docs/reference", "docs/runbooks")
PAGES = sorted([*(page for folder in FOLDERS for page in (ROOT / folder).glob("*.md")), ROOT / "README.md"])
SPANS = re.compile(r"```[^\n]*\n.*?```|`[^`]+`", re.DOTALL)
OURS = (
    r"(?:ml|app|system|probe|training|validation|model_prediction|model_result|model_replay|flask_http)_\w+"
)
NAME = re.compile(
    rf"(?<![\w:.{{/])(?:{OURS}|(?:job|model):\w+:\w+|(?:node|process|prometheus|alertmanager)_\w+)"
)
NOT_METRICS = {
    *("app_name", "ml_api", "training_columns"),
}
ASKED = re.compile(r"query (?:\(printf )?`([^`]+)`")


@pytest.fixture(scope="module")
def exposed(require_real, tmp_path_factory, api_server):
    """Return every metric that anybody exposes, as real servers and our own code have them."""
    require_real(not metric_names.missing(), f"not installed: {metric_names.missing()}")
    ours = (
        metric_names.of_monitor()
        | metric_names.of_tools()
        | metric_names.scraped(f"{api_server}/api/metrics")
    )
    others = metric_names.of_others(tmp_path_factory.mktemp("others"))
    return {"ours": ours | metric_names.recordings(), "others": others | metric_names.ADDED}


def everything(exposed):
    """Return all names."""
    return exposed["ours"] | exposed["others"]


def in_templates(text):
    """Return the metrics that a template asks for."""
    queries = (found.replace("%q", '"x"') for found in ASKED.findall(text))
    return {name for query in queries for name in metric_names.asked(query)}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: f"{rule.name} {rule.scope or ''}".strip())
def test_an_alert_asks_for_what_is_there(rule, exposed):
    """In its condition, and in what it says to people."""
    named = metric_names.asked(rule.expr) | in_templates(rule.summary + rule.description)
    assert named <= everything(exposed)


RECORDED = [rule for rules in recorded.GROUPS.values() for rule in rules]


@pytest.mark.parametrize("rule", RECORDED, ids=lambda rule: rule.record)
def test_a_recorded_series_asks_for_what_is_there(rule, exposed):
    """It would be empty for ever."""
    assert metric_names.asked(rule.expr) <= everything(exposed)


def spans(page):
    """Return what a page sets as code."""
    return [span.strip("`") for span in SPANS.findall(page.read_text())]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_names_what_is_there(page, exposed):
    """In all that it sets as code."""
    named = {name for span in spans(page) for name in NAME.findall(span)}
    assert named - NOT_METRICS <= everything(exposed)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if page.parent.name == "runbooks"], ids=lambda page: page.stem
)
def test_the_queries_of_a_runbook_are_valid(page):
    """A person copies them at night."""
    for span in spans(page):
        if NAME.match(span) or ("(" in span and NAME.search(span)):
            assert metric_names.asked(span)
