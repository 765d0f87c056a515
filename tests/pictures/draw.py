"""Draws a picture in Chromium, which reaches no network: the apps in this process answer it."""

import io
import re

from PIL import Image
from playwright.sync_api import Browser, Page, Route, expect

from tests.pictures.apps import NOW, Site
from tests.pictures.plan import Picture

COLOURS = 192
"""Of the palette. Chosen to cover all: a small orange ring among blues would else turn grey."""
COARSE = (96, 60)
ID = re.compile(rb'"id": *"[0-9a-f-]{36}"')
SAME_ID = b'"id":"1b671a64-40d5-491e-99b0-da01ff1f3341"'


def drawn(browser: Browser, picture: Picture, site: Site) -> bytes:
    """Return the picture as a small PNG."""
    width, height = picture.window
    context = browser.new_context(
        viewport={"width": width, "height": height},
        device_scale_factor=picture.scale,
        color_scheme=picture.scheme,
        reduced_motion="reduce",
        timezone_id="UTC",
        locale="en-GB",
    )
    try:
        page = context.new_page()
        page.clock.install(time=NOW)
        page.route("**/*", lambda route: _answer(route, site))
        page.goto(f"{site.origin}/")
        _ready(page, picture)
        return small(page.screenshot(animations="disabled"))
    finally:
        context.close()


def small(png: bytes) -> bytes:
    """Return a picture with a palette, as small as it gets without being another."""
    out = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        few = image.convert("RGB").quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
    return out.getvalue()


def difference(one: bytes, other: bytes) -> float:
    """Return how far two pictures are apart from afar, from 0 to 1: the mean of their blurred pixels."""
    first, second = (_coarse(png) for png in (one, other))
    return sum(abs(a - b) for a, b in zip(first, second, strict=True)) / (255 * len(first))


def _coarse(png: bytes) -> bytes:
    with Image.open(io.BytesIO(png)) as image:
        return image.convert("L").resize(COARSE, Image.Resampling.BOX).tobytes()


def _ready(page: Page, picture: Picture) -> None:
    if picture.app == "api":
        page.get_by_role("button", name="Predict").click()
        expect(page.locator("#answer")).to_have_attribute("data-state", "answered")
        page.mouse.move(0, 0)
        page.evaluate("document.activeElement.blur()")
    page.clock.run_for(500)


def _answer(route: Route, site: Site) -> None:
    asked = route.request
    if not asked.url.startswith(f"{site.origin}/"):
        route.abort()
        raise AssertionError(f"the page asks {asked.url}")
    kinds = {name: asked.headers[name] for name in ("content-type", "accept") if name in asked.headers}
    said = site.ask(asked.url.removeprefix(site.origin), asked.method, asked.post_data_buffer, **kinds)
    # An answer's id is drawn by lot, and would make each picture another.
    body = ID.sub(SAME_ID, said.body) if "/api/predict" in asked.url else said.body
    route.fulfill(status=said.status, headers=dict(said.headers), body=body)
