"""The dashboard in a real browser: the real monitor, watching the real API."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from monitor.page.numerals import duration, rounded, seconds
from tests.monitor.page.conftest import PHONE, Deployment, made_page, watching
from tests.monitor.page.document import html

pytestmark = pytest.mark.slow

DRAWN = ".live-row[data-drawn] canvas"
SOON = 20_000  # Milliseconds; two busy cores.
# How many pixels of a canvas have a colour.
PAINTED = """(canvas) => {
  const { width, height } = canvas;
  const copy = Object.assign(document.createElement("canvas"), { width, height });
  const drawing = copy.getContext("2d", { willReadFrequently: true });
  drawing.drawImage(canvas, 0, 0);
  const { data } = drawing.getImageData(0, 0, copy.width, copy.height);
  let painted = 0;
  for (let at = 3; at < data.length; at += 4) painted += data[at] > 0;
  return painted;
}"""
HIDE = """(hidden) => {
  Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def api() -> Iterator[Deployment]:
    """Give an API that can go away."""
    server = Deployment("ml-api")
    yield server
    server.stop()


def painted(page: Page, canvas: str) -> int:
    """Return how many pixels of a canvas have a colour."""
    return int(page.eval_on_selector(canvas, PAINTED))


def asked(page: Page, path: str) -> list[str]:
    """Return a list that grows with every request of a path."""
    found: list[str] = []
    page.on("request", lambda request: found.append(request.url) if path in request.url else None)
    return found


def test_an_outage_is_seen_and_its_end(tab, api, chart_js, tmp_path):
    """Without a reload: sentence, title, icon, what is read aloud, and the incident with its length."""
    monitor = watching(api.url, tmp_path)
    try:
        page = tab(monitor.url)
        sentence, icon = page.locator("h1"), page.locator("link[rel=icon]")
        expect(sentence).to_contain_text("Up since")
        page.evaluate("window.kept = true")
        api.stop()
        expect(sentence).to_contain_text(re.compile(r"Down since.*refused", re.S), timeout=SOON)
        expect(icon).to_have_attribute("href", "/assets/monitor/down.svg")
        expect(page).to_have_title(re.compile("^Down"))
        expect(page.locator("#said")).to_contain_text("Down since")
        expect(page.locator("#incidents")).to_contain_text("Down, still,")
        api.start()
        expect(sentence).to_contain_text("Up since", timeout=SOON)
        expect(icon).to_have_attribute("href", "/assets/monitor/up.svg")
        expect(page.locator("#incidents li").first).to_contain_text(re.compile(r"Down for (\d+ s|less)"))
        assert page.evaluate("window.kept")
    finally:
        monitor.stop()


def test_the_charts_are_drawn(tab, monitor):
    """From the table below; again in the colours of the night."""
    page = made_page(tab, monitor, html())
    expect(page.locator("#response-plot")).to_be_visible()
    bright = painted(page, "#response-chart")
    assert bright > 1000
    before = page.eval_on_selector("#response-chart", "(canvas) => canvas.toDataURL()")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "(before) => document.getElementById('response-chart').toDataURL() !== before", arg=before
    )
    assert painted(page, "#response-chart") > 1000


def test_the_tooltip_tells_what_was_there(tab, monitor):
    """A failed probe at its own time only."""
    page = made_page(tab, monitor, html(refresh_seconds=1000))
    told = page.evaluate("""() => {
      const chart = Chart.getChart("response-chart");
      const failed = chart.data.datasets[2].data.findIndex(({ y }) => y !== null);
      return [0, failed].map((index) => {
        const x = chart.scales.x.getPixelForValue(chart.data.datasets[0].data[index].x);
        const event = { type: "mousemove", x, y: 50, native: null };
        const found = chart.getElementsAtEventForMode(event, "index", { intersect: false, axis: "x" }, true);
        const sets = found.map(({ datasetIndex, index: at }) => [chart.data.datasets[datasetIndex], at]);
        return sets.filter(([{ data }, at]) => data[at].y !== null).map(([{ label }]) => label);
      });
    }""")
    assert told == [["half took at most", "95% took at most"], ["a probe failed"]]


