"""PSI against chance: rarely an alarm where nothing moved, nearly always one where something did."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from monitor import chi2, psi

ALPHAS = (0.2, 0.05, 0.01, 0.001, 0.01 / 7, 0.01 / 200)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_quantiles_are_those_of_scipy(alpha):
    """For every number of bins that is judged."""
    for degrees in range(1, 64):
        assert chi2.upper(alpha, degrees) == pytest.approx(stats.chi2.isf(alpha, degrees), rel=1e-9)


@given(st.floats(0, 500), st.integers(1, 64))
def test_tails_are_those_of_scipy(x, degrees):
    """Also far out."""
    assert chi2.tail(x, degrees) == pytest.approx(stats.chi2.sf(x, degrees), rel=1e-6, abs=1e-12)


def test_a_psi_by_hand():
    """Two bins, each count with its half added."""
    p, q = (10.5 / 41, 30.5 / 41), (20.5 / 41, 20.5 / 41)
    by_hand = (q[0] - p[0]) * math.log(q[0] / p[0]) + (q[1] - p[1]) * math.log(q[1] / p[1])
    assert psi.psi([10, 30], [20, 20]) == pytest.approx(by_hand)


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=60))
def test_the_same_counts_are_no_distance(counts):
    """And none is below zero."""
    assert psi.psi(counts, counts) == 0
    assert psi.psi(counts, counts[::-1]) >= 0


def test_bins_that_are_empty_in_both_do_not_count():
    """A closed category has no `other`, and its threshold is that of its real bins."""
    bare = {"f": {"a": 500, "b": 500}}
    padded = {"f": {"a": 500, "b": 500, "other": 0, "missing": 0}}
    live = {"f": {"a": 90, "b": 110, "other": 0, "missing": 0}}
    assert psi.judged(padded, live) == psi.judged(bare, live)


def test_a_value_that_training_never_saw_alarms():
    """All of a sudden a fifth is missing."""
    (found,) = psi.judged(
        {"f": {"0": 500, "1": 500, "missing": 0}}, {"f": {"0": 80, "1": 80, "missing": 40}}
    ).values()
    assert found.over


def test_very_many_rows_alarm_for_no_trifle():
    """A tenth is the least that does."""
    (found,) = psi.judged({"f": {"0": 50_000, "1": 50_000}}, {"f": {"0": 510_000, "1": 490_000}}).values()
    assert (found.threshold, found.over) == (psi.LEAST, False)


def test_few_rows_of_a_feature_are_not_judged():
    """Nothing is said of it."""
    assert psi.judged({"f": {"0": 500, "1": 500}}, {"f": {"0": 149, "1": 0}}) == {}
