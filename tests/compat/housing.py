"""The housing API and its exporter, which sent a table again with every scrape."""

import json

from tests.compat.row import Done, Json, Metrics, Row

_HOUSE = (
    '{"bedrooms": 3, "bathrooms": 1.5, "sqft_living": 1060, "sqft_lot": 9711, "floors": 1, "waterfront": 0, '
    '"view": 0, "condition": 3, "grade": 7, "yr_built": 1963, "lat": 47.41, "long": -122.32}'
)
_JSON = "-H 'content-type: application/json'"
_PRICES = Json({"prediction": ("number",)})
_BOSTON = (
    '[{"CRIM": 0.1, "ZN": 18, "INDUS": 2.3, "CHAS": 0, "NOX": 0.5, "RM": 6.6, "AGE": 65, "DIS": 4.1, '
    '"RAD": 1, "TAX": 296, "PTRATIO": 15.3, "B": 397, "LSTAT": 5}]'
)
_PROBLEM = {"type": "text", "title": "text", "status": "number", "detail": "text", "instance": "text"}
_REPLAY = "python tools/replay.py --csv rows.csv --url http://127.0.0.1:8000 --model house-price --port 8010"

HOUSING = (
    Row(
        "`POST /predict` with a list of rows", f"curl localhost:8000/predict {_JSON} -d '[{_HOUSE}]'", _PRICES
    ),
    Row(
        "the same, encoded twice, as its exporter sent it",
        f"curl localhost:8000/predict {_JSON} -d '{json.dumps(f'[{_HOUSE}]')}'",
        _PRICES,
    ),
    Row(
        "the same with Boston's columns",
        f"curl localhost:8000/predict {_JSON} -d '{_BOSTON}'",
        Json(_PROBLEM | {"errors": [{"pointer": "text", "detail": "text"}]}, 422, "application/problem+json"),
    ),
    Row(
        "training of the model",
        "python -m training house-price",
        Done(
            ("house-price",), "the next version of `house-price` in `ml-api/artifacts`, if anything changed"
        ),
        brief=(("house-price", "house-price --data FOLDER/houses.csv --artifacts FOLDER/house-price"),),
        slow=True,
    ),
    Row(
        "an exporter that plays a table through the API",
        f"{_REPLAY} --every 5",
        Metrics(
            (
                'model_result{prediction="prediction_value"} gauge',
                "model_replay_rows_total counter",
                "model_replay_errors_total counter",
                "http_request_duration_seconds{method, endpoint, status} histogram",
                "http_requests_total{method, endpoint, status} counter",
            )
        ),
        asked="curl localhost:8010/metrics",
        brief=(("rows.csv", "FOLDER/rows.csv"), ("--every 5", "--every 0.2")),
    ),
)
