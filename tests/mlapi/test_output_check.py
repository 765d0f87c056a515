"""What serving asks of a card's output before its model is loaded."""

import json

import pytest

from mlapi.bundle import BundleFault, open_bundle, read_index
from training.sealed import sha256


def reopened(artifacts, name, change, drop=()):
    """Open a shipped bundle whose card has another output."""
    folder = artifacts / name / "1"
    card = json.loads((folder / "bundle.json").read_bytes())
    card["output"] = {key: value for key, value in (card["output"] | change).items() if key not in drop}
    data = json.dumps(card).encode()
    (folder / "bundle.json").write_bytes(data)
    return open_bundle(folder, sha256(data)).card["output"]


def test_a_shipped_regression_says_its_scale(artifacts):
    """So that feedback for it can be counted."""
    folder = artifacts / "math-score" / "1"
    output = open_bundle(folder, read_index(artifacts)["math-score"]["1"]).card["output"]
    assert output["deviation"] > 0


@pytest.mark.parametrize(
    ("change", "drop"),
    [
        ({}, ("mean", "deviation")),
        ({"mean": 66, "deviation": 15}, ()),
        ({"mean": -1e100, "deviation": 1e100}, ()),
    ],
    ids=["no scale", "whole numbers", "the largest"],
)
def test_a_scale_is_sound_or_absent(artifacts, change, drop):
    """A bundle without one still answers."""
    output = reopened(artifacts, "math-score", change, drop)
    assert set(output) == {"name", "unit", "description", "mean", "deviation"} - set(drop)


@pytest.mark.parametrize(
    ("change", "drop"),
    [
        pytest.param({}, ("mean",), id="no mean"),
        pytest.param({}, ("deviation",), id="no deviation"),
        pytest.param({"deviation": 0.0}, (), id="zero"),
        pytest.param({"deviation": -1.0}, (), id="negative"),
        pytest.param({"deviation": True}, (), id="a truth"),
        pytest.param({"deviation": "15"}, (), id="a text"),
        pytest.param({"deviation": None, "mean": None}, (), id="null"),
        pytest.param({"deviation": 1.01e100}, (), id="too large"),
        pytest.param({"mean": -(10**400)}, (), id="beyond every float"),
        pytest.param({"mean": float("inf")}, (), id="infinite"),
        pytest.param({"mean": [66.0]}, (), id="a list"),
    ],
)
def test_half_a_scale_or_one_that_can_not_be_used_stops_the_bundle(artifacts, change, drop):
    """It was never written by training."""
    with pytest.raises(BundleFault, match=r"math-score/1/bundle\.json"):
        reopened(artifacts, "math-score", change, drop)


@pytest.mark.parametrize(
    ("change", "drop"),
    [
        pytest.param({}, ("classes",), id="no classes"),
        pytest.param({"classes": "Adelie"}, (), id="a text"),
        pytest.param({"classes": [1.5]}, (), id="a number"),
        pytest.param({"classes": [None]}, (), id="null"),
        pytest.param({"classes": ["x" * 201]}, (), id="a long text"),
        pytest.param({"mean": 1.0, "deviation": 1.0}, (), id="a scale"),
    ],
)
def test_classes_are_listed_and_have_no_scale(artifacts, change, drop):
    """As strings, whole numbers or booleans."""
    with pytest.raises(BundleFault, match=r"penguins/1/bundle\.json"):
        reopened(artifacts, "penguins", change, drop)
