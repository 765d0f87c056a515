"""The page of an API that asks for keys, in a real browser."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.mlapi.access.conftest import KEYS, PAIRS
from tests.mlapi.conftest import STUDENT

ROOT = Path(__file__).resolve().parents[3]
KEY = KEYS["ci"]

pytestmark = pytest.mark.slow


@pytest.fixture
def tab(browser, servers):
    """Return the page of an API with keys; everything that the browser could keep is in its context."""
    context = browser.new_context(base_url=servers.serve(ROOT / "ml-api", {"API_KEYS": PAIRS}))
    page = context.new_page()
    page.goto("/")
    expect(page.locator("#predict")).to_be_enabled()
    yield page
    context.close()


def press(page) -> None:
    """Ask for a prediction."""
    page.get_by_role("button", name="Predict").click()


def test_it_asks_for_a_key_and_predicts_with_it(tab):
    """Whoever gives none, or another, is told where to put it."""
    press(tab)
    expect(tab.locator("#problem")).to_contain_text("Predictions ask for a key: put yours above the inputs.")
    expect(tab.get_by_label("Key", exact=True)).to_be_focused()
    for wrong in ("another", "no b\u00e4nk"):
        tab.get_by_label("Key", exact=True).fill(wrong)
        press(tab)
        expect(tab.locator("#problem")).to_contain_text("the one above the inputs is not known here")
    tab.get_by_label("Key", exact=True).fill(f" {KEY} ")
    press(tab)
    expect(tab.locator("#answer")).to_have_attribute("data-state", "answered")


def test_a_file_goes_with_the_key_too(tab):
    """And without it is refused in the same words."""
    rows = ",".join(STUDENT) + "\n" + ",".join(str(value) for value in STUDENT.values())
    file = {"name": "rows.csv", "mimeType": "text/csv", "buffer": rows.encode()}
    tab.set_input_files("#file", file)
    expect(tab.locator("#upload-said")).to_contain_text("Predictions ask for a key")
    tab.get_by_label("Key", exact=True).fill(KEY)
    tab.set_input_files("#file", file)
    expect(tab.locator("#download")).to_be_visible()


def test_the_tab_keeps_the_key_and_nothing_else_does(tab):
    """Another model of the same tab needs none again; another tab does, and the page never shows it."""
    tab.get_by_label("Key", exact=True).fill(KEY)
    tab.get_by_label("Key", exact=True).press("Enter")
    expect(tab.locator("#answer")).to_have_attribute("data-state", "answered")
    tab.get_by_role("link", name="penguins").first.click()
    expect(tab.get_by_label("Key", exact=True)).to_have_value(KEY)
    press(tab)
    expect(tab.locator("#answer")).to_have_attribute("data-state", "answered")
    assert KEY not in tab.content()
    assert KEY not in tab.url
    assert KEY not in tab.locator("#code").inner_text()
    assert KEY not in json.dumps(tab.context.storage_state(indexed_db=True))
    other = tab.context.new_page()
    other.goto("/")
    expect(other.get_by_label("Key", exact=True)).to_have_value("")


def test_back_to_the_example_leaves_the_key(tab):
    """It is no input."""
    tab.get_by_label("Key", exact=True).fill(KEY)
    tab.get_by_role("button", name="Back to the example").click()
    expect(tab.get_by_label("Key", exact=True)).to_have_value(KEY)


def test_where_no_key_is_asked_there_is_no_field(client):
    """A person would wonder what to put in."""
    assert 'id="key"' not in client.get("/").text
