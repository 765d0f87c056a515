"""The page in a real browser, against the real API."""

import csv
import io
import json
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from mlapi.page import page as page_of
from mlapi.page.numerals import exact, percent, rounded
from tests.mlapi import page_cards
from tests.mlapi.test_page import index

PHONE = {"width": 360, "height": 740}

pytestmark = pytest.mark.slow


@pytest.fixture
def tab(browser, api_server) -> Iterator:
    """Give `tab(path, **options)`, a page that may say nothing on the console and call nobody else."""
    contexts, faults = [], []

    def open_tab(path: str = "/", **options) -> Page:
        contexts.append(browser.new_context(base_url=api_server, reduced_motion="reduce", **options))
        page = contexts[-1].new_page()
        page.on("console", lambda said: faults.append(said.text) if _is_fault(said) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "request", lambda asked: None if _is_ours(asked.url, api_server) else faults.append(asked.url)
        )
        page.goto(path)
        expect(page.locator("#predict")).to_be_enabled()
        return page

    yield open_tab
    for context in contexts:
        context.close()
    assert faults == []


def _is_fault(said) -> bool:
    # Chromium tells of a refused call too; that the page shows it is what the tests look at.
    return said.type in ("error", "warning") and "/api/predict" not in said.location["url"]


def _is_ours(url: str, server: str) -> bool:
    return url.startswith((f"{server}/", "data:", f"blob:{server}/"))


@contextmanager
def downloading(page: Page) -> Iterator[list[bytes]]:
    """Give a list that holds what was downloaded, once the block is left."""
    found: list[bytes] = []
    with page.expect_download() as download:
        yield found
    found.append(Path(download.value.path()).read_bytes())


def predict(page: Page) -> None:
    """Press the button and wait for the answer."""
    page.get_by_role("button", name="Predict").click()
    expect(page.locator("#answer")).to_have_attribute("data-state", "answered")


def upload(page: Page, content: bytes, name: str = "rows.csv") -> None:
    """Choose a file."""
    page.set_input_files("#file", {"name": name, "mimeType": "text/csv", "buffer": content})


