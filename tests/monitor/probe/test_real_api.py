"""The real API, as it ships and with nothing known of it."""

import json
from pathlib import Path

import pytest

from monitor import pins
from monitor.pins import Pins
from monitor.probe import Api
from monitor.probe.run import probe
from monitor.sample import Sample

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = pins.shipped(ROOT / "monitoring" / "goldens.json")


def by_number(key: tuple[str, str]) -> tuple[str, int]:
    """Return what a model's versions are sorted by: 10 is newer than 9."""
    return key[0], int(key[1])


NEWEST = set({name: (name, version) for name, version in sorted(SHIPPED, key=by_number)}.values())


@pytest.fixture(scope="module")
def sample(api_server: str) -> Sample:
    """Return what a probe with the shipped goldens saw."""
    return probe(Api(api_server), SHIPPED, {}, remembers=True).sample


def test_it_is_up(sample: Sample) -> None:
    """Every golden of every version was answered right, and no call failed."""
    assert sample["state"] == "up"
    assert {(each["model"], each["version"]) for each in sample["goldens"]} == SHIPPED.keys()
    known, others = len(SHIPPED["math-score", "1"]["goldens"]), len(SHIPPED) - 1
    every = f"all {known} goldens of math-score 1 and those of {others} other models"
    assert sample["reason"] == f"{every} were answered right"
    # Health, the list, the default model's card and the counters; goldens of all, cards of the newest.
    assert [check["fault"] for check in sample["checks"]] == [None] * (4 + len(SHIPPED) + len(NEWEST) - 1)


def test_it_tells_how_long_things_took(sample: Sample) -> None:
    """The latency is the default model's golden call; each check has its own time."""
    assert sample["status"] == 200
    assert sample["latency"] is not None
    assert 0 < sample["latency"] <= sample["seconds"] < 5
    assert all(check["seconds"] is not None and check["seconds"] > 0 for check in sample["checks"])
    assert (sample["format"], sample["at"], sample["tls_expires_at"]) == (1, 0.0, None)


@pytest.mark.parametrize("name", ["math-score", "penguins"])
def test_goldens_are_those_that_ship(sample: Sample, name: str) -> None:
    """Compared with the monitor's own file."""
    goldens = next(each for each in sample["goldens"] if each["model"] == name)
    pin = SHIPPED[name, "1"]
    assert goldens["expected_from"] == "goldens.json"
    assert goldens["expected_sha256"] == goldens["received_sha256"] == pin["sha256"]
    assert goldens["matching"] == goldens["total"] == len(pin["goldens"])
    assert goldens["max_abs_error"] is not None
    assert goldens["max_abs_error"] <= pin["tolerance"]["absolute"]
    assert (goldens["differing"], goldens["fault"], len(goldens["examples"])) == ([], None, 3)
    assert goldens["default"] is (name == "math-score")


@pytest.mark.parametrize("name", ["math-score", "penguins"])
def test_the_card_is_read_whole(sample: Sample, name: str) -> None:
    """Every field is the bundle's."""
    folder = ROOT / "ml-api" / "artifacts" / name / "1"
    card, run = (
        json.loads((folder / "bundle.json").read_bytes()),
        json.loads((folder / "run.json").read_bytes()),
    )
    model = next(each for each in sample["models"] if each["name"] == name)
    assert (model["title"], model["task"], model["engine"]) == (
        card["title"],
        card["task"],
        card["engine"]["name"],
    )
    assert (model["target"], model["unit"]) == (card["output"]["name"], card["output"]["unit"])
    assert model["features"] == [feature["name"] for feature in card["features"]]
    assert model["scores"] == card["scores"]
    assert (model["scoring"], model["floors"]) == (card["scoring"]["method"], card["floors"])
    assert model["data"] == {
        key: card["data"][key] for key in ("source", "licence", "rows", "synthetic", "note")
    }
    assert model["run"] is not None
    assert [stage["name"] for stage in model["run"]["stages"]] == [stage["name"] for stage in run["stages"]]
    assert (model["failed_run"], model["default"]) == (None, name == "math-score")


def test_it_tells_its_traffic(sample: Sample) -> None:
    """The goldens are not among it."""
    assert sample["traffic_missing"] is None
    assert sample["traffic"] is not None
    assert sample["traffic"]["seconds"]["+Inf"] == sample["traffic"]["requests"]


def test_its_bins_are_those_of_the_cards(api_server: str) -> None:
    """Every bin of every newest version's baseline is told, and no other."""
    counted = probe(Api(api_server), SHIPPED, {}, remembers=True).counted
    assert counted.keys() == NEWEST
    for one in counted.values():
        assert one.baseline
        assert {name: set(bins) for name, bins in one.bins.items()} == {
            name: set(bins) for name, bins in one.baseline.items()
        }
        assert {sum(bins.values()) for bins in one.bins.values()} == {one.rows}
        assert one.feedback is not None


def test_a_model_that_nobody_pinned_is_pinned_at_first_sight(api_server: str) -> None:
    """From then on it is held to these answers."""
    first = probe(Api(api_server), {}, {}, remembers=True)
    assert first.first_seen == SHIPPED
    assert {each["expected_from"] for each in first.sample["goldens"]} == {"first seen"}
    again = probe(Api(api_server), {}, first.first_seen, remembers=True)
    assert (again.first_seen, again.sample["state"]) == ({}, "up")
    assert {each["expected_from"] for each in again.sample["goldens"]} == {"first seen"}


def test_without_memory_it_says_whose_answers_it_compared(api_server: str) -> None:
    """A card that vouches for itself is little."""
    probed = probe(Api(api_server), {}, {}, remembers=False)
    assert (probed.first_seen, probed.sample["state"]) == ({}, "up")
    assert probed.sample["reason"].endswith(", compared to their own cards only")


def test_another_bundle_under_a_known_version_is_down(api_server: str) -> None:
    """Though every answer is right."""
    other: Pins = {**SHIPPED, ("math-score", "1"): {**SHIPPED["math-score", "1"], "sha256": "f" * 64}}
    sample = probe(Api(api_server), other, {}, remembers=True).sample
    received = SHIPPED["math-score", "1"]["sha256"][:8]
    assert sample["state"] == "down"
    assert sample["reason"] == f"math-score 1 has sha256 {received}... where ffffffff... is known"
