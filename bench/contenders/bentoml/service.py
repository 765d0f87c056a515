"""A BentoML service: a joblib file, and a DataFrame that BentoML makes of each request."""

import os

import bentoml  # type: ignore[import-not-found]  # in an environment of its own
import joblib
import pandas as pd


@bentoml.service(workers=1)
class Model:
    """One estimator, loaded once per worker."""

    def __init__(self) -> None:
        self.model = joblib.load(os.environ["MODEL"])  # noqa: TID251 - the app's one setting

    @bentoml.api  # type: ignore[untyped-decorator]
    def predict(self, rows: pd.DataFrame) -> list[float]:
        """Answer one number per row to {"rows": [row, ...]}."""
        predictions: list[float] = self.model.predict(rows).tolist()
        return predictions
