"""What the page shows of a bundle, before any browser draws it."""

import copy
import csv
import io
import json
import shlex
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from mlapi.page import page
from mlapi.page.axis import Axis, spanning
from mlapi.page.bars import bars, counted
from mlapi.page.confusion import confusion
from mlapi.page.fields import fields
from mlapi.page.numerals import MINUS, brief, exact, file_size, percent, rounded, rounded_like
from mlapi.page.plots import wilson
from mlapi.page.scores import score_rows
from mlapi.page.words import name_for_people, names_for_people
from mlapi.settings import ARTIFACTS
from tests.mlapi import page_cards

TEMPLATES = ARTIFACTS.parent / "mlapi" / "templates"
MODELS = [
    {"name": "spiteful", "version": "1.2", "title": page_cards.SPITEFUL, "state": "ready"},
    {"name": "other", "version": "1", "title": None, "state": "broken"},
]


class Seen(HTMLParser):
    """Collects a page's elements with their attributes, and its text."""

    def __init__(self, html):
        super().__init__()
        self.elements = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.text += data

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def render(template, **context):
    """Return a template's HTML; a name that the view data lacks is an error."""
    loader = FileSystemLoader(TEMPLATES)
    return (
        Environment(loader=loader, autoescape=True, undefined=StrictUndefined)
        .get_template(template)
        .render(context)
    )


def index(bundle):
    """Return the page of a bundle."""
    return render("index.html", **page(bundle, "f" * 64, MODELS, "http://localhost/"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (71.3123, "71.3"),
        (0.871234, "0.871"),
        (5.4, "5.40"),
        (0, "0.00"),
        (-3.21987, f"{MINUS}3.22"),
        (4201.75, "4202"),
        (453210.7, "453,200"),
        (1234567.0, "1,235,000"),
        (0.00001234, f"1.23e{MINUS}05"),
    ],
)
def test_an_estimate_has_three_or_four_digits(value, text):
    """As many as its interval lets mean something."""
    assert rounded(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (17.0, "17"),
        (1987, "1987"),
        (7062500, "7,062,500"),
        (59.6, "59.6"),
        (-122.32, f"{MINUS}122.32"),
        (1 / 3, "0.333333"),
    ],
)
def test_a_given_value_keeps_its_digits(value, text):
    """And a year gets no comma."""
    assert exact(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1500, "1500"),
        (60_000, "60k"),
        (12_500, "12.5k"),
        (500_000, "500k"),
        (-1_500_000, f"{MINUS}1.5M"),
        (1_234_567, "1,234,567"),
        (2.5, "2.5"),
    ],
)
def test_a_marked_value_is_brief_where_that_is_exact(value, text):
    """An axis of prices has no room for zeros, one of scores needs no letters."""
    assert brief(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.901, "90.1%"), (1, "100%"), (0, "0%"), (0.99999, "> 99.9%"), (0.00001, "< 0.1%")],
)
def test_only_certainty_is_called_certain(share, text):
    """A probability of .99999 isn't 100%."""
    assert percent(share) == text


def test_numbers_that_stand_together_have_the_same_decimals():
    """An interval's ends follow the score between them."""
    assert rounded_like(0.0040789, 0.0131375) == "0.0041"
    assert rounded_like(1.0, 0.995785) == "1.000"
    assert file_size(1471) == "1.47 kB"


def test_a_feature_is_called_by_its_name_without_its_unit():
    """Unless two features would be called the same."""
    assert name_for_people("bill_length_mm", "mm") == "Bill length"
    assert name_for_people("mm", "mm") == "Mm"
    features = [{"name": "a_b", "unit": None}, {"name": "a b", "unit": None}, {"name": "c_d", "unit": None}]
    assert names_for_people(features) == ["a_b", "a b", "C d"]