def as_csv(rows: list[dict]) -> bytes:
    """Return rows as a file."""
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_table(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a file."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def test_it_answers_with_a_number_its_interval_and_contributions(tab, api_server, cards):
    """The same as the API's, rounded for people."""
    page = tab()
    page.get_by_label("Reading score").fill("90")
    page.get_by_label("Gender").select_option(label="male")
    predict(page)
    row = cards["math-score"]["input"]["examples"][0] | {"reading_score": 90, "gender": "male"}
    said = requests.post(f"{api_server}/api/predict?explain=true", json=row, timeout=10).json()
    interval = said["interval"]
    expect(page.locator("#prediction")).to_have_text(rounded(said["prediction"]))
    expect(page.locator("#interval")).to_have_text(
        f"90% interval {rounded(interval['low'])} to {rounded(interval['high'])} points"
    )
    expect(page.locator("#target-mark circle")).to_have_count(1)
    expect(page.locator("#said")).to_contain_text(rounded(said["prediction"]))
    contributions = said["explanation"]["contributions"]
    largest = max(contributions, key=lambda name: abs(contributions[name]))
    expect(page.locator(".why tr:nth-child(2) th")).to_contain_text(largest.replace("_", " ").capitalize())
    expect(page.locator(".why .total .amount")).to_have_text(rounded(said["prediction"]))


def test_the_typical_row_differs_in_nothing_from_itself(tab, cards):
    """What is left of sums that cancel out, far below a cent of a price, is not shown as a difference."""
    card = cards["house-price"]
    page = tab("/?model=house-price")
    for at, feature in enumerate(card["features"]):
        page.locator(f"#field-{at}").fill(str(feature["typical"]))
    predict(page)
    expect(page.locator(".why tbody tr")).to_have_count(2)
    expect(page.locator("#explanation")).to_contain_text("No difference from: ")


def test_classes_have_their_probabilities(tab, api_server, cards):
    """As bars with numbers, likeliest first."""
    page = tab("/?model=penguins")
    predict(page)
    row = cards["penguins"]["input"]["examples"][0]
    said = requests.post(f"{api_server}/api/predict?model=penguins", json=row, timeout=10).json()
    expect(page.locator("#prediction")).to_have_text(said["prediction"])
    lines = page.locator(".chances tr")
    expect(lines).to_have_count(len(said["probabilities"]))
    expect(lines.first).to_contain_text(f"{said['prediction']}{percent(said['confidence'])}")
    expect(lines.first.locator("rect")).to_have_count(1)
    expect(page.locator(".why .total")).to_be_visible()


def test_the_command_follows_the_form_and_does_what_the_form_does(tab, api_server, cards):
    """Apostrophes and all, as a shell would read it."""
    page = tab()
    page.get_by_label("Parental level of education").select_option(label="bachelor's degree")
    page.get_by_label("Writing score").fill("51")
    words = shlex.split(page.locator("#curl").inner_text())
    row = cards["math-score"]["input"]["examples"][0]
    row = row | {"parental_level_of_education": "bachelor's degree", "writing_score": 51}
    assert words[0] == "curl"
    assert words[1] == f"{api_server}/api/predict?model=math-score&version=1"
    assert json.loads(words[words.index("-d") + 1]) == row
    said = requests.post(words[1], words[-1], headers={"Content-Type": "application/json"}, timeout=10).json()
    predict(page)
    expect(page.locator("#prediction")).to_have_text(rounded(said["prediction"]))


def test_the_command_can_be_copied(tab):
    """And the button says that it was."""
    page = tab(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").click()
    expect(page.locator("#copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator("#curl").inner_text()


def test_another_language_can_be_chosen_and_copied(tab):
    """One is shown at a time."""
    page = tab(permissions=["clipboard-read", "clipboard-write"])
    page.get_by_label("Writing score").fill("51")
    for language in ("python", "javascript", "curl"):
        page.locator(f"label[for=choose-{language}]").click()
        expect(page.locator("#code pre:visible")).to_have_id(language)
        page.locator("#copy").click()
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator(f"#{language}").inner_text()
        assert '"writing_score": 51' in copied


@pytest.mark.parametrize("keyed", [False, True], ids=["open", "keyed"])
@pytest.mark.parametrize("model", ["math-score", "penguins", "food-drive", "house-price", "spiteful"])
def test_the_browser_writes_the_snippets_as_the_server_does(tab, api_server, cards, model, keyed):
    """Letter by letter, whatever the model is called."""
    bundle = page_cards.regression() if model == "spiteful" else cards[model]
    context = page_of(bundle, "f" * 64, [], api_server, keyed=keyed)
    row = bundle["input"]["examples"][0]
    script = "(given) => import('/assets/snippets.js').then((m) => m.snippets(...given))"
    written = tab().evaluate(script, [context["client"], row, api_server])
    assert written == {each.id: each.text for each in context["snippets"]}


def test_a_changed_input_marks_the_answer_as_old(tab):
    """Until it is asked again; and the example can be had back."""
    page = tab()
    predict(page)
    example = page.get_by_label("Reading score").input_value()
    page.get_by_label("Reading score").fill("30")
    expect(page.get_by_text("An input has changed since")).to_be_visible()
    page.get_by_role("button", name="Back to the example").click()
    expect(page.get_by_label("Reading score")).to_have_value(example)
    expect(page.locator("#curl")).to_contain_text(f'"reading_score": {example}')


def test_faults_stand_at_their_fields(tab):
    """And in a summary; the first one has the focus; none is left after a good answer."""
    page = tab()
    page.get_by_label("Reading score").fill("101")
    page.get_by_label("Writing score").fill("")
    page.get_by_label("Reading score").press("Enter")
    reading = page.get_by_label("Reading score")
    expect(page.get_by_role("alert")).to_contain_text("2 faults")
    expect(page.get_by_role("alert").get_by_role("link")).to_have_text(["Reading score", "Writing score"])
    expect(reading).to_have_attribute("aria-invalid", "true")
    expect(reading).to_be_focused()
    expect(page.locator("#field-5-fault")).to_have_text("Must be at most 100 points")
    expect(page.locator("#field-6-fault")).to_have_text("Is required")
    reading.fill("80")
    page.get_by_label("Writing score").fill("80")
    predict(page)
    expect(page.get_by_role("alert")).to_be_empty()
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def test_a_value_outside_the_training_range_is_warned_of(tab, cards):
    """While typing, and with the answer."""
    low = next(f["low"] for f in cards["math-score"]["features"] if f["name"] == "reading_score")
    page = tab()
    page.get_by_label("Reading score").fill(str(int(low) - 1))
    expect(page.get_by_text(f"Below the training range, which starts at {exact(low)}.")).to_be_visible()
    predict(page)
    expect(page.locator("#warnings")).to_contain_text("Reading score: below the training range")


def test_an_answer_beyond_the_axis_is_not_drawn_on_it(tab):
    """It is said to lie beyond."""
    page = tab()
    answer = {
        "id": "1",
        "prediction": -500,
        "unit": "points",
        "warnings": [],
        "model": {"name": "m", "version": "1"},
    }
    answer["interval"] = {"level": 0.9, "low": -510, "high": -490}
    page.route("**/api/predict*", lambda route: route.fulfill(json=answer))
    predict(page)
    expect(page.locator("#target-mark text")).to_contain_text("below this axis")
    expect(page.locator("#target-mark circle")).to_have_count(0)


def test_a_lost_connection_is_said_plainly(tab):
    """And the next try works."""
    page = tab()
    page.route("**/api/predict*", lambda route: route.abort())
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("alert")).to_contain_text("could not be reached")
    page.unroute("**/api/predict*")
    predict(page)
    expect(page.get_by_role("alert")).to_be_empty()


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            '{"type": "urn:tandem:problem:broken-model", "detail": "Its file is damaged."}',
            "Its file is damaged.",
        ),
        ("<html>", "answered with status 503"),
    ],
    ids=["the API's reason", "a proxy's page"],
)
def test_a_broken_model_is_said_plainly(tab, body, words):
    """With the API's own reason, or with the status where something else answered."""
    page = tab()
    page.route("**/api/predict*", lambda route: route.fulfill(status=503, body=body))
    page.get_by_role("button", name="Predict").click()
    expect(page.get_by_role("alert")).to_contain_text("answer at the moment")
    expect(page.get_by_role("alert")).to_contain_text(words)


