"""Measuring an estimator that may refuse to be fitted again."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.ensemble import VotingRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from tests.training import models
from training.fitted import Fitted
from training.folds import ScoringError
from training.user_measure import Measuring, NotRefitted, cross_validated, on_held_out

PLAN = Measuring(repeats=1, seed=0, progress=lambda done, total: None)


class Stubborn(Ridge):
    """A ridge regression that can be fitted once."""

    def fit(self, X: Any, y: Any, sample_weight: Any = None) -> Any:
        """Refuse."""
        raise RuntimeError("the weights are gone")


def halves(fitted: Fitted) -> tuple[Fitted, Any, Any]:
    """Return the model with the first half of its table, and the other half as rows and target."""
    count = len(fitted.table) // 2
    known = replace(fitted, table=fitted.table[:count], target=fitted.target[:count])
    return known, fitted.inputs(fitted.table[count:]), fitted.target[count:]


def stubborn() -> Fitted:
    """Return a fitted model that can't be fitted again."""
    fitted = models.fitted(Ridge(), models.diabetes())
    fitted.estimator.__class__ = Stubborn
    return fitted


class Muddled(Ridge):
    """A ridge regression that is fitted again at will, but answers few rows at a time."""

    def predict(self, X: Any) -> Any:
        """Refuse many rows."""
        if len(X) > 200:
            raise RuntimeError("too many rows at once")
        return super().predict(X)


class Team(Ridge):
    """A ridge regression that keeps named members in a list of its own."""

    def __init__(self, members: Any = None) -> None:
        super().__init__()
        self.members = members


def frozen() -> FrozenEstimator:
    """Return a part that stays as it was fitted."""
    table = models.diabetes()
    return FrozenEstimator(StandardScaler().fit(table.drop(columns=models.TARGET)))


def frozen_ridge() -> FrozenEstimator:
    """Return a regression that stays as it was fitted."""
    table = models.diabetes()
    return FrozenEstimator(Ridge().fit(table.drop(columns=models.TARGET), table[models.TARGET]))


FROZEN = {
    "the whole": frozen_ridge,
    "a step": lambda: make_pipeline(frozen(), Ridge()),
    "a step of a member": lambda: VotingRegressor([("one", make_pipeline(frozen(), Ridge()))]),
    "in a list that no parameter names": lambda: Team([("scaler", make_pipeline(frozen(), Ridge()))]),
}


def test_clones_are_measured_by_cross_validation() -> None:
    """Five folds, once."""
    found = cross_validated(models.fitted(Ridge(), models.diabetes()), PLAN)
    assert "5-fold" in found.scoring["method"]
    assert found.scores["r2"].value > 0.3 > found.scores["r2"].dummy


def test_held_out_rows_are_measured_as_they_are() -> None:
    """All of them."""
    found = on_held_out(
        *halves(models.fitted(LogisticRegression(max_iter=999), shuffled(models.iris()))), PLAN
    )
    assert found.scoring["rows"] == 75


def test_a_model_that_can_not_be_fitted_again_asks_for_held_out_rows() -> None:
    """The option that helps is named, and why."""
    with pytest.raises(NotRefitted, match=r"the weights are gone(.|\n)*--test"):
        cross_validated(stubborn(), PLAN)


def test_held_out_rows_do_for_a_model_that_can_not_be_fitted_again() -> None:
    """Half of them show the residuals that its clones would have."""
    found = on_held_out(*halves(stubborn()), PLAN)
    assert found.scoring["rows"] == len(found.target) == 110 or found.scoring["rows"] == 111
    assert "can't be fitted again" in found.scoring["method"]
    assert found.interval is not None
    assert found.interval["method"] == "quantile of the absolute residuals of predictions for held-out rows"


@pytest.mark.parametrize("make", FROZEN.values(), ids=FROZEN.keys())
def test_a_model_with_a_frozen_part_is_not_cross_validated(make: Any) -> None:
    """Its clones would have seen the rows that they are asked."""
    with pytest.raises(NotRefitted, match=r"holds a part that is not refitted(.|\n)*--test"):
        cross_validated(models.fitted(make(), models.diabetes()), PLAN)


@pytest.mark.parametrize("make", FROZEN.values(), ids=FROZEN.keys())
def test_half_of_the_held_out_rows_do_for_a_model_with_a_frozen_part(make: Any) -> None:
    """The card says why."""
    found = on_held_out(*halves(models.fitted(make(), models.diabetes())), PLAN)
    assert found.scoring["method"].endswith("half of the rows, as a part of the model is not refitted")


def test_half_of_the_held_out_rows_do_where_clones_refuse_a_rare_category() -> None:
    """Which a part of the table lacks; the card does not say that fitting failed."""
    table = models.mixed()[["colour", "answer"]]
    table.loc[3, "colour"] = "violet"
    found = on_held_out(*halves(models.fitted(make_pipeline(OneHotEncoder(), Ridge()), table)), PLAN)
    assert "refuses other rows" in found.scoring["method"]


def test_a_fault_that_is_not_the_clones_is_raised() -> None:
    """Instead of a card that says something false."""
    fitted = models.fitted(Ridge(), models.diabetes())
    fitted.estimator.__class__ = Muddled
    with pytest.raises(RuntimeError, match="too many rows at once"):
        on_held_out(*halves(fitted), PLAN)


def test_a_class_that_only_the_held_out_rows_hold_is_refused() -> None:
    """Also for a model that could be measured on halves of them."""
    fitted = models.fitted(LogisticRegression(max_iter=999), models.iris())
    with pytest.raises(ScoringError, match="a class that the table does not have"):
        on_held_out(*halves(replace(fitted, estimator=FrozenEstimator(fitted.estimator))), PLAN)


def shuffled(table: Any) -> Any:
    """Return the rows in another order."""
    return table.iloc[np.random.default_rng(0).permutation(len(table))].reset_index(drop=True)
