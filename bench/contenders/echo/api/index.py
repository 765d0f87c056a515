"""The floor: a bare Flask app that answers the JSON that it got."""

from flask import Flask, Response, jsonify, request

app = Flask(__name__)


@app.post("/api/predict")
def predict() -> Response:
    """Answer what was sent."""
    return jsonify(request.get_json())