def test_the_real_history_is_drawn(tab, monitor):
    """Though it is a minute old."""
    page = tab(f"{monitor}/?window=1h")
    expect(page.locator("#response-table tbody tr")).not_to_have_count(0)
    assert painted(page, "#response-chart") > 200


def test_the_live_chart_moves(tab, monitor):
    """While it is switched on."""
    page = tab(monitor)
    calls = asked(page, "/api/live")
    switch = page.get_by_role("switch", name="Live")
    expect(page.locator("#live-latency")).to_be_hidden()
    switch.click()
    expect(switch).to_be_checked()
    expect(page.locator(DRAWN).first).to_be_visible(timeout=SOON)
    first = page.eval_on_selector(DRAWN, "(canvas) => canvas.toDataURL()")
    moved = f"(first) => document.querySelector('{DRAWN}').toDataURL() !== first"
    page.wait_for_function(moved, arg=first, timeout=SOON)
    assert painted(page, DRAWN) > 50
    switch.click()
    page.wait_for_timeout(300)
    count = len(calls)
    page.wait_for_timeout(2500)
    assert len(calls) == count


LIVE = {
    "no metrics": (None, 0.004, "None yet.", ["not known", "not known", "4 ms"], "that of asking for them."),
    "no traffic": (
        0.0,
        None,
        None,
        ["0 rows/s", "not told", "no answer"],
        "Accuracy needs 20 true outcomes.",
    ),
    "gone": (None, None, "Refused.", ["not known", "not known", "not known"], "Refused."),
}


@pytest.mark.parametrize("kind", LIVE)
def test_the_live_view_says_what_is_missing(tab, monitor, kind):
    """And what its numbers are."""
    throughput, latency, missing, words, says = LIVE[kind]
    page = tab(monitor)
    point = {"throughput": throughput, "accuracy": None, "latency": latency, "missing": missing}
    page.route("**/api/live", lambda route: route.fulfill(json=point))
    page.get_by_role("switch", name="Live").click()
    expect(page.locator("#live-said")).to_contain_text(re.compile(re.escape(says) + "$"), timeout=SOON)
    assert page.locator(".live-value").all_inner_texts() == words


RIGHT = {
    "classes": ({"accuracy": 0.97, "mae": None}, "0.970"),
    "numbers": ({"accuracy": None, "mae": 4.5}, "MAE 4.50"),
}


@pytest.mark.parametrize("told", RIGHT)
def test_the_live_view_tells_how_right_answers_are(tab, monitor, told):
    """As a share of classes or as an error, and whether the traffic is simulated."""
    right, words = RIGHT[told]
    page = tab(monitor)
    point = {"throughput": 5.0, "latency": 0.004, "missing": None, "simulated": True} | right
    page.route("**/api/live", lambda route: route.fulfill(json=point))
    page.get_by_role("switch", name="Live").click()
    expect(page.locator("#live-accuracy")).to_have_text(words, timeout=SOON)
    expect(page.get_by_text("simulated traffic")).to_be_visible()


def test_a_live_line_does_not_cross_a_pause(tab, monitor):
    """Nobody knows what was meanwhile."""
    page = tab(monitor)
    point = {"throughput": 1.5, "accuracy": None, "latency": None, "missing": None}
    page.route("**/api/live", lambda route: route.fulfill(json=point))
    for _ in range(2):
        with page.expect_response("**/api/live"):
            page.get_by_role("switch", name="Live").click()
        expect(page.locator("#live-throughput")).to_have_text("1.50 rows/s")
        page.get_by_role("switch", name="Live").click()
    drawn = page.evaluate("Chart.getChart('live-throughput-chart').data.datasets[0].data")
    assert [value for value in drawn if value is not None] == [1.5] * sum(map(bool, drawn))
    seen = "".join("x" if value else "-" for value in drawn)
    assert re.fullmatch("-+x+-x+", seen)


def test_a_hidden_tab_asks_nothing(tab, monitor):
    """Neither live nor to refresh; looked at again, it catches up."""
    page = tab(monitor)
    page.get_by_role("switch", name="Live").click()
    expect(page.locator(DRAWN).first).to_be_visible(timeout=SOON)
    page.evaluate(HIDE, True)
    page.wait_for_timeout(1500)
    calls = asked(page, "/")
    page.wait_for_timeout(2500)
    assert calls == []
    page.evaluate(HIDE, False)
    with page.expect_request("**/api/live", timeout=SOON):
        pass
    page.wait_for_timeout(1500)
    assert any(url.rstrip("/") == monitor for url in calls)