def test_a_file_can_be_dropped(tab, cards):
    """Where the page says so."""
    page = tab("/?model=penguins")
    content = as_csv([cards["penguins"]["input"]["examples"][0]]).decode()
    script = """(text) => {
      const carried = new DataTransfer();
      carried.items.add(new File([text], "dropped.csv", { type: "text/csv" }));
      return carried;
    }"""
    carried = page.evaluate_handle(script, content)
    page.dispatch_event("#drop", "drop", {"dataTransfer": carried})
    expect(page.get_by_role("link", name="Download dropped-answers.csv")).to_be_visible()


@pytest.mark.parametrize("model", ["math-score", "penguins"])
def test_a_file_comes_back_with_the_answers_of_the_api(tab, api_server, cards, model):
    """A person's own columns unchanged, in front."""
    rows = [golden["input"] for golden in cards[model]["goldens"]]
    page = tab(f"/?model={model}")
    upload(page, as_csv(rows), "my rows.csv")
    expect(page.locator("#upload-said")).to_contain_text(f"{len(rows)} rows were answered")
    expect(page.locator("#upload-result tbody tr")).to_have_count(min(10, len(rows)))
    with downloading(page) as found:
        page.get_by_role("link", name="Download my rows-answers.csv").click()
    headers = {"Content-Type": "text/csv", "Accept": "text/csv"}
    said = requests.post(f"{api_server}/api/predict?model={model}", as_csv(rows), headers=headers, timeout=10)
    expected = [
        own | answer for own, answer in zip(as_table(as_csv(rows)), as_table(said.content), strict=True)
    ]
    assert as_table(found[0]) == expected


def test_the_template_can_be_filled_and_sent_back(tab):
    """As it is downloaded."""
    page = tab("/?model=penguins")
    with downloading(page) as found:
        page.get_by_role("link", name="Template").click()
    upload(page, found[0])
    expect(page.locator("#upload-said")).to_have_text("1 row was answered.")


def test_a_file_of_a_spreadsheet_is_paired_with_its_answers(tab, cards):
    """With a byte order mark, quotes and blank lines; the mark stays, for the spreadsheet to read."""
    lines = as_csv([golden["input"] for golden in cards["math-score"]["goldens"]][:2]).decode().split("\r\n")
    quoted = [",".join(f'"{cell}"' for cell in line.split(",")) for line in lines[:2]]
    content = "\ufeff" + "\r\n".join([*quoted, "", lines[2]])
    page = tab()
    upload(page, content.encode())
    expect(page.locator("#upload-said")).to_have_text("2 rows were answered.")
    with downloading(page) as found:
        page.locator("#download").click()
    assert found[0].startswith(b"\xef\xbb\xbf")
    assert [row["prediction"] != "" for row in as_table(found[0])] == [True, True]


def test_the_faults_of_a_file_are_listed(tab, cards):
    """With line, column and what is wanted."""
    good = cards["math-score"]["input"]["examples"][0]
    page = tab()
    upload(page, as_csv([good, good | {"lunch": "cake", "reading_score": 500}]))
    expect(page.locator("#upload-said")).to_contain_text("2 faults")
    lines = page.locator(".faults tbody tr")
    expect(lines).to_have_count(2)
    expect(lines.filter(has_text="lunch").locator("td").first).to_have_text("3")
    expect(lines.filter(has_text="reading_score")).to_contain_text("must be at most 100 points")


