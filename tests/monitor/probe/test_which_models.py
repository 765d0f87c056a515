"""Which models are asked, by whose answers they are judged, and what is said of them."""

import dataclasses

import pytest

from monitor.probe import Api
from monitor.probe.plan import MOST_CARDS, MOST_GOLDEN_CALLS
from monitor.probe.run import probe
from tests.monitor.fake_api import MATH, OTHER_SHA, PENGUINS, Answer, FakeApi, FakeModel, says, says_json
from tests.monitor.probe.seen import fault_of, look

NEWER = dataclasses.replace(PENGUINS, version="10")
NINE = dataclasses.replace(PENGUINS, version="9")


def cards_asked(api: FakeApi) -> list[str]:
    """Return the cards that were asked for by name."""
    calls = [received for received in api.received if received.path == "/api/model-info"]
    return sorted(f"{call.query('model')} {call.query('version')}" for call in calls if call.query("model"))


def test_every_version_is_held_to_its_goldens_and_the_newest_shows_its_card() -> None:
    """10 is newer than 9."""
    with FakeApi([MATH, NINE, NEWER, PENGUINS]) as api:
        sample = look(api)
        assert cards_asked(api) == ["penguins 10"]
    assert (sample["goldens"][0]["model"], sample["goldens"][0]["default"]) == ("math-score", True)
    assert {each["version"] for each in sample["goldens"][1:]} == {"1", "9", "10"}
    assert [(each["name"], each["version"]) for each in sample["models"]] == [
        ("math-score", "1"),
        ("penguins", "10"),
    ]
    assert sample["reason"] == "all 3 goldens of math-score 1 and those of 3 other models were answered right"


def test_a_version_without_a_pin_is_held_to_its_card() -> None:
    """Which is asked for then, though it is not the newest; it is not shown."""
    with FakeApi([MATH, NEWER, NINE]) as api:
        probed = probe(Api(api.url), {("math-score", "1"): MATH.pin()}, {}, remembers=True)
        assert cards_asked(api) == ["penguins 10", "penguins 9"]
    assert probed.first_seen == {("penguins", "10"): NEWER.pin(), ("penguins", "9"): NINE.pin()}
    assert [each["version"] for each in probed.sample["models"]] == ["1", "10"]


def test_a_card_that_is_given_twice_is_one_model() -> None:
    """As the default model's, which it isn't, and when it is asked for by name."""
    with FakeApi([MATH, PENGUINS]) as api:
        api.on("/api/model-info", says_json(PENGUINS.info()))
        sample = look(api)
    assert [(each["name"], each["default"]) for each in sample["models"]] == [("penguins", False)]
    assert sample["state"] == "degraded"


def test_there_is_an_end_to_the_calls() -> None:
    """The default model is asked whatever its place."""
    others = [FakeModel(f"model-{n}") for n in range(40)]
    with FakeApi([MATH, *others]) as api:
        listed = [*(each.listed(default=False) for each in others), MATH.listed(default=True)]
        api.on("/api/models", says_json({"models": listed}))
        sample = look(api, total=10)
        assert api.count("/api/predict") == MOST_GOLDEN_CALLS
        assert api.count("/api/model-info") == 1 + MOST_CARDS
    assert sample["state"] == "up"
    assert (sample["goldens"][0]["model"], len(sample["goldens"])) == ("math-score", MOST_GOLDEN_CALLS)
    assert len(sample["models"]) == 1 + MOST_CARDS


def test_what_is_shipped_counts_before_what_was_seen_and_that_before_the_card() -> None:
    """Each knows another sha256 here."""
    shipped, remembered = {**MATH.pin(), "sha256": "1" * 64}, {**MATH.pin(), "sha256": "2" * 64}
    key = ("math-score", "1")
    with FakeApi() as api:
        both = probe(Api(api.url), {key: shipped}, {key: remembered}, remembers=True)
        seen = probe(Api(api.url), {}, {key: remembered}, remembers=True)
        card = probe(Api(api.url), {}, {}, remembers=True)
    found = [probed.sample["goldens"][0] for probed in (both, seen, card)]
    assert [each["expected_sha256"][0] for each in found] == ["1", "2", "0"]
    assert [each["expected_from"] for each in found] == ["goldens.json", "first seen", "first seen"]
    assert [probed.sample["state"] for probed in (both, seen, card)] == ["down", "down", "up"]
    assert [len(probed.first_seen) for probed in (both, seen, card)] == [0, 0, 1]