@pytest.mark.parametrize("values", [[0, 100], [17, 98], [0.013, 0.062], [-5, 5], [7, 7], [0, 0], [1e6, 3e6]])
def test_an_axis_holds_its_values_and_marks_round_ones(values):
    """Between three and twelve of them, inside the drawing."""
    axis = spanning(values, 0, 100)
    assert axis.low <= min(values)
    assert axis.high >= max(values)
    assert 3 <= len(axis.ticks()) <= 12
    assert all(0 <= tick.at <= 100 for tick in axis.ticks())
    assert len({tick.text for tick in axis.ticks()}) == len(axis.ticks())


def test_a_value_beyond_an_axis_stands_at_its_end():
    """So that nothing is drawn outside."""
    assert Axis(0, 10, 0, 100)(11) == 100
    assert Axis(0, 10, 100, 0)(-1) == 100


def test_bars_have_areas_in_proportion_to_counts():
    """Deciles hold the same count: a wide one is low."""
    narrow, wide = bars([0, 1, 5], [10, 10], Axis(0, 5, 0, 50), foot=20, tall=20)
    assert narrow.width * narrow.height == pytest.approx(wide.width * wide.height)
    assert (narrow.height, narrow.y) == (20, 0)


def test_every_value_is_counted_once():
    """The highest one too."""
    edges, counts = counted([0, 0.5, 1, 2], 0, 2, 4)
    assert edges == [0, 0.5, 1, 1.5, 2]
    assert counts == [1, 1, 1, 1]


