"""Rows from a card's baseline: their bins, their drift, their faults and their made-up truths."""

import argparse
import json
from collections import Counter
from random import Random
from statistics import mean, pstdev

import pytest

from mlapi.bins import Bins
from mlapi.columns import to_columns
from mlapi.faults import RowCheck
from tests.tools.cards import BIRD, HOUSE, card
from tests.tools.conftest import ROOT
from tools.card import parse
from tools.simulating import draw, drift, faulty, truth
from tools.terminal import ToolError

ARTIFACTS = ROOT / "ml-api" / "artifacts"
SHIPPED = sorted(ARTIFACTS.glob("*/*/bundle.json"))
ROWS = 4_000


def drawn(columns, rows=ROWS):
    """Return rows that are the same in every run."""
    rng = Random(7)
    return [draw.row(columns, rng) for _ in range(rows)]


def bundle_of(file):
    """Return a shipped card as it stands in its file."""
    return json.loads(file.read_text())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: "-".join(file.parts[-3:-1]))
def test_what_is_drawn_falls_into_the_bins_of_training(file):
    """As often as the training data did, counted by the API itself; and it refuses none of it."""
    bundle = bundle_of(file)
    found = drawn(draw.columns(parse({"bundle": bundle}, "")))
    assert not RowCheck(bundle["input"])(found, lambda at: f"/{at}", suspicious=False)
    tally = Bins(("m", "1"), bundle["baseline"])(to_columns(bundle["features"], found))
    counts = {(key[3], key[4]): count for key, count in ((json.loads(k), n) for k, n in tally.items())}
    rows = bundle["baseline"]["rows"]
    for name, said in bundle["baseline"]["features"].items():
        labels = [str(value) for value in said.get("values", range(len(said["counts"])))]
        for label, expected in zip(labels, said["counts"], strict=True):
            share = expected / rows
            # Five standard errors, and a little for values that rounding carries over an edge.
            allowed = 5 * (share * (1 - share) / ROWS) ** 0.5 + 0.005
            assert abs(counts.get((name, label), 0) / ROWS - share) <= allowed, (name, label)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: "-".join(file.parts[-3:-1]))
def test_what_is_drawn_is_inside_the_range_of_training(file):
    """So that an answer carries no warning."""
    features = bundle_of(file)["features"]
    rows = drawn(draw.columns(parse({"bundle": bundle_of(file)}, "")), 2_000)
    for feature in (each for each in features if "low" in each):
        values = [row[feature["name"]] for row in rows]
        assert min(values) >= feature["low"] - 0.001
        assert max(values) <= feature["high"] + 0.001
        assert feature["kind"] != "integer" or all(isinstance(value, int) for value in values)


def test_missing_values_are_null_as_often_as_they_were():
    """A boolean stays one."""
    counts = Counter(row["garden"] for row in drawn(draw.columns(card())))
    assert counts.keys() == {None, True, False}
    assert counts[None] / ROWS == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize(
    "said",
    [
        {"edges": [1.0], "counts": [1], "missing": 0},
        {"edges": [1.0], "counts": [0, 0], "missing": 0},
        {"edges": [1.0], "counts": [1, -1], "missing": 0},
        {"counts": [1]},
        None,
    ],
    ids=["too few", "nothing", "negative", "no bins", "absent"],
)
def test_a_card_without_a_baseline_is_said(said):
    """Nothing is made up instead."""
    baseline = {"features": HOUSE["baseline"]["features"] | {"rooms": said}}
    with pytest.raises(ToolError, match="no baseline"):
        draw.columns(card(baseline=baseline))


def test_a_number_without_edges_lies_within_its_range():
    """A feature that was nearly constant."""
    baseline = {
        "features": HOUSE["baseline"]["features"] | {"area": {"edges": [], "counts": [9], "missing": 0}}
    }
    assert all(20 <= row["area"] <= 300 for row in drawn(draw.columns(card(baseline=baseline)), 100))


def values(name, *drifts, bundle=None):
    """Return what is drawn of one feature of the maths model after drifts."""
    found = bundle or bundle_of(ARTIFACTS / "math-score" / "1" / "bundle.json")
    columns = drift.drifted(
        draw.columns(parse({"bundle": found}, "")), [drift.parse(each) for each in drifts]
    )
    return [row[name] for row in drawn(columns)]


