"""The food drive: donations from three numbers, by two versions of one model."""

from tests.compat.row import Done, Json, Row, Text
from tests.compat.shape import ANY

_DRIVE = '{"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}'
_JSON = "-H 'content-type: application/json'"
_ONE = Json({"prediction": ("number",)})


def _check(version: str) -> str:
    return f"python tools/check_api.py --data '{_DRIVE}' --port 8000{version}"


FOOD_DRIVE = (
    Row(
        "`POST /v1/predict`",
        f"curl localhost:8000/v1/predict {_JSON} -d '{_DRIVE}'",
        _ONE,
    ),
    Row("`POST /v2/predict`", f"curl localhost:8000/v2/predict {_JSON} -d '{_DRIVE}'", _ONE),
    Row(
        "the same with a list",
        f"curl localhost:8000/v2/predict {_JSON} -d '[{_DRIVE}, {_DRIVE}]'",
        Json({"prediction": ["number"]}),
    ),
    Row(
        "`GET /health_status`",
        "curl localhost:8000/health_status",
        Json({"status": '"healthy"', "checks": {ANY: {"state": '"ready"'}}}),
    ),
    Row(
        "`GET /metrics`",
        "curl localhost:8000/metrics",
        Text(
            "text/plain", ("# TYPE ml_requests_total counter",), "Prometheus text, the same as `/api/metrics`"
        ),
    ),
    Row(
        "a script that checks one version",
        _check(""),
        Done(
            ("/v1/predict", "Status code: 200", '"prediction": ['),
            "the request, the status code and the answer, indented; exit code 0",
        ),
    ),
    Row(
        "the same for the other version",
        _check(" --version v2"),
        Done(("/v2/predict", "Status code: 200", '"prediction": ['), "the same"),
    ),
    Row(
        "training of both versions",
        "python -m training food-drive",
        Done(("food-drive",), "`food-drive/1` and `food-drive/2` in `ml-api/artifacts`"),
        brief=(("food-drive", "food-drive --artifacts FOLDER/food-drive"),),
        slow=True,
    ),
)
