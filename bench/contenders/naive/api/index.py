"""The design that most tutorials show: Flask, a joblib file, and a DataFrame per request."""

import os

import joblib
import pandas as pd
from flask import Flask, Response, jsonify, request

app = Flask(__name__)
model = joblib.load(os.environ["MODEL"])  # noqa: TID251 - the app's one setting


@app.post("/api/predict")
def predict() -> Response:
    """Answer {"predictions": [number, ...]} to a list of rows."""
    return jsonify(predictions=model.predict(pd.DataFrame(request.get_json())).tolist())
