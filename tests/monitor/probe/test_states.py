"""Up, degraded or down, and the one sentence that says why."""

import pytest

from monitor.sample import Sample
from tests.monitor.fake_api import (
    MATH,
    OTHER_SHA,
    PENGUINS,
    Answer,
    FakeApi,
    FakeModel,
    hangs_up,
    says,
    says_json,
)
from tests.monitor.probe.seen import fault_of, look

HTML = b"<!doctype html><title>Hello</title>"


@pytest.mark.parametrize("answer", [hangs_up, says(HTML), says(b"", 302)], ids=["cut", "html", "302"])
@pytest.mark.parametrize(
    ("path", "what"),
    [
        ("health", "its health report"),
        ("models", "the list of models"),
        ("model-info", "the card of math-score 1"),
        ("metrics", "its metrics"),
    ],
)
def test_right_goldens_beside_something_broken_are_degraded(path: str, what: str, answer: Answer) -> None:
    """People are still served."""
    with FakeApi() as api:
        api.on(f"/api/{path}", answer)
        sample = look(api)
    assert sample["state"] == "degraded"
    assert sample["reason"] == f"{what} can't be read: {fault_of(sample, path)[1]}"
    assert sample["goldens"][0]["matching"] == 3


def unhealthy() -> Answer:
    """Return what the API says when its default model is broken."""
    return says_json(
        {"status": "unhealthy", "checks": {}, "reason": "model.onnx is missing.", "default_model": None}, 503
    )


def test_unhealthy_is_down_and_quoted() -> None:
    """Though the goldens are right."""
    with FakeApi() as api:
        api.on("/api/health", unhealthy())
        sample = look(api)
    assert (sample["state"], sample["reason"]) == (
        "down",
        "its health report says unhealthy: model.onnx is missing",
    )


def test_a_503_that_is_no_health_report_is_a_fault() -> None:
    """A gateway says it too."""
    with FakeApi() as api:
        api.on("/api/health", says(HTML, 503))
        sample = look(api)
    assert (sample["state"], sample["reason"]) == (
        "degraded",
        "its health report can't be read: it answers 503",
    )


def test_degraded_health_is_degraded() -> None:
    """What is broken is named."""
    checks = {
        "penguins/1": {"state": "broken", "reason": "has no goldens."},
        "math-score/1": {"state": "ready"},
    }
    with FakeApi() as api:
        api.on("/api/health", says_json({"status": "degraded", "checks": checks}))
        sample = look(api)
    assert sample["state"] == "degraded"
    assert sample["reason"] == "its health report says degraded: penguins/1 has no goldens"


@pytest.mark.parametrize(
    "wrong", [FakeModel(answers=[{"prediction": 99.1}, {"prediction": 94.33}, {"prediction": 0}])]
)
def test_wrong_answers_are_down_and_named(wrong: FakeModel) -> None:
    """With the first one's numbers."""
    with FakeApi([wrong]) as api:
        sample = look(api)
    assert sample["state"] == "down"
    assert (
        sample["reason"]
        == "2 of 3 goldens of math-score 1 were answered wrong: 1 (66.02 expected, 99.1 received), 3"
    )
    assert sample["goldens"][0]["max_abs_error"] == pytest.approx(33.08)


def test_wrong_answers_by_another_bundle_are_one_sentence() -> None:
    """Both are said."""
    wrong = FakeModel(
        sha256=OTHER_SHA, answers=[{"prediction": 1}, {"prediction": 94.33}, {"prediction": 25.42}]
    )
    with FakeApi([wrong]) as api:
        sample = look(api, pins={("math-score", "1"): MATH.pin()})
    assert sample["reason"] == (
        "1 of 3 goldens of math-score 1 was answered wrong: 1 (66.02 expected, 1 received), "
        "and math-score 1 has sha256 abcd1234... where 0728aaaa... is known"
    )


def test_another_bundle_shows_in_the_list_when_it_does_not_answer() -> None:
    """A broken model has a sha256 all the same."""
    with FakeApi([FakeModel(sha256=OTHER_SHA)]) as api:
        api.on("/api/predict", says(b"", 500))
        sample = look(api, pins={("math-score", "1"): MATH.pin()})
    assert sample["reason"].endswith(
        "it answers 500, and math-score 1 has sha256 abcd1234... where 0728aaaa... is known"
    )


def test_another_model_that_answers_wrong_is_degraded() -> None:
    """The default one is right."""
    wrong = FakeModel(
        "penguins", task="classification", goldens=PENGUINS.goldens, answers=[{"prediction": "Gentoo"}] * 2
    )
    with FakeApi([MATH, wrong]) as api:
        sample = look(api)
    assert sample["state"] == "degraded"
    assert sample["reason"] == (
        '1 of 2 goldens of penguins 1 was answered wrong: 1 ("Adelie" expected, "Gentoo" received)'
    )


def test_everything_fails_in_the_same_way_and_it_is_said_once() -> None:
    """Not "model-info failed" three times."""
    with FakeApi() as api:
        api.on("*", says(HTML, 502))
        sample: Sample = look(api)
    assert sample["reason"] == "it answers 502"
