"""The parts that the recipes' estimators are built of."""

from collections.abc import Sequence
from typing import Any

from sklearn.compose import ColumnTransformer
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from training.recipes.recipe import Column


def tabular(columns: Sequence[Column], estimator: Any) -> Pipeline:
    """Return an estimator behind one-hot categories and scaled numbers, fitted on an array.

    Columns go by position, so that serving by scikit-learn needs no pandas.
    """
    categories = [at for at, column in enumerate(columns) if column.kind == "category"]
    numbers = [at for at, column in enumerate(columns) if column.kind != "category"]
    known = [list(columns[at].values) for at in categories]
    encode = ColumnTransformer(
        [
            ("categories", OneHotEncoder(categories=known, sparse_output=False), categories),
            ("numbers", StandardScaler(), numbers),
        ]
    )
    return make_pipeline(encode, estimator)
