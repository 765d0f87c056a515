"""Measuring an estimator that may refuse to be fitted again."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression, Ridge

from tests.training import models
from training.fitted import Fitted
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
    assert found.interval["method"] == "quantile of the absolute residuals of held-out rows"


def shuffled(table: Any) -> Any:
    """Return the rows in another order."""
    return table.iloc[np.random.default_rng(0).permutation(len(table))].reset_index(drop=True)
