"""Where a feature begins to be judged, to alarm and to confirm: each bound from its own side."""

import math

import pytest
from scipy import stats

from monitor import chi2, psi
from monitor.psi import Judged

ROWS, TRAINED = 400, 1000
EVEN = {"a": 500, "b": 500}


def threshold(alpha: float, bins: int, rows: int = ROWS, trained: int = TRAINED) -> float:
    """Return what chance explains, worked out by scipy."""
    return float((1 / trained + 1 / rows) * stats.chi2.isf(alpha, bins - 1))


def only(baseline, live) -> Judged:
    """Return the only feature's judgement."""
    return psi.judged({"f": baseline}, {"f": live})["f"]


@pytest.mark.parametrize(("rows", "judged"), [(149, False), (150, True), (151, True)])
def test_150_known_rows_are_enough(rows, judged):
    """Those of all bins together."""
    assert bool(psi.judged({"f": EVEN}, {"f": {"a": rows - 50, "b": 50}})) is judged


@pytest.mark.parametrize("bins", [2, 3, 10, 40])
def test_thresholds_are_those_of_chance(bins):
    """With as many degrees of freedom as there are bins but one."""
    baseline = {str(at): TRAINED // bins for at in range(bins)}
    live = {str(at): 200 // bins for at in range(bins)}
    found = only(baseline, live)
    sizes = {"rows": sum(live.values()), "trained": sum(baseline.values())}
    assert found.threshold == pytest.approx(max(0.1, threshold(0.01, bins, **sizes)), rel=1e-9)
    assert found.confirming == pytest.approx(max(0.1, threshold(0.05, bins, **sizes)), rel=1e-9)


def test_alpha_is_shared_among_the_features_that_are_judged():
    """One with too few rows takes no part of it; what confirms is not shared."""
    ten = {str(at): 100 for at in range(10)}
    live = {str(at): 20 for at in range(10)}
    features = {"f": ten, "g": ten, "few": ten}
    found = psi.judged(features, {"f": live, "g": live, "few": {**live, "0": 0, "1": 0, "2": 0, "3": 0}})
    assert found.keys() == {"f", "g"}
    for one in found.values():
        assert one.threshold == pytest.approx(threshold(0.005, 10, rows=200), rel=1e-9)
        assert one.confirming == pytest.approx(max(0.1, threshold(0.05, 10, rows=200)), rel=1e-9)


def test_a_feature_with_one_bin_can_not_move():
    """Whatever its rows, they are all there."""
    found = only({"a": 1000, "missing": 0}, {"a": 400, "missing": 0})
    assert (found.psi, found.threshold, found.confirming) == (0.0, 0.1, 0.1)
    assert not found.over
    assert not found.near


def test_a_bin_that_holds_rows_on_either_side_counts():
    """One that training had alone, and one that is new."""
    was = only({"a": 990, "b": 10}, {"a": 400, "b": 0})
    new = only({"a": 1000, "b": 0}, {"a": 390, "b": 10})
    assert was.psi == pytest.approx(psi.psi([990, 10], [400, 0]))
    assert new.psi == pytest.approx(psi.psi([1000, 0], [390, 10]))
    assert new.psi > was.psi > 0


def test_a_psi_of_an_empty_bin_by_hand():
    """Half a row stands for none."""
    by_hand = (0.5 / 201 - 20.5 / 101) * math.log((0.5 / 201) / (20.5 / 101))
    by_hand += (200.5 / 201 - 80.5 / 101) * math.log((200.5 / 201) / (80.5 / 101))
    assert psi.psi([20, 80], [0, 200]) == pytest.approx(by_hand, rel=1e-12)


@pytest.mark.parametrize(
    ("distance", "over", "near"),
    [(0.2, False, True), (0.2 + 1e-9, True, True), (0.1, False, False), (0.1 + 1e-9, False, True)],
)
def test_what_is_at_a_bound_is_not_beyond_it(distance, over, near):
    """An alarm begins beyond 0.2 here, and a confirmation beyond 0.1."""
    found = Judged(distance, threshold=0.2, confirming=0.1)
    assert (found.over, found.near) == (over, near)


def test_what_alarms_confirms():
    """Where few features share alpha, what confirms would ask for more than what alarms."""
    found = Judged(0.15, threshold=0.1, confirming=0.2)
    assert (found.over, found.near) == (True, True)
    assert not Judged(0.1, threshold=0.1, confirming=0.2).near


@pytest.mark.parametrize("x", [0.0, -1.0])
def test_everything_lies_beyond_nothing(x):
    """A chi-squared variable is never below zero."""
    assert chi2.tail(x, 3) == 1.0


@pytest.mark.parametrize("degrees", [1, 2, 7, 63, 200])
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.999, 1.0, 1.001, 1.1, 2.0, 5.0])
def test_tails_are_exact_on_both_sides_of_the_mean(degrees, share):
    """Two formulas meet there; far out, the relative error stays small too."""
    x = share * (degrees + 2)
    assert chi2.tail(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-11)


@pytest.mark.parametrize("alpha", [0.99, 0.5, 1e-6, 1e-12])
def test_quantiles_hold_far_out(alpha):
    """However many features share alpha."""
    for degrees in (1, 2, 30, 100):
        assert chi2.upper(alpha, degrees) == pytest.approx(stats.chi2.isf(alpha, degrees), rel=1e-9)
