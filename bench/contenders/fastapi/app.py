"""FastAPI with the row as a pydantic model, a joblib file, and a DataFrame per request."""

import os
from typing import Annotated, Literal

import joblib
import pandas as pd
from fastapi import FastAPI
from pydantic import BaseModel, Field

app = FastAPI()
model = joblib.load(os.environ["MODEL"])  # noqa: TID251 - the app's one setting
Score = Annotated[int, Field(ge=0, le=100)]


class Row(BaseModel):
    """One student, as the model's card has it."""

    gender: Literal["female", "male"]
    race_ethnicity: Literal["group A", "group B", "group C", "group D", "group E"]
    parental_level_of_education: Literal[
        "some high school",
        "high school",
        "some college",
        "associate's degree",
        "bachelor's degree",
        "master's degree",
    ]
    lunch: Literal["standard", "free/reduced"]
    test_preparation_course: Literal["none", "completed"]
    reading_score: Score
    writing_score: Score


class Answer(BaseModel):
    """One number per row, in order."""

    predictions: list[float]


@app.post("/predict")
def predict(rows: list[Row]) -> Answer:
    """Answer a list of rows."""
    table = pd.DataFrame([row.model_dump() for row in rows])
    return Answer(predictions=model.predict(table).tolist())
