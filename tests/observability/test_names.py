"""No rule, page or runbook names a metric that nobody exposes, and none is exposed that no page explains."""

import re
from pathlib import Path

import pytest

from monitor.alerts import RULES
from tests.observability import metric_names
from tools.rules import recorded

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted(
    [*(ROOT / "docs").glob("*.md"), *(ROOT / "docs" / "runbooks").glob("*.md"), ROOT / "README.md"]
)
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


def test_every_metric_is_explained(exposed):
    """On some page, under its own name; a histogram under that of its family."""
    said = {word for page in PAGES for span in spans(page) for word in re.findall(r"[\w:]+", span)}
    parts = ("_bucket", "_sum", "_count")
    lacking = {
        name
        for name in exposed["ours"]
        if name not in said
        and not any(name.removesuffix(part) in said for part in parts if name.endswith(part))
    }
    # What the client library tells of any Python process stands as `process_*`.
    assert {name for name in lacking if not name.startswith("process_")} == set()
