"""Vetiver: the model with a row that shows what it takes, served by vetiver's own FastAPI app."""

import os

import joblib
import pandas as pd
from vetiver import VetiverAPI, VetiverModel  # type: ignore[import-not-found]  # in an environment of its own

ROW = {
    "gender": "female",
    "race_ethnicity": "group B",
    "parental_level_of_education": "bachelor's degree",
    "lunch": "standard",
    "test_preparation_course": "none",
    "reading_score": 72,
    "writing_score": 74,
}

estimator = joblib.load(os.environ["MODEL"])  # noqa: TID251 - the app's one setting
model = VetiverModel(estimator, model_name="math-score", prototype_data=pd.DataFrame([ROW]))
app = VetiverAPI(model).app