@pytest.mark.parametrize("by", [-0.5, 0.5])
def test_a_number_moves_by_so_many_deviations(by):
    """Within its hard limits, and the other features stay as they were."""
    before, after = values("reading_score"), values("reading_score", f"reading_score={by}sd")
    assert (mean(after) - mean(before)) / pstdev(before) == pytest.approx(by, abs=0.07)
    assert 0 <= min(after) <= max(after) <= 100
    assert all(isinstance(value, int) for value in after)
    assert values("writing_score", f"reading_score={by}sd") == values("writing_score")


def test_a_number_stops_at_its_hard_limits():
    """The API takes every row."""
    assert set(values("reading_score", "reading_score=+99sd")) == {100}


@pytest.mark.parametrize(("by", "expected"), [("+20", 0.849), ("-20", 0.449), ("+90", 1.0), ("-90", 0.0)])
def test_a_categorys_share_rises_by_points(by, expected):
    """At the cost of the others."""
    found = values("lunch", f"lunch=standard:{by}%")
    assert found.count("standard") / ROWS == pytest.approx(expected, abs=0.04)


def test_the_others_keep_their_proportions():
    """Three values: one rises, two share what is left as before."""
    columns = draw.columns(card(BIRD))
    (garden,) = [column for column in columns if column.name == "garden"]
    assert draw.reshared(garden, True, 0.2).weights == pytest.approx([0.45, 0.4, 0.15])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=-0.5sd", drift.Drift("a", -0.5)),
        ("a=2sd", drift.Drift("a", 2.0)),
        ("a=b:+20%", drift.Drift("a", 0.2, "b")),
        ("a=b=c:d:-5%", drift.Drift("a", -0.05, "b=c:d")),
        ("parental level=bachelor's degree:1%", drift.Drift("parental level", 0.01, "bachelor's degree")),
    ],
)
def test_drift_has_two_forms(text, expected):
    """A category may hold nearly anything."""
    assert drift.parse(text) == expected


@pytest.mark.parametrize(
    "text", ["", "a", "a=1", "a=sd", "a=b:20", "=1sd", "a=1e3sd", "a=b:%", "a=infsd", f"a={'9' * 400}sd"]
)
def test_what_is_no_drift_is_refused(text):
    """With both forms."""
    with pytest.raises(argparse.ArgumentTypeError, match=r"FEATURE=-0\.5sd"):
        drift.parse(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("size=1sd", "no such feature; there are: rooms, area"),
        ("rooms=gas:+1%", "use FEATURE=-0.5sd for a number"),
        ("heating=1sd", "use FEATURE=-0.5sd for a number"),
        ("heating=wood:+1%", "no such value; there are: gas, oil"),
    ],
)
def test_drift_that_does_not_fit_the_model_is_said(text, said):
    """With what would."""
    with pytest.raises(ToolError, match=said):
        drift.drifted(draw.columns(card()), [drift.parse(text)])


def test_drift_is_told_once():
    """Two shifts of one number would be a guess; two values of a category are not."""
    drifts = [drift.parse(text) for text in ("heating=gas:+1%", "heating=oil:-1%", "rooms=1sd", "rooms=2sd")]
    assert len(drift.drifted(draw.columns(card()), drifts[:3])) == 4
    with pytest.raises(ToolError, match="rooms: told twice"):
        drift.drifted(draw.columns(card()), drifts)


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: "-".join(file.parts[-3:-1]))
def test_every_fault_is_one(file):
    """The API's own check refuses each spoilt row; every kind comes about."""
    bundle = bundle_of(file)
    check, columns = RowCheck(bundle["input"]), draw.columns(parse({"bundle": bundle}, ""))
    rng, kinds = Random(3), Counter()
    for row in drawn(columns, 300):
        kinds[faulty.spoil(row, bundle["features"], rng)] += 1
        assert check([row], lambda at: "", suspicious=False).total >= 1
    assert {"unknown", "missing", "type", "range"} <= kinds.keys()


def test_a_made_up_truth_is_as_far_off_as_the_card_says():
    """Normal noise around the answer."""
    rng = Random(1)
    off = [truth.simulated(card(), 100.0, rng) - 100.0 for _ in range(ROWS)]
    assert pstdev(off) == pytest.approx(20_000, rel=0.05)
    assert mean(off) == pytest.approx(0, abs=1_500)


def test_a_made_up_class_is_right_as_often_as_the_card_says():
    """Else it is one of the others."""
    rng = Random(1)
    found = Counter(truth.simulated(card(BIRD), "b", rng) for _ in range(ROWS))
    assert found["b"] / ROWS == pytest.approx(0.9, abs=0.02)
    assert found["a"] > 100 < found["c"]


def test_a_card_without_that_score_is_said():
    """No truth can be made."""
    with pytest.raises(ToolError, match="no rmse"):
        truth.expected(card(scores={}))