def test_only_twenty_points_are_kept(tab, monitor):
    """Newest last; a point that is no number is a gap."""
    page = tab(monitor)
    drawn = page.evaluate("""async () => {
      const { drawLive } = await import("/assets/monitor/livecharts.js");
      for (let count = 1; count <= 30; count += 1) {
        drawLive("latency", Array.from({ length: count }, (_, at) => at).slice(-20), 20, String);
      }
      return Chart.getChart("live-latency-chart").data.datasets[0].data;
    }""")
    assert drawn == list(range(10, 30))


def test_a_window_is_chosen_without_a_reload(tab, monitor):
    """By a link, which works without scripts too; the way back works."""
    page = tab(monitor)
    page.evaluate("window.kept = true")
    page.get_by_role("link", name="7 days").click()
    expect(page.locator("[data-window='7d']")).to_have_attribute("aria-current", "true")
    assert page.url.endswith("/?window=7d")
    expect(page.locator("#response-details summary")).to_have_text("As a table, by hour")
    page.wait_for_timeout(2500)
    expect(page.locator("[data-window='7d']")).to_have_attribute("aria-current", "true")
    page.go_back()
    expect(page.locator("[data-window='24h']")).to_have_attribute("aria-current", "true")
    assert page.evaluate("window.kept")


def test_a_refresh_leaves_the_visitor_alone(tab, monitor):
    """What is open, focused, scrolled or selected stays, though the parts are new."""
    page = tab(monitor, viewport=PHONE)
    page.locator("#days-details summary").click()
    page.locator("#golden-1 summary").click()
    page.locator("#days-details .scroll").evaluate("(box) => (box.scrollTop = 40)")
    page.locator("#golden-2 summary").focus()
    page.evaluate("scrollTo(0, 900)")
    top = page.locator("#golden-2").bounding_box()["y"]
    checked = page.locator("time[data-ago]")
    before = checked.get_attribute("datetime")
    expect(checked).not_to_have_attribute("datetime", before, timeout=SOON)
    assert page.locator("#golden-2").bounding_box()["y"] == pytest.approx(top, abs=2)
    assert page.locator("#days-details .scroll").evaluate("(box) => box.scrollTop") == 40
    assert page.evaluate("document.activeElement.closest('details').id") == "golden-2"
    assert page.locator("#days-details").get_attribute("open") is not None
    assert page.locator("#golden-1").get_attribute("open") is None


def test_a_refresh_changes_what_differs_only(tab, monitor):
    """Not the times that the browser wrote, nor the buttons and the slider that it made of them."""
    page = made_page(tab, monitor, html(refresh_seconds=1), timezone_id="Asia/Tokyo")
    expect(page.locator("h1 time")).to_have_text("18:22")
    page.evaluate("""() => {
      window.changed = [];
      const seen = { subtree: true, childList: true, characterData: true, attributes: true };
      new MutationObserver((found) => found.forEach(({ target, attributeName: name, oldValue }) => {
        const element = target.closest ? target : target.parentElement;
        if (element?.matches("time[data-ago]") || (name && target.getAttribute(name) === oldValue)) return;
        window.changed.push([name, element?.outerHTML.slice(0, 200)]);
      })).observe(document.body, { ...seen, attributeOldValue: true });
    }""")
    for _ in range(3):
        with page.expect_response("**/made"):
            pass
    page.wait_for_timeout(300)
    assert page.evaluate("window.changed") == []


def test_a_monitor_out_of_reach_is_told(tab, monitor):
    """What is shown is marked as old until it answers again."""
    page = tab(monitor, may_lose=True)
    page.route(f"{monitor}/", lambda route: route.abort())
    expect(page.locator("#lost")).to_contain_text("The monitor is out of reach", timeout=SOON)
    expect(page.locator("html")).to_have_attribute("data-lost", "")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/assets/monitor/unknown.svg")
    expect(page).to_have_title("Out of reach · Tandem")
    page.evaluate("scrollTo(0, 2000)")
    expect(page.locator("#lost")).to_be_in_viewport()
    expect(page.locator("h1")).to_contain_text("Up since")
    page.unroute(f"{monitor}/")
    expect(page.locator("#lost")).to_be_empty(timeout=SOON)
    expect(page.locator("html")).not_to_have_attribute("data-lost", "")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", "/assets/monitor/up.svg")


