"""The interval on the scale on which a model errs: its quantile, its ends, its measured coverage."""

from typing import Any

import numpy as np
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression, Ridge
from sklearn.model_selection import KFold

from training.folds import ScoringError
from training.interval_scale import Scale, ends, errors, held, in_words, quantile
from training.intervals import middle_ninety
from training.scores import measure, measure_on

RANDOM = np.random.default_rng(0)
X = RANDOM.uniform(1, 5, (400, 1))
PRICES = np.exp(X[:, 0] + RANDOM.normal(0, 0.3, 400))  # errors are factors: large prices are far off


def on_logarithm() -> Any:
    """Return a line through the logarithms, which is right here."""
    return TransformedTargetRegressor(LinearRegression(), func=np.log, inverse_func=np.exp)


def test_the_middle_ninety_have_the_ranks_that_are_promised() -> None:
    """Of 99 values the 5th and the 95th are taken, of few the ends."""
    assert middle_ninety(np.arange(99, 0, -1)) == (5, 95)
    assert middle_ninety(np.arange(1, 20)) == (1, 19)
    assert middle_ninety(np.array([3.0, 1.0])) == (1, 3)


@pytest.mark.parametrize(
    ("scale", "found", "low", "high"),
    [
        pytest.param("absolute", 2.0, [-1.0, 8.0], [3.0, 12.0], id="absolute"),
        pytest.param("log", float(np.log(2)), [0.5, 5.0], [2.0, 20.0], id="log"),
        pytest.param("ratio", [0.0, 1.5], [0.0, 0.0], [1.5, 15.0], id="ratio"),
    ],
)
def test_an_interval_ends_where_its_scale_says(
    scale: Scale, found: Any, low: list[float], high: list[float]
) -> None:
    """Around a prediction of 1 and one of 10."""
    given = ends(scale, found, np.array([1.0, 10.0]))
    assert given[0] == pytest.approx(low)
    assert given[1] == pytest.approx(high)


@pytest.mark.parametrize("scale", ["absolute", "log", "ratio"])
def test_nine_of_ten_of_its_own_errors_are_inside(scale: Scale) -> None:
    """The quantile is that of the errors, on every scale."""
    predicted = np.exp(X[:, 0])
    inside = held(scale, quantile(scale, PRICES, predicted), PRICES, predicted)
    assert 0.9 <= inside.mean() <= 0.91


@pytest.mark.parametrize("scale", ["log", "ratio"])
def test_a_prediction_of_nothing_has_no_interval(scale: Scale) -> None:
    """On a scale of factors it holds nothing, not even itself, and no quantile is taken from it."""
    found: Any = 0.5 if scale == "log" else [0.5, 2.0]
    assert held(scale, found, np.array([0.0, -1.0, 1.0]), np.array([0.0, -1.0, 1.0])).tolist() == [0, 0, 1]
    with pytest.raises(ScoringError, match=f"the {scale} scale of the interval needs predictions above 0"):
        quantile(scale, np.ones(2), np.array([1.0, 0.0]))


def test_a_count_of_nothing_has_no_logarithm_but_a_ratio() -> None:
    """So counts go by the ratio."""
    truth, predicted = np.array([0.0, 1.0, 2.0]), np.ones(3)
    with pytest.raises(ScoringError, match="the log scale of the interval needs a target above 0"):
        quantile("log", truth, predicted)
    assert quantile("ratio", truth, predicted) == [0.0, 2.0]


def test_the_measured_coverage_equals_a_computation_by_hand() -> None:
    """Each fold's interval comes from its own training part's out-of-fold answers."""
    measured = measure(on_logarithm(), X, PRICES, "regression", repeats=1, folds=3, inner=4, scale="log")
    shares = []
    for train, test in KFold(3, shuffle=True, random_state=0).split(X):
        off = np.sort(np.abs(_off(X[train], PRICES[train])))
        reach = off[int(np.ceil((len(train) + 1) * 0.9)) - 1]
        answers = on_logarithm().fit(X[train], PRICES[train]).predict(X[test])
        shares.append(np.mean(np.abs(np.log(PRICES[test] / answers)) <= reach))
    assert measured.interval is not None
    assert measured.interval["coverage"]["value"] == pytest.approx(np.mean(shares))
    assert measured.interval["scale"] == "log"
    assert measured.interval["method"].endswith("of the logarithms of 4-fold out-of-fold predictions")


def _off(inputs: Any, target: Any) -> Any:
    found = [
        np.log(target[test] / on_logarithm().fit(inputs[train], target[train]).predict(inputs[test]))
        for train, test in KFold(4, shuffle=True, random_state=0).split(inputs)
    ]
    return np.concatenate(found)


@pytest.mark.parametrize("scale", ["absolute", "log", "ratio"])
def test_the_right_scale_covers_small_and_large_alike(scale: Scale) -> None:
    """Where errors are factors, an interval of one width fails the large ones."""
    measured = measure(on_logarithm(), X, PRICES, "regression", repeats=1, scale=scale)
    assert measured.interval is not None
    predicted = measured.out_of_fold.predictions
    inside = held(scale, measured.interval["quantile"], PRICES, predicted)
    large = inside[np.argsort(predicted)[-133:]].mean()
    assert 0.86 <= measured.interval["coverage"]["value"] <= 0.94
    assert (large < 0.8) if scale == "absolute" else (large > 0.84)


def test_held_out_rows_are_measured_on_the_scale_too() -> None:
    """With two quantiles for the ratio."""
    fitted = on_logarithm().fit(X[:300], PRICES[:300])
    found = measure_on(fitted, X[:300], PRICES[:300], "regression", X[300:], PRICES[300:], scale="ratio")
    assert found.interval is not None
    low, high = found.interval["quantile"]
    assert 0 < low < 1 < high
    answers = fitted.predict(X[300:])
    share = np.mean((answers * low <= PRICES[300:]) & (PRICES[300:] <= answers * high))
    assert found.interval["coverage"]["value"] == pytest.approx(share)


def test_a_model_that_falls_below_nothing_is_not_measured_by_factors() -> None:
    """Ridge regression is straight, so it does."""
    with pytest.raises(ScoringError, match="needs predictions above 0"):
        measure(Ridge(), X, PRICES, "regression", repeats=1, scale="ratio")


def test_errors_are_told_as_people_read_them() -> None:
    """Differences on the absolute scale, ratios on the others."""
    truth, predicted = np.array([2.0]), np.array([4.0])
    assert [float(errors(scale, truth, predicted)[0]) for scale in ("absolute", "log", "ratio")] == [
        -2,
        0.5,
        0.5,
    ]
    assert in_words("absolute", 9.02, "points") == "+-9.02 points"
    assert in_words("absolute", 9.02, None) == "+-9.02"
    assert in_words("log", float(np.log(1.5)), "dollars") == "prediction / 1.5 to * 1.5"
    assert in_words("ratio", [0.25, 2.0], "bags") == "prediction * 0.25 to * 2"
