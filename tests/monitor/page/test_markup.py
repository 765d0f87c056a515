"""The dashboard as markup: what the browser may load and run, and text that stays text."""

import re

import pytest

from tests.monitor.page import made
from tests.monitor.page.document import Document, html
from tests.monitor.page.hostile import HOSTILE, hostile
from tests.monitor.page.test_view import PAGES


@pytest.mark.parametrize("name", list(PAGES))
def test_the_content_security_policy_is_kept(name):
    """No inline script, style or handler, and nothing from elsewhere."""
    elements = Document(PAGES[name]).elements
    assert all("src" in attributes for tag, attributes in elements if tag == "script")
    assert not any(tag in ("style", "iframe", "object", "base") for tag, _ in elements)
    names = {name for _, attributes in elements for name in attributes}
    assert not [name for name in names if name == "style" or name.startswith("on")]
    loaded = [attributes.get("src") for _, attributes in elements if "src" in attributes]
    loaded += [attributes["href"] for tag, attributes in elements if tag == "link"]
    assert all(address.startswith("/") and not address.startswith("//") for address in loaded)


@pytest.mark.parametrize("name", list(PAGES))
def test_every_part_and_id_is_unique(name):
    """Or a refresh would mix them up."""
    document = Document(PAGES[name])
    for attribute in ("id", "data-part"):
        found = list(document.values(attribute))
        assert sorted(set(found)) == sorted(found)
    ids = set(document.values("id"))
    labels = {each for value in document.values("aria-labelledby") for each in value.split()}
    assert labels | set(document.values("data-copy")) <= ids


def test_text_of_the_api_stays_text():
    """Whatever it sends in names, reasons, answers and errors."""
    spoiled = hostile(made.down() | {"drift": made.drift(), "traffic": made.traffic(missing="x")})
    wrong = hostile(made.golden(differing=[made.pair(1, "a", "b")]))
    page = Document(html(spoiled | {"goldens": [wrong]}, incidents=hostile(made.incidents())))
    plain = Document(html(made.down()))
    assert HOSTILE in "".join(page.texts)
    assert {tag for tag, _ in page.elements} <= {tag for tag, _ in plain.elements} | {"tbody", "th", "td"}
    assert len([tag for tag, _ in page.elements if tag == "script"]) == 2
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]


def test_the_page_is_light():
    """It is fetched at every refresh: a day of five minutes is a list of points, not 288 rows of markup."""
    assert len(html()) < 74_000


def test_no_word_is_left_from_python():
    """No None, no True in what is read."""
    for markup in PAGES.values():
        assert not re.search(r"\b(None|True|False|nan|Undefined)\b", Document(markup).text)
