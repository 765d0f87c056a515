"""Markup in cards, categories, files and answers, in a real browser: it is read, never run."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.hostile.serving import ROOT, serve
from tests.mlapi import made_bundles
from tests.monitor.fake_api import FakeApi, FakeModel, run, says_json

pytestmark = pytest.mark.slow

EVIL = (
    "<img src=x onerror=\"window.hit=1;alert(1)\"><svg onload='window.hit=1'>\"'</title></script>"
    "<script>window.hit=1;alert(1)</script><iframe src=javascript:alert(1)></iframe>{{ 7 * 7 }}\u202e"
)
STRANGE = (
    "img[src=x], iframe, object, embed, base, svg[onload], script:not([src]):not([type='application/json'])"
)


class Tab:
    """A page, and all that it should never have done."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, []
        page.on("dialog", lambda dialog: (self.done.append(dialog.message), dialog.dismiss()))
        page.on("pageerror", lambda error: self.done.append(str(error)))
        page.on("request", lambda asked: self.done.append(asked.url) if asked.url[-2:] == "/x" else None)

    def assert_inert(self) -> None:
        """Check that nothing of it ran, and that no element was made of it."""
        assert self.done == []
        assert self.page.evaluate("window.hit") is None
        assert self.page.locator(STRANGE).count() == 0


@pytest.fixture
def tab(browser) -> Iterator[Tab]:
    """Give a page in a browser of its own."""
    context = browser.new_context()
    yield Tab(context.new_page())
    context.close()


def spoiled(given):
    """Return a part of a card with markup in every text that no rule reads."""
    if isinstance(given, dict):
        return {key: spoiled(value) for key, value in given.items()}
    if isinstance(given, list):
        return [spoiled(value) for value in given]
    return EVIL if isinstance(given, str) else given


@pytest.fixture
def evil_api(serve_artifacts, tmp_path) -> str:
    """Serve a model of which every word, class and feature is markup; return its address."""
    labels = (EVIL, f"{EVIL} too")
    card = made_bundles.class_card()
    names = dict(zip(("low", "high"), labels, strict=True))
    for golden in card["goldens"]:
        golden["input"] = {EVIL: golden["input"]["x"]}
        golden["prediction"] = names[golden["prediction"]]
        golden["probabilities"] = {names[name]: share for name, share in golden["probabilities"].items()}
    card["output"] = {"name": EVIL, "unit": EVIL, "description": EVIL, "classes": list(labels)}
    card["features"][0] |= {"name": EVIL, "description": EVIL, "unit": EVIL}
    card["input"] |= {"properties": {EVIL: {"type": "number"}}, "required": [EVIL], "examples": [{EVIL: 1.0}]}
    card["baseline"]["features"] = {EVIL: card["baseline"]["features"].pop("x")}
    card["plots"]["confusion"] = [[3, 1], [0, 4]]
    card |= {"title": EVIL, "description": EVIL, "limitations": [EVIL]}
    for part in ("data", "scoring", "candidates"):
        card[part] = spoiled(card[part])
    graph = made_bundles.sorting(labels, name=EVIL).SerializeToString()
    made_bundles.put(tmp_path / "artifacts", "evil", card, graph)
    return serve_artifacts(tmp_path / "artifacts", {"DEFAULT_MODEL": "evil"})


def test_a_card_that_is_markup_is_read(tab, evil_api):
    """The form, the answer, a table of answers and one of faults."""
    page = tab.page
    page.goto(evil_api)
    expect(page.locator("h1")).to_contain_text("<img src=x")
    page.get_by_role("button", name="Predict").click()
    expect(page.locator("#prediction")).to_contain_text("<img src=x")
    quoted = '"' + EVIL.replace('"', '""') + '"'
    for table, words in (
        (f"{quoted}\n1\n-2\n", "2 rows were answered"),
        (f"{quoted},{quoted}\n{quoted},1\n", ""),
    ):
        file = {"name": f"{EVIL}.csv".replace("/", ""), "mimeType": "text/csv", "buffer": table.encode()}
        page.set_input_files("#file", file)
        expect(page.locator("#upload-said")).to_contain_text(words or "fault")
    tab.assert_inert()


@pytest.mark.parametrize("query", ["model", "version"])
def test_a_query_that_is_markup_is_not_shown(tab, api, query):
    """No model has such a name."""
    tab.page.goto(f"{api.url}/?{query}={EVIL}")
    expect(tab.page.locator("h1")).to_be_visible()
    tab.assert_inert()


def evil_models() -> list[FakeModel]:
    """Return models that answer right, and wrong in markup, and say nothing but markup of themselves."""
    data = {"source": EVIL, "licence": EVIL, "rows": 9, "synthetic": False, "note": EVIL}
    card = {"title": EVIL, "data": data, "output": {"name": EVIL, "unit": EVIL}}
    card |= {"features": [{"name": EVIL}], "scoring": {"method": EVIL, "rows": 3}}
    goldens = [{"input": {"x": 1}, "prediction": "low"}, {"input": {"x": 2}, "prediction": "high"}]
    classes = {"task": "classification", "goldens": goldens}
    wrong = [{"prediction": EVIL, "probabilities": {EVIL: 1.0}}] * 2
    return [
        FakeModel(card=card),
        FakeModel("wrong", answers=wrong, card=card, **classes),
        FakeModel("other", card=card | {"engine": {"name": EVIL, "form": EVIL, "reason": EVIL}}),
    ]


@pytest.fixture
def evil_watched() -> Iterator[FakeApi]:
    """Give an API that answers its goldens right and means harm in all else."""
    with FakeApi(evil_models()) as api:
        checks = {EVIL: {"state": "broken", "reason": EVIL}, "other/1": {"state": "broken", "reason": EVIL}}
        api.on("/api/health", says_json({"status": "degraded", "default_model": None, "checks": checks}))
        failed = run() | {"pipeline": EVIL, "success": False}
        failed["stages"] = [{"name": EVIL, "success": False, "seconds": 1.0, "errors": [EVIL]}]
        info = api.models[0].info() | {"failed_run": failed}
        api.on("/api/model-info", says_json(json.loads(json.dumps(info))))
        yield api


def test_a_watched_api_that_is_markup_is_read_on_the_dashboard(tab, evil_watched, tmp_path):
    """In every window, after a refresh, and live."""
    env = {"MAIN_API_URL": evil_watched.url, "PROBE_MAX_AGE": "1", "MONITORING_REFRESH_RATE": "1"}
    with serve(ROOT / "monitoring", tmp_path, **env) as served:
        page = tab.page
        for window in ("1h", "90d"):
            page.goto(f"{served.url}/?window={window}")
            expect(page.locator("h1")).to_be_visible()
            assert "<img src=x" in page.locator("body").inner_text()
            tab.assert_inert()
        with page.expect_response(lambda answer: answer.url.startswith(f"{served.url}/?window")):
            pass  # It refreshes by itself.
        tab.assert_inert()
        for path in (
            "/api/status",
            "/api/incidents",
            "/api/history",
            "/api/badge/status.svg",
            "/api/metrics",
        ):
            page.goto(f"{served.url}{path}")
            assert tab.done == []
            assert page.evaluate("window.hit") is None