def test_a_file_that_is_too_large_is_not_sent(tab):
    """The page says so at once."""
    page = tab()
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    upload(page, b"x" * 4_000_001)
    expect(page.locator("#upload-said")).to_contain_text("At most 4 MB")
    assert sent == []


def test_it_can_be_used_without_a_mouse(tab):
    """Tab to a field, type, Enter; the focus is always seen."""
    page = tab()
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "field-5":
            break
    page.keyboard.type("66")
    assert page.evaluate("getComputedStyle(document.activeElement.parentElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_have_attribute("data-state", "answered")
    expect(page.get_by_label("Reading score")).to_have_value("66")


@pytest.mark.parametrize("model", ["math-score", "penguins", "food-drive", "house-price"])
def test_a_phone_scrolls_down_only(tab, cards, model):
    """With an answer, a file's table and all details open."""
    page = tab(f"/?model={model}", viewport=PHONE)
    predict(page)
    upload(page, as_csv([cards[model]["input"]["examples"][0]]))
    expect(page.locator("#download")).to_be_visible()
    for summary in page.locator("summary").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


@pytest.mark.parametrize(
    "bundle", [page_cards.regression(), page_cards.classification()], ids=lambda b: b["task"]
)
def test_a_phone_bears_names_without_end(tab, api_server, bundle):
    """And no name becomes markup."""
    page = tab(viewport=PHONE)
    html = index(bundle)
    page.route("**/spiteful", lambda route: route.fulfill(body=html, content_type="text/html"))
    page.goto("/spiteful")
    expect(page.locator("#predict")).to_be_enabled()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    row = json.loads(shlex.split(page.locator("#curl").inner_text())[-1])
    assert row == bundle["input"]["examples"][0]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("model", ["math-score", "penguins"])
def test_text_can_be_read_in_both_schemes(tab, scheme, model):
    """Contrast of 4.5 to 1 or more, WCAG 2.2 AA; and dark is dark."""
    page = tab(f"/?model={model}", color_scheme=scheme)
    predict(page)
    weak = page.evaluate(CONTRAST)
    assert weak == []
    red = page.evaluate("Number(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])")
    assert (red < 60) == (scheme == "dark")


def test_without_scripts_the_card_reads_and_the_api_is_named(browser, api_server):
    """And the button can't be pressed in vain."""
    context = browser.new_context(base_url=api_server, java_script_enabled=False)
    page = context.new_page()
    page.goto("/")
    # Chromium parses as with scripts when playwright forbids them, so the note is there and not drawn.
    assert "The form needs JavaScript" in page.locator("noscript").inner_html()
    expect(page.locator("#predict")).to_be_disabled()
    expect(page.locator("#curl")).to_contain_text(
        f"curl '{api_server}/api/predict?model=math-score&version=1'"
    )
    expect(page.get_by_role("heading", name="How good it is")).to_be_visible()
    page.get_by_text("JavaScript", exact=True).click()
    expect(page.locator("#code pre:visible")).to_have_id("javascript")
    context.close()


def test_the_browser_writes_numbers_as_the_server_does(tab):
    """The same digits on both sides of the page."""
    values = [
        0,
        71.3123,
        0.871234,
        5.4,
        -3.21987,
        4201.7,
        453210.7,
        1234567.8,
        0.00001234,
        9999.9,
        59.6,
        1987,
        1e20,
    ]
    script = (
        "(values) => import('/assets/numbers.js').then((m) => values.map((v) => [m.rounded(v), m.exact(v)]))"
    )
    assert tab().evaluate(script, values) == [[rounded(value), exact(value)] for value in values]


# Every text's colour against the nearest ground that isn't transparent (WCAG 2.2, 1.4.3).
CONTRAST = """() => {
  const linear = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => linear(v / 255));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const parts = (colour) => colour.match(/[\\d.]+/g).map(Number);
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const [r, g, b, alpha = 1] = parts(getComputedStyle(at).backgroundColor);
      if (alpha === 1) return [r, g, b];
    }
    return [255, 255, 255];
  };
  const weak = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const shown = walker.currentNode.textContent.trim() && element.checkVisibility();
    if (!shown || element.closest("script, noscript, option, [class*=shade-], .visually-hidden")) continue;
    const style = getComputedStyle(element);
    const ink = parts(element.namespaceURI.endsWith("svg") ? style.fill : style.color);
    const [a, b] = [light(ink), light(ground(element))].sort((x, y) => y - x);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < 4.5) weak.push(`${walker.currentNode.textContent.trim()}: ${ratio.toFixed(2)}`);
  }
  return weak;
}"""
