"""The interval of an answer, on each scale that a bundle may name."""

import json
from math import exp, inf, isnan, log

import pytest

from mlapi.intervals import ends, is_sound
from mlapi.page import plots
from mlapi.page.card import coverage
from tests.mlapi.test_malformed import card_of, reseal

ABSOLUTE = {"scale": "absolute", "quantile": 2.0}
LOG = {"scale": "log", "quantile": log(2)}
RATIO = {"scale": "ratio", "quantile": [0.25, 1.5]}
SMALL = {"time_spent": 5, "doors_in_route": 5, "assessed_value": 40_000}
USUAL = {"time_spent": 30, "doors_in_route": 50, "assessed_value": 200_000}


@pytest.mark.parametrize(
    ("interval", "low", "high"),
    [(ABSOLUTE, [-1, 8], [3, 12]), (LOG, [0.5, 5], [2, 20]), (RATIO, [0.25, 2.5], [1.5, 15])],
    ids=["absolute", "log", "ratio"],
)
def test_an_interval_ends_where_its_scale_says(interval, low, high):
    """Around a prediction of 1 and one of 10."""
    found = [ends(interval)(prediction) for prediction in (1.0, 10.0)]
    assert [both[0] for both in found] == pytest.approx(low)
    assert [both[1] for both in found] == pytest.approx(high)


@pytest.mark.parametrize("interval", [LOG, RATIO], ids=["log", "ratio"])
def test_factors_of_nothing_are_no_interval(interval):
    """Nor of less; and what grows beyond all numbers is infinite without a warning."""
    reach = ends(interval)
    assert all(map(isnan, (*reach(0.0), *reach(-1.0))))
    assert reach(1.7e308)[1] == inf


@pytest.mark.parametrize(
    ("scale", "quantile"),
    [
        ("absolute", -1.0),
        ("absolute", [1.0, 2.0]),
        ("absolute", None),
        ("absolute", True),
        ("absolute", "1"),
        ("log", 701.0),
        ("log", [1.0, 2.0]),
        ("ratio", 1.0),
        ("ratio", [0.5]),
        ("ratio", [2.0, 0.5]),
        ("ratio", [-0.5, 2.0]),
        ("ratio", [0.5, "2"]),
        ("ratio", "ab"),
        ("ratio", {"0": 0.5, "1": 2.0}),
        ("sqrt", 1.0),
        (None, 1.0),
        ([], 1.0),
    ],
    ids=str,
)
def test_a_bundle_with_an_interval_that_is_none_is_not_served(artifacts, client_of, scale, quantile):
    """It stops itself alone, at the start."""
    card = card_of(artifacts, "house-price")
    card["interval"] |= {"scale": scale, "quantile": quantile}
    reseal(artifacts, "house-price", json.dumps(card).encode())
    client = client_of(artifacts)
    assert client.get("/api/health").get_json()["status"] == "degraded"
    assert client.post("/api/predict?model=house-price", json={}).status_code == 503
    assert client.post("/api/predict?model=food-drive", json=USUAL).status_code == 200


@pytest.mark.parametrize("interval", [ABSOLUTE, LOG, RATIO], ids=["absolute", "log", "ratio"])
def test_what_training_writes_is_sound(interval):
    """On every scale; a ratio may begin at 0, since a count may be."""
    assert is_sound(interval)
    assert is_sound({"scale": "ratio", "quantile": [0, 1.5]})


@pytest.mark.parametrize(
    ("model", "version"),
    [("food-drive", "1"), ("food-drive", "2"), ("house-price", "1"), ("math-score", "1")],
)
def test_the_shipped_models_answer_on_their_own_scale(client, model, version):
    """As their cards say."""
    card = client.get(f"/api/model-info?model={model}&version={version}").get_json()["bundle"]
    row = card["input"]["examples"][0]
    said = client.post(f"/api/predict?model={model}&version={version}", json=row).get_json()
    value, quantile = said["prediction"], card["interval"]["quantile"]
    expected = {
        "absolute": lambda: (value - quantile, value + quantile),
        "log": lambda: (value / exp(quantile), value * exp(quantile)),
        "ratio": lambda: (value * quantile[0], value * quantile[1]),
    }[card["interval"]["scale"]]()
    assert (said["interval"]["low"], said["interval"]["high"]) == pytest.approx(expected)


