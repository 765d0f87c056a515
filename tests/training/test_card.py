"""The card: its keys in the contract's order, its numbers finite, its parts counted right."""

import json
from itertools import pairwise
from pathlib import Path

import jsonschema
import numpy as np
import pandas as pd
import pytest

from tests.training import fits
from training.baseline import baseline
from training.card import assemble, render, short
from training.features import Feature
from training.fitted import Answers, Fitted
from training.measured import Measured
from training.plots import plots
from training.scores import measure

CONTRACT = Path(__file__).resolve().parents[2] / "docs" / "bundle.md"
MODELS = [pytest.param(fits.regression(), id="regression"), pytest.param(fits.classification(), id="classes")]


def measured(fitted: Fitted) -> Measured:
    """Return what little measuring a card needs."""
    inputs = fitted.inputs(fitted.table)
    return measure(fitted.estimator, inputs, fitted.target, fitted.task, repeats=1, folds=2, inner=2)


def card(fitted: Fitted) -> dict[str, object]:
    """Return a card of a small model, read back from its bytes."""
    made = assemble(
        fitted=fitted,
        measured=measured(fitted),
        name="toy",
        version="1",
        title="Toy",
        description="A toy.",
        engine={"name": "sklearn", "form": "array", "reason": "a test"},
        files={"model.joblib": b"abc"},
        tolerance=1e-9,
        explain={"method": "none", "scale": "output", "reason": "a test"},
        data={"source": "a test"},
        candidates=[],
        limitations=["None."],
        seed=0,
    )
    read: dict[str, object] = json.loads(render(made))
    return read


@pytest.mark.parametrize("fitted", MODELS)
def test_the_keys_are_the_contracts_in_its_order(fitted: Fitted) -> None:
    """The table in docs/bundle.md and the card name the same keys."""
    part = CONTRACT.read_text().split("## bundle.json")[1].split("### features")[0]
    first_cells = [line.split("|")[1] for line in part.splitlines() if line.startswith("| `")]
    keys = [key.strip().strip("`") for cell in first_cells for key in cell.split(",")]
    assert list(card(fitted)) == keys


@pytest.mark.parametrize("fitted", MODELS)
def test_the_schema_takes_every_golden(fitted: Fitted) -> None:
    """The input's schema is valid, and its example and the goldens hold to it."""
    made = json.loads(json.dumps(card(fitted)))
    jsonschema.Draft202012Validator.check_schema(made["input"])
    validator = jsonschema.Draft202012Validator(made["input"])
    for row in [*made["input"]["examples"], *(golden["input"] for golden in made["goldens"])]:
        validator.validate(row)


def test_no_number_that_json_does_not_have_is_written() -> None:
    """A NaN stops the writing."""
    with pytest.raises(ValueError, match="Out of range float"):
        render({"format": 1, "scores": {"r2": float("nan")}})


def test_measured_numbers_are_short() -> None:
    """Six significant digits, at any depth, and nothing else is touched."""
    assert short({"a": [0.123456789, 1234567.8], "b": True, "c": None, "d": 12345678}) == {
        "a": [0.123457, 1234570.0],
        "b": True,
        "c": None,
        "d": 12345678,
    }


def test_the_interval_is_served_as_it_was_found() -> None:
    """The quantile is not rounded: answers are made of it."""
    fitted = fits.regression()
    found = measured(fitted).interval
    assert found is not None
    interval = card(fitted)["interval"]
    assert isinstance(interval, dict)
    assert interval["quantile"] == found["quantile"]


def test_the_baseline_counts_every_row_once() -> None:
    """Bins hold edges[i-1] <= x < edges[i]; equal edges are one; missing values are apart."""
    rows = pd.DataFrame({"n": [0.0] * 9 + [float(n) for n in range(1, 13)] + [np.nan]})
    feature = Feature(name="n", kind="number", typical=0.0, low=0.0, high=12.0, nullable=True)
    counted = baseline([feature], rows)["features"]["n"]
    edges = np.unique(np.quantile(rows["n"].dropna(), np.linspace(0.1, 0.9, 9)))
    assert counted["edges"] == edges.tolist()
    inner = [-np.inf, *edges, np.inf]
    by_hand = [sum(low <= x < high for x in rows["n"]) for low, high in pairwise(inner)]
    assert counted["counts"] == by_hand
    assert (counted["missing"], sum(by_hand)) == (1, 21)


def test_a_rare_value_of_few_has_a_bin_of_its_own() -> None:
    """Deciles of a waterfront that one house in fifty has would all be 0."""
    rows = pd.DataFrame({"n": [0] * 98 + [1] * 2})
    feature = Feature(name="n", kind="integer", typical=0, low=0, high=1)
    counted = baseline([feature], rows)["features"]["n"]
    assert counted == {"edges": [1.0], "counts": [98, 2], "missing": 0}


def test_the_baseline_counts_categories_in_their_order() -> None:
    """Categories as the feature lists them, booleans as false and true."""
    counted = baseline(fits.FEATURES, fits.table())
    colours = fits.table()["colour"].tolist()
    assert counted["rows"] == 60
    assert counted["features"]["colour"] == {
        "values": list(fits.COLOURS),
        "counts": [colours.count(colour) for colour in fits.COLOURS],
        "other": 0,
        "missing": 0,
    }
    assert counted["features"]["new"]["values"] == [False, True]
    assert counted["features"]["width"]["missing"] == sum(fits.table()["width"].isna())


def test_the_confusion_and_calibration_count_every_row() -> None:
    """Row = true class; confidence in bins; by hand on five rows."""
    fitted = fits.classification(("a", "b"))
    chances = np.array([[0.9, 0.1], [0.6, 0.4], [0.35, 0.65], [0.0, 1.0], [0.92, 0.08]])
    said, truth = np.array(["a", "a", "b", "b", "a"]), np.array(["a", "b", "b", "b", "a"])
    answers = Measured(scores={}, scoring={}, interval=None, out_of_fold=Answers(said, chances), target=truth)
    drawn = plots(answers, fitted.output, "classification", 0)
    assert drawn["confusion"] == [[2, 0], [1, 2]]
    assert [(bin_["rows"], bin_["observed"]) for bin_ in drawn["calibration"]] == [(2, 0.5), (3, 1.0)]
    assert drawn["calibration"][1]["predicted"] == pytest.approx((0.9 + 1.0 + 0.92) / 3)


def test_the_plot_of_a_regression_is_small() -> None:
    """At most 200 points, and every residual in a bin."""
    truth = np.arange(500.0)
    answers = Answers(truth + np.sin(truth))
    interval = {"scale": "absolute"}
    found = Measured(scores={}, scoring={}, interval=interval, out_of_fold=answers, target=truth)
    drawn = plots(found, fits.regression().output, "regression", 0)
    assert len(drawn["predicted"]) == 200
    assert all(abs(true - said) <= 1 for true, said in drawn["predicted"])
    assert sum(drawn["residuals"]["counts"]) == 500