@pytest.mark.parametrize(
    "answered",
    [
        says_json(MATH.predictions() | {"predictions": [{"prediction": 1.0}] * 3}),
        says_json(
            MATH.predictions() | {"model": {"name": "math-score", "version": "1", "sha256": OTHER_SHA}}
        ),
        says(b"", 500),
    ],
    ids=["wrong", "another-bundle", "failed"],
)
def test_what_is_wrong_at_first_sight_is_not_remembered(answered: Answer) -> None:
    """Or it would be right from then on."""
    with FakeApi() as api:
        api.on("/api/predict", answered)
        probed = probe(Api(api.url), {}, {}, remembers=True)
    assert (probed.first_seen, probed.sample["state"]) == ({}, "down")
    assert probed.sample["goldens"][0]["expected_from"] == "its own card"


@pytest.mark.parametrize(
    "goldens",
    [[], None, [{"input": {}}], [{"input": {"a": [1]}, "prediction": 1}], [MATH.goldens[0]] * 51],
    ids=["none", "missing", "no-answer", "nested", "too-many"],
)
def test_a_card_whose_goldens_can_not_be_used_leaves_the_answers_unchecked(goldens: object) -> None:
    """That is not up, and not down either."""
    with FakeApi([FakeModel(card={"goldens": goldens})]) as api:
        sample = look(api, pins={})
        assert api.count("/api/predict") == 0
    assert sample["state"] == "degraded"
    assert sample["reason"] == "no goldens of math-score 1 are known, so its answers can't be checked"
    assert (sample["models"][0]["name"], sample["goldens"]) == ("math-score", [])


def test_with_neither_goldens_nor_health_it_is_down() -> None:
    """Nothing says that it works."""
    with FakeApi([FakeModel(card={"goldens": []})]) as api:
        api.on("/api/health", says(b"", 500))
        sample = look(api, pins={})
    assert sample["state"] == "down"


@pytest.mark.parametrize("broken", [("models",), ("models", "model-info")], ids=["the list", "list and card"])
def test_the_default_model_is_known_by_what_is_left(broken: tuple[str, ...]) -> None:
    """The card says it, or else health."""
    with FakeApi([MATH, PENGUINS]) as api:
        for path in broken:
            api.on(f"/api/{path}", says(b"", 500))
        sample = look(api)
    assert (sample["state"], sample["reason"]) == (
        "degraded",
        "the list of models can't be read: it answers 500",
    )
    assert [each["model"] for each in sample["goldens"]] == ["math-score"]


def test_an_api_without_models_is_down() -> None:
    """It says so itself."""
    unhealthy = {
        "status": "unhealthy",
        "reason": "index.json is missing",
        "checks": {},
        "default_model": None,
    }
    with FakeApi() as api:
        api.on("/api/models", says_json({"models": []}))
        api.on("/api/model-info", says(b"", 503))
        api.on("/api/health", says_json(unhealthy, 503))
        sample = look(api)
    assert sample["state"] == "down"
    assert sample["reason"] == "its health report says unhealthy: index.json is missing"


def test_the_card_of_another_model_than_the_default_is_degraded() -> None:
    """Two instances may serve two deployments."""
    with FakeApi([MATH, PENGUINS]) as api:
        api.on("/api/model-info", says_json(PENGUINS.info()))
        sample = look(api)
    assert sample["state"] == "degraded"
    assert (
        sample["reason"]
        == "the card that stands for the default model is that of penguins 1, not math-score 1"
    )


@pytest.mark.parametrize(
    ("models", "says_this"),
    [
        ([MATH.listed(default=True)] * 2, "none stands twice"),
        ([MATH.listed(default=True), PENGUINS.listed(default=True)], "one default"),
        ([MATH.listed(default=True) | {"name": "../x"}], "models/0/name should be a model's name"),
        ([MATH.listed(default=True) | {"version": "1;"}], "models/0/version should be a version"),
        ([MATH.listed(default=True) | {"sha256": "x"}], "models/0/sha256 should be a sha256"),
        ([MATH.listed(default=True) | {"default": 1}], "models/0/default should be true or false"),
        ([MATH.listed(default=True)] * 1001, "models should be a list of at most 1000"),
    ],
    ids=["twice", "two-defaults", "name", "version", "sha256", "default", "long"],
)
def test_a_list_in_another_shape_is_a_fault(models: object, says_this: str) -> None:
    """The default model is checked all the same."""
    with FakeApi([MATH, PENGUINS]) as api:
        api.on("/api/models", says_json({"models": models}))
        sample = look(api)
    assert fault_of(sample, "models")[0] == "wrong-shape"
    assert says_this in sample["reason"]
    assert sample["state"] == "degraded"


def test_a_401_on_the_goldens_names_the_key() -> None:
    """Whether there is one or not."""
    with FakeApi() as api:
        api.on("/api/predict", says_json({}, 401))
        without, refused = look(api), look(api, key="wrong")
    assert without["reason"].endswith("it asks for a key (401): set MAIN_API_KEY")
    assert refused["reason"].endswith("it refuses the key (401): check MAIN_API_KEY")