def test_times_tick(tab, monitor):
    """Between two refreshes, by the monitor's clock."""
    page = made_page(tab, monitor, html(refresh_seconds=1000))
    expect(page.locator("time[data-ago]")).to_have_text(re.compile("^[5-9] s ago"), timeout=SOON)


def test_times_are_local(browser, monitor):
    """And the zone is told."""
    context = browser.new_context(timezone_id="Asia/Tokyo")
    page = context.new_page()
    page.route("**/made", lambda route: route.fulfill(body=html(), content_type="text/html"))
    page.goto(f"{monitor}/made")
    expect(page.locator("h1 time")).to_have_text("18:22")
    expect(page.locator("#zone")).to_contain_text("Asia/Tokyo")
    context.close()


def test_the_bars_can_be_read_with_keys_and_mouse(tab, monitor):
    """As a slider over the days; it stays while the page refreshes."""
    page = made_page(tab, monitor, html(refresh_seconds=1))
    slider, tip = page.get_by_role("slider", name="Day"), page.locator("#days-tip")
    slider.focus()
    expect(tip).to_have_text(re.compile("^Sat 31 Jan: 100% up"))
    for _ in range(9):
        page.keyboard.press("ArrowLeft")
    expect(tip).to_contain_text("Thu 22 Jan: 98.00% up, down 16 min 40 s")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("^Thu 22 Jan"))
    page.wait_for_timeout(2500)
    expect(tip).to_contain_text("Thu 22 Jan")
    page.keyboard.press("Home")
    expect(tip).to_contain_text("not watched")
    page.keyboard.press("Escape")
    expect(tip).to_have_count(0)
    box = slider.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.999, box["y"] + 20)
    expect(tip).to_contain_text("Sat 31 Jan")
    page.mouse.move(5, 5)
    expect(tip).to_have_count(0)


def test_it_can_be_used_without_a_mouse(tab, monitor):
    """The focus is always seen, and Space turns the switch."""
    page = tab(monitor)
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") != "none"
        if page.evaluate("document.activeElement.id") == "live-switch":
            break
    page.keyboard.press("Space")
    expect(page.get_by_role("switch", name="Live")).to_be_checked()


def test_a_snippet_can_be_copied(tab, monitor):
    """The badge's Markdown, at this monitor's address."""
    page = tab(monitor, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy the Uptime badge").click()
    expect(page.locator("#said")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"[![Uptime]({monitor}/api/badge/uptime.svg)]({monitor}/)"


def test_the_first_api_is_taken_up(tab, monitor_unset, monitor):
    """The page that says what to set becomes the dashboard once it is set."""
    page = tab(f"{monitor}/livez")
    dashboard = page.request.get(monitor).text()
    answers = [page.request.get(monitor_unset).text().replace('data-refresh="30"', 'data-refresh="1"')]
    page.route("**/made", lambda route: route.fulfill(body=answers[-1], content_type="text/html"))
    page.goto(f"{monitor}/made")
    expect(page.locator("h1")).to_contain_text("Nothing to watch yet")
    answers.append(dashboard)
    expect(page.locator("h1")).to_contain_text("Up since", timeout=SOON)
    expect(page.get_by_role("switch", name="Live")).to_be_visible()


def test_the_browser_writes_numbers_as_the_server_does(tab, monitor):
    """The same digits on both sides of the page."""
    values = [
        0,
        0.0002,
        0.0423,
        0.9994,
        0.9996,
        1.24,
        5.55,
        59.9,
        75.2,
        99.94,
        120.0,
        3600,
        7385,
        100_000,
        453210.7,
    ]
    script = """(values) => import("/assets/monitor/numbers.js")
      .then((m) => values.map((v) => [m.seconds(v), m.duration(v), m.rounded(v)]))"""
    expected = [[seconds(value), duration(value), rounded(value)] for value in values]
    assert tab(monitor).evaluate(script, values) == expected
