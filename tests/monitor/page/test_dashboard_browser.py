"""The dashboard in a real browser: the real monitor, watching the real API."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from monitor.page.numerals import duration, rounded, seconds
from tests.monitor.page.conftest import PHONE, Deployment, made_page, watching
from tests.monitor.page.document import html

pytestmark = pytest.mark.slow

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


def test_the_real_history_is_drawn(tab, monitor):
    """Though it is a minute old."""
    page = tab(f"{monitor}/?window=1h")
    expect(page.locator("#response-table tbody tr")).not_to_have_count(0)
    assert painted(page, "#response-chart") > 200


def test_the_live_chart_moves(tab, monitor):
    """While it is switched on and looked at; what is missing is said."""
    page = tab(monitor)
    calls = asked(page, "/api/live")
    switch = page.get_by_role("switch", name="Live")
    expect(page.locator("#live-latency")).to_have_text("off")
    switch.click()
    expect(switch).to_be_checked()
    expect(page.locator("#live-latency")).to_have_text(re.compile(r"\d ms"), timeout=SOON)
    expect(page.locator("#live-accuracy")).to_have_text("not known")
    expect(page.locator("#live-said")).to_have_text("The API exposes no metrics yet.")
    first = page.eval_on_selector("#live-latency-chart", "(canvas) => canvas.toDataURL()")
    moved = "(first) => document.getElementById('live-latency-chart').toDataURL() !== first"
    page.wait_for_function(moved, arg=first, timeout=SOON)
    assert painted(page, "#live-latency-chart") > 50
    switch.click()
    page.wait_for_timeout(300)
    count = len(calls)
    page.wait_for_timeout(2500)
    assert len(calls) == count


def test_a_hidden_tab_asks_nothing(tab, monitor):
    """Neither live nor to refresh; looked at again, it catches up."""
    page = tab(monitor)
    page.get_by_role("switch", name="Live").click()
    expect(page.locator("#live-latency")).to_have_text(re.compile(r"\d ms"), timeout=SOON)
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


def test_a_monitor_out_of_reach_is_told(tab, monitor):
    """What is shown is marked as old until it answers again."""
    page = tab(monitor, may_lose=True)
    page.route(f"{monitor}/", lambda route: route.abort())
    expect(page.locator("#lost")).to_contain_text("The monitor is out of reach", timeout=SOON)
    expect(page.locator("html")).to_have_attribute("data-lost", "")
    expect(page.locator("h1")).to_contain_text("Up since")
    page.unroute(f"{monitor}/")
    expect(page.locator("#lost")).to_be_empty(timeout=SOON)
    expect(page.locator("html")).not_to_have_attribute("data-lost", "")


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
