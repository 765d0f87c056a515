"""The dashboard for every eye and hand: phone, night, no scripts, no mouse."""

import pytest
from playwright.sync_api import expect

from tests.monitor.page import made
from tests.monitor.page.conftest import PHONE, made_page
from tests.monitor.page.document import html
from tests.monitor.page.hostile import hostile

pytestmark = pytest.mark.slow

AXE = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter(({ impact }) => impact === "serious" || impact === "critical")
  .map(({ id, nodes }) => [id, nodes.map((node) => [node.target.join(" "), node.failureSummary])])"""


def test_it_reads_without_scripts(browser, monitor):
    """The state, the tables, and no empty box for a chart."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(monitor)
    expect(page.locator("h1")).to_contain_text("UTC")
    expect(page.locator("#response-plot")).to_be_hidden()
    page.locator("#response-details summary").click()
    expect(page.locator("#response-table")).to_be_visible()
    page.get_by_role("link", name="1 hour").click()
    expect(page.locator("[data-window='1h']")).to_have_attribute("aria-current", "true")
    context.close()


@pytest.mark.parametrize("kind", ["real", "hostile"])
def test_a_phone_scrolls_down_only(tab, monitor, kind):
    """With everything open, whatever the API's names are."""
    if kind == "real":
        page = tab(monitor, viewport=PHONE)
    else:
        spiteful = hostile(made.status(drift=made.drift(), alerts=[made.alert()]))
        page = made_page(tab, monitor, html(spiteful, incidents=hostile(made.incidents())), viewport=PHONE)
    for details in page.locator("details").all():
        details.evaluate("(element) => (element.open = true)")
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_dark_is_dark(tab, monitor):
    """By the system's wish."""
    page = tab(monitor, color_scheme="dark")
    red = page.evaluate("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
    assert red < 60


@pytest.mark.parametrize(
    "kind", ["light", "dark", "phone", "down", "down dark", "unset", "full", "full dark"]
)
def test_nothing_serious_bars_anyone(tab, request, axe, kind):
    """Says axe-core, with every table open."""
    where = {"down": "monitor_of_nothing", "unset": "monitor_unset"}.get(kind.split()[0], "monitor")
    server = request.getfixturevalue(where)
    options = {"color_scheme": "dark"} if "dark" in kind else {}
    options |= {"viewport": PHONE} if kind == "phone" else {}
    if kind.startswith("full"):
        status = made.status(state="degraded", drift=made.drift(), alerts=[made.alert()])
        page = made_page(tab, server, html(status, refresh_seconds=1000), **options)
    else:
        page = tab(server, **options)
    for details in page.locator("details").all():
        details.evaluate("(element) => (element.open = true)")
    page.evaluate(axe)
    assert page.evaluate(AXE) == []