def test_a_prediction_that_has_no_interval_is_no_answer(artifacts, client_of):
    """The row is named, with what is wrong; nothing is answered without its promise."""
    card = card_of(artifacts, "food-drive")
    card["interval"] |= RATIO
    reseal(artifacts, "food-drive", json.dumps(card).encode())
    client = client_of(artifacts)
    address = "/api/predict?model=food-drive&version=1"
    assert client.post(address, json=[USUAL]).status_code == 200
    refused = client.post(address, json=[USUAL, SMALL])
    said = refused.get_json()
    assert (refused.status_code, said["type"]) == (422, "urn:tandem:problem:no-answer")
    assert [error["pointer"] for error in said["errors"]] == ["/1"]
    assert "interval" in said["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("interval", "unit", "words"),
    [
        (ABSOLUTE, "points", "± 2.00 points"),
        (ABSOLUTE, None, "± 2.00"),
        (LOG, "dollars", "from the prediction ÷ 2.00 to the prediction \N{MULTIPLICATION SIGN} 2.00"),
        (RATIO, "bags", "from the prediction \N{MULTIPLICATION SIGN} 0.250 to the prediction "
         "\N{MULTIPLICATION SIGN} 1.50"),
    ],
    ids=["absolute", "no unit", "log", "ratio"],
)  # fmt: skip
def test_the_card_says_how_far_it_reaches(interval, unit, words):
    """In the words of its scale."""
    measured = {"value": 0.9, "low": 0.88, "high": 0.92, "rows": 100}
    said = coverage({"level": 0.9, "method": "", "coverage": measured, **interval}, unit)
    assert said["reach"] == words


def drawn(interval, pairs=((1.0, 1.0), (10.0, 10.0))):
    """Return the scatter plot's band as (true, predicted) in the values' own unit."""
    plot = plots.scatter({"predicted": list(pairs)}, interval)
    corners = [tuple(map(float, corner.split(","))) for corner in plot.band.split()]
    return [(_value(plot.x, px), _value(plot.y, py)) for px, py in corners], plot


def _value(axis, place):
    return axis.low + (place - axis.start) / (axis.end - axis.start) * (axis.high - axis.low)


@pytest.mark.parametrize("interval", [ABSOLUTE, LOG, RATIO], ids=["absolute", "log", "ratio"])
@pytest.mark.parametrize("pairs", [((1.0, 1.0), (10.0, 10.0)), ((50.0, 60.0), (90.0, 80.0))], ids=["0", "50"])
def test_the_band_holds_the_answers_whose_interval_holds_the_truth(interval, pairs):
    """Every corner is on the edge of an interval or on that of the drawing, and the diagonal is inside."""
    corners, plot = drawn(interval, pairs)
    for true, predicted in corners:
        low, high = ends(interval)(max(predicted, 1e-9))
        on_edge = min(abs(true - low), abs(true - high)) < 0.02 * true
        at_border = any(
            abs(value - border) < 0.05
            for value, border in ((predicted, plot.y.low), (predicted, plot.y.high), (true, plot.x.low))
        )
        assert on_edge or at_border, (true, predicted)
    assert _inside(corners, (plot.x.low + plot.x.high) / 2)


def _inside(corners, value):
    """Tell whether (value, value) is inside a polygon, by counting the edges to its right."""
    crossed = 0
    for (x1, y1), (x2, y2) in zip(corners, [*corners[1:], corners[0]], strict=True):
        if (y1 > value) != (y2 > value):
            crossed += x1 + (value - y1) / (y2 - y1) * (x2 - x1) > value
    return crossed % 2 == 1


def test_a_count_that_may_be_nothing_has_a_band_up_to_the_top():
    """Any answer's interval holds a truth of 0 then."""
    corners, plot = drawn({"scale": "ratio", "quantile": [0.0, 2.0]})
    assert corners[0] == pytest.approx((plot.x.low, plot.y.high))
    assert _inside(corners, 5)


@pytest.mark.parametrize(
    ("interval", "marks", "divided"),
    [(ABSOLUTE, [-2, 0, 2], False), (LOG, [0.5, 1, 2], True), (RATIO, [0.25, 1, 1.5], True)],
    ids=["absolute", "log", "ratio"],
)
def test_the_errors_are_marked_where_the_interval_ends(interval, marks, divided):
    """Differences or ratios, as the bundle holds them."""
    plot = plots.errors({"residuals": {"edges": [0, 1, 3], "counts": [5, 5]}}, interval)
    assert [_value(plot.x, mark) for mark in plot.marks] == pytest.approx(marks, abs=0.01)
    assert plot.divided is divided