def test_the_wilson_interval_is_the_published_one():
    """Wilson 1927; 8 of 10 gives .490 to .943."""
    assert wilson(0.8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert wilson(0, 1)[0] == pytest.approx(0)
    assert wilson(1, 1)[1] == pytest.approx(1)


def test_a_confusion_table_is_shaded_by_row():
    """A small class that is always right is as dark as a large one."""
    table = confusion({"confusion": [[100, 0], [1, 1]]}, ["a", "b"])
    assert [[cell.shade for cell in cells] for _, cells in table.rows] == [[5, 0], [3, 3]]
    assert [[cell.right for cell in cells] for _, cells in table.rows] == [[True, False], [False, True]]


def test_too_many_classes_become_a_list_of_mistakes():
    """Most frequent first."""
    bundle = page_cards.classification()
    table = confusion(bundle["plots"], bundle["output"]["classes"])
    assert table.rows == []
    assert [count for *_, count in table.mistakes] == sorted((c for *_, c in table.mistakes), reverse=True)


def test_the_form_holds_the_example():
    """As each control takes it: choices by position, numbers as typed, missing ones empty."""
    bundle = page_cards.regression()
    bundle["input"]["examples"][0] |= {"codes": 30, "may_be_missing": None, "open": "else"}
    found = {field.name: field for field in fields(bundle)}
    assert [option.value for option in found["codes"].options if option.chosen] == ["2"]
    assert [option.text for option in found["yes_or_no"].options if option.chosen] == ["yes"]
    assert (found["may_be_missing"].value, found["open"].value, found["never_moves"].value) == (
        "",
        "else",
        "3",
    )
    assert found["may_be_missing"].limits == {"min": "-1.5", "max": "20.5"}
    assert found["may_be_missing"].hint == f"Trained on 0 to 10. Takes {MINUS}1.5 to 20.5. May be left empty"


def test_a_score_without_an_interval_is_shown_without_one():
    """And a bad score is drawn below zero."""
    (score,) = score_rows(page_cards.regression())
    assert (score.value, score.low, score.whisker) == (f"{MINUS}0.500", None, None)
    assert [tick.text for tick in score.ticks] == [f"{MINUS}0.500", "0", "1"]


def test_the_template_is_a_table_with_the_example(cards):
    """That csv reads back."""
    text = unquote(page(cards["math-score"], "", [], "")["template_csv"]).partition(",")[2]
    header, row = csv.reader(io.StringIO(text, newline=""))
    assert dict(zip(header, row, strict=True)) == {
        name: str(value) for name, value in cards["math-score"]["input"]["examples"][0].items()
    }


def test_the_command_is_read_by_a_shell_as_it_was_meant(cards):
    """Apostrophes in it."""
    bundle = copy.deepcopy(cards["math-score"])
    bundle["input"]["examples"][0]["parental_level_of_education"] = "bachelor's degree"
    command = page(bundle, "", [], "https://example.org/")["snippets"][0].text
    words = shlex.split(command)
    assert words[1] == "https://example.org/api/predict?model=math-score&version=1"
    assert json.loads(words[-1]) == bundle["input"]["examples"][0]


@pytest.mark.parametrize(
    "bundle", [page_cards.regression(), page_cards.classification()], ids=lambda b: b["task"]
)
def test_nothing_that_anyone_named_is_read_as_markup(bundle):
    """Whatever the features, classes, data and models are called."""
    seen = Seen(index(bundle))
    assert not seen.all("b")
    assert [script.get("type") for script in seen.all("script")] == ["module", "application/json"]
    assert page_cards.SPITEFUL in seen.text
    assert seen.all("input")[0]["name"] == page_cards.SPITEFUL


def test_where_keys_are_asked_for_the_page_says_where_yours_goes(cards):
    """In a sentence, in every snippet, and to the scripts."""
    context = page(cards["penguins"], "f" * 64, MODELS, "http://localhost/", keyed=True)
    text = Seen(render("index.html", **context)).text
    assert "Predictions ask for a key" in text
    assert text.count(context["placeholder"]) == 1 + len(context["snippets"]) + 1
    assert "Predictions ask for a key" not in Seen(index(cards["penguins"])).text


@pytest.mark.parametrize("name", ["math-score", "penguins", "food-drive", "house-price"])
def test_the_page_obeys_its_policy(cards, name):
    """No inline styles or handlers, nothing from elsewhere."""
    seen = Seen(index(cards[name]))
    for tag, attributes in seen.elements:
        assert "style" not in attributes, tag
        assert not [key for key in attributes if key.startswith("on")], tag
        for address in (attributes.get("src"), attributes.get("href")):
            assert address is None or address.startswith(("/", "#", "data:text/csv")), address


@pytest.mark.parametrize("name", ["math-score", "penguins", "food-drive", "house-price"])
def test_every_control_has_a_label_and_every_reference_a_target(cards, name):
    """Ids are unique too."""
    seen = Seen(index(cards[name]))
    ids = [attributes["id"] for _, attributes in seen.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    labelled = {label["for"] for label in seen.all("label")}
    assert {control["id"] for tag in ("input", "select") for control in seen.all(tag)} == labelled
    for _, attributes in seen.elements:
        for key in ("aria-describedby", "aria-labelledby", "list"):
            assert set((attributes.get(key) or "").split()) <= set(ids)


def test_synthetic_data_are_called_so(cards):
    """Near the title, at the scores and at the data; and real ones are not."""
    assert Seen(index(cards["math-score"])).text.count("Synthetic data") == 3
    assert "Synthetic data" not in Seen(index(cards["penguins"])).text


def test_the_chooser_marks_where_one_is_and_what_is_broken():
    """With a link per version."""
    seen = Seen(index(page_cards.regression()))
    links = [link for link in seen.all("a") if link["href"].startswith("/?")]
    assert [link["href"] for link in links] == ["/?model=spiteful&version=1.2", "/?model=other&version=1"]
    assert [link.get("aria-current") for link in links] == ["page", None]
    assert "broken" in seen.text


def test_a_broken_model_says_why():
    """In a sentence, escaped."""
    html = render("broken.html", reason="spiteful/1 <b>is broken", models=MODELS)
    assert "spiteful/1 <b>is broken." in Seen(html).text
    assert render("broken.html", reason="the index can't be read", models=[])
