"""Targets and columns that pack can't use as they are."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from sklearn.tree import DecisionTreeClassifier

from training.infer_columns import InferenceFault
from training.infer_target import Target, output
from training.user_model import UserModel
from training.user_table import plain


def test_a_model_of_several_targets_is_refused() -> None:
    """With what to do instead."""
    both = DecisionTreeClassifier().fit([[0], [1]], [[0, 0], [1, 1]])
    with pytest.raises(InferenceFault, match="several targets at once; pack one model per target"):
        output(UserModel(both, "classification"), Target("answer"), np.array([0, 1]))


def test_a_class_that_json_has_no_name_for_is_refused() -> None:
    """An estimator of a person's own may know any; whole numbers that turned into floats are whole again."""
    values = np.array([0.0, 1.0])
    own = UserModel(SimpleNamespace(classes_=values), "classification")
    assert [repr(each) for each in output(own, Target("answer"), values).classes] == ["0", "1"]
    odd = UserModel(SimpleNamespace(classes_=values + 0.5), "classification")
    with pytest.raises(InferenceFault, match="a whole number or a boolean, not a float"):
        output(odd, Target("answer"), values)


def test_times_of_a_zone_are_plain_objects() -> None:
    """The type is pandas' own, which no row from JSON has; the times are the same, and so are the gaps."""
    times = pd.Series(pd.to_datetime(["2024-01-01", None], utc=True), index=[7, 8])
    found = plain(times)
    assert found.dtype == object
    assert found[0] == times[7]
    assert found.isna().tolist() == [False, True]
