"""Whatever the API sends, a probe returns a small sample that is valid JSON and can be shown."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.pins import Pins
from monitor.probe import Api
from monitor.probe.run import probe
from monitor.sample import Sample
from tests.monitor.fake_api import MATH, PENGUINS, FakeApi, FakeModel, says, says_json, says_raw
from tests.monitor.probe.seen import fault_of

PATHS = ("health", "models", "model-info", "predict", "metrics")
GOOD: dict[str, Any] = {
    "health": {
        "status": "healthy",
        "checks": {"a": {"state": "broken", "reason": "x"}},
        "default_model": None,
    },
    "models": {"models": [MATH.listed(default=True)]},
    "model-info": MATH.info(),
    "predict": MATH.predictions(),
}
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
ONCE_IN_A_WHILE = settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def api() -> Iterator[FakeApi]:
    """Return an API that each example makes answer otherwise."""
    with FakeApi([MATH, PENGUINS]) as fake:
        yield fake


def seen(api: FakeApi, pins: Pins | None = None) -> Sample:
    """Return the sample, which is small, valid JSON, of one line per text and without half characters."""
    probed = probe(Api(api.url), {} if pins is None else pins, {}, remembers=True, total=3)
    text = json.dumps(probed.sample, allow_nan=False)
    assert len(text) <= 60_000
    assert all(shown.isprintable() for shown in texts(probed.sample))
    json.dumps(probed.sample, ensure_ascii=False).encode()
    assert probed.sample["reason"][:1].islower() or probed.sample["reason"][:1].isdigit()
    return probed.sample


def texts(value: Any) -> Iterator[str]:
    """Yield every text in a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield the path to every value inside a value."""
    yield path
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inside:
        yield from places(each, (*path, key))


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    """Return a value with another one at a path."""
    if not path:
        return new
    changed = copy.copy(value)
    changed[path[0]] = replaced(value[path[0]], path[1:], new)
    return changed


@pytest.mark.parametrize("path", PATHS)
@given(value=VALUES)
@ONCE_IN_A_WHILE
def test_any_json_at_any_address_gives_a_sample(api: FakeApi, path: str, value: Any) -> None:
    """With the answers that are pinned, and without."""
    api.answers = {f"/api/{path}": says_json(value)}
    seen(api)
    seen(api, api.pins())


@pytest.mark.parametrize("path", GOOD)
@given(data=st.data(), value=VALUES)
@ONCE_IN_A_WHILE
def test_any_value_in_the_place_of_any_other_gives_a_sample(
    api: FakeApi, path: str, data: Any, value: Any
) -> None:
    """What is nearly right goes deeper."""
    place = data.draw(st.sampled_from(list(places(GOOD[path]))))
    api.answers = {f"/api/{path}": says_json(replaced(GOOD[path], place, value))}
    seen(api)


@given(
    data=st.binary(max_size=200),
    head=st.sampled_from([b"", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\n\r\n"]),
)
@ONCE_IN_A_WHILE
def test_any_bytes_give_a_sample(api: FakeApi, data: bytes, head: bytes) -> None:
    """Also those that are no HTTP."""
    api.answers = {"*": says_raw(head + data)}
    assert seen(api)["state"] == "down"


HEADERS = st.dictionaries(
    st.sampled_from(
        [
            "Content-Length",
            "Content-Encoding",
            "Transfer-Encoding",
            "Location",
            "Set-Cookie",
            "Retry-After",
            "Server",
        ]
    ),
    st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)
    | st.sampled_from(["-1", "5, 6", "9" * 5000, "gzip", "chunked", "//", "http://[", "²", "a=b; expires=x"]),
)


@given(status=st.sampled_from([200, 204, 301, 304, 401, 404, 429, 503, 599, 999]), headers=HEADERS)
@ONCE_IN_A_WHILE
def test_any_headers_give_a_sample(api: FakeApi, status: int, headers: dict[str, str]) -> None:
    """With any status."""
    api.answers = {"*": says(b"{}", status, headers=headers)}
    assert seen(api)["state"] == "down"


ASTRAL = "\U0001f600"


def greedy(name: str, default: bool) -> FakeModel:
    """Return a model whose every text and list is as long as can be."""
    long = ASTRAL * 1_001
    stage = {"name": long, "success": False, "seconds": 1.0, "errors": [long] * 2}
    run = {
        "pipeline": long,
        "success": False,
        "seconds": 1,
        "finished_at": "2026-01-31T12:00:00Z",
        "stages": [stage] * 20,
    }
    scores = {
        f"{ASTRAL * 50}{n}": {"value": 1.23456789, "low": None, "high": 2, "dummy": 3} for n in range(30)
    }
    shares = {f"{ASTRAL * 50}{n}": 0.5 for n in range(5 if default else 30)}
    golden = {"input": {"x": 1}, "prediction": long[:100], "probabilities": shares}
    return FakeModel(
        name,
        task="classification",
        goldens=[golden] * 20,
        answers=[{"prediction": long[:100], "probabilities": dict.fromkeys(shares, 0.9)}] * 20,
        card={
            "title": long,
            "engine": {"name": long},
            "output": {"name": long, "unit": long},
            "features": [{"name": long[:101]}] * 300,
            "scores": scores,
            "scoring": {"method": long},
            "floors": {"score": long, "warning": 1, "critical": 0},
            "data": {"source": long, "licence": long, "rows": 10**290, "synthetic": True, "note": long},
            "run": run,
        },
    )


def test_an_api_that_sends_as_much_as_it_can_gives_a_small_sample() -> None:
    """Twenty models, each with all that a sample may hold, in letters that take twelve bytes."""
    models = [greedy("default", True), *(greedy(f"model-{'x' * 50}-{n}", False) for n in range(25))]
    with FakeApi(models) as api:
        api.on("/api/health", says_json({"status": "degraded", "checks": {}, "reason": ASTRAL * 9_000}))
        sample = seen(api, api.pins())
    assert {fault_of(sample, name) for name in ("models", "model-info", "goldens default 1")} == {("", "")}
    assert (sample["state"], sample["goldens"][0]["matching"]) == ("down", 0)
    assert (sample["goldens"][0]["model"], sample["goldens"][0]["total"]) == ("default", 20)


def test_an_ordinary_sample_is_not_cut() -> None:
    """All of a long card that is honest is kept."""
    note = "x" * 1_000
    features = [{"name": f"feature_{n}"} for n in range(200)]
    data = {"source": "s", "licence": "l", "rows": 1, "synthetic": False, "note": note}
    with FakeApi([FakeModel(card={"features": features, "data": data}), PENGUINS]) as api:
        sample = seen(api, api.pins())
    assert (sample["models"][0]["data"]["note"], len(sample["models"][0]["features"])) == (note, 200)


@pytest.mark.parametrize(
    "title", ["<script>alert(1)</script>", "a\nb", "a\x1b[31mb", "a\u202eb", "\x00", "\u2028"], ids=repr
)
def test_text_is_kept_on_one_line_and_as_it_is(title: str) -> None:
    """Markup stays text: the page escapes it."""
    with FakeApi([FakeModel(card={"title": title})]) as api:
        found = seen(api, api.pins())["models"][0]["title"]
    assert found == "".join(letter if letter.isprintable() else " " for letter in title).strip().replace(
        "  ", " "
    )
