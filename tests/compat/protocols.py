"""Two protocols that clients of other servers speak."""

from tests.compat.row import Json, Row, Text

_JSON = "-H 'content-type: application/json'"
_NAMED = {"name": "text", "datatype": "text", "shape": ["number"]}
_READY = Json({"name": "text", "ready": "boolean"})
_DRIVE = '{"time_spent": 30, "doors_in_route": 50, "assessed_value": 200000}'
_COLUMNS = '["time_spent", "doors_in_route", "assessed_value"]'
_MODEL = "localhost:8000/v2/models/food-drive/versions/2"
_TENSORS = ", ".join(
    f'{{"name": "{name}", "shape": [1], "datatype": "FP64", "data": [{value}]}}'
    for name, value in (("time_spent", 30), ("doors_in_route", 50), ("assessed_value", 200000))
)


_INVOCATIONS = "'localhost:8000/invocations?model="
_PREDICTIONS = Json({"predictions": ("number",)})


def _scored(form: str, body: str) -> Row:
    command = f"curl {_INVOCATIONS}food-drive' {_JSON} -d '{body}'"
    return Row(f"MLflow: `POST /invocations` with `{form}`", command, _PREDICTIONS)


PROTOCOLS = (
    Row(
        "Open Inference Protocol: `GET /v2`",
        "curl localhost:8000/v2",
        Json({"name": "text", "version": "text", "extensions": "list"}),
    ),
    Row("`GET /v2/health/live`", "curl localhost:8000/v2/health/live", Json({"live": "boolean"})),
    Row("`GET /v2/health/ready`", "curl localhost:8000/v2/health/ready", Json({"ready": "boolean"})),
    Row(
        "`GET /v2/models/{model}`, with `/versions/{version}` too",
        f"curl {_MODEL}",
        Json(
            {
                "name": "text",
                "versions": ["text"],
                "platform": "text",
                "inputs": [_NAMED],
                "outputs": [_NAMED],
                "properties": "object",
            }
        ),
    ),
    Row("`GET /v2/models/{model}/ready`", f"curl {_MODEL}/ready", _READY),
    Row(
        "`POST /v2/models/{model}/infer`",
        f'curl {_MODEL}/infer {_JSON} -d \'{{"id": "a", "inputs": [{_TENSORS}]}}\'',
        Json(
            {
                "id": '"a"',
                "model_name": "text",
                "model_version": "text",
                "outputs": [_NAMED | {"data": ["number"]}],
            }
        ),
    ),
    _scored(
        "dataframe_split",
        f'{{"dataframe_split": {{"columns": {_COLUMNS}, "data": [[30, 50, 200000]]}}}}',
    ),
    _scored("dataframe_records", f'{{"dataframe_records": [{_DRIVE}]}}'),
    _scored("instances", f'{{"instances": [{_DRIVE}]}}'),
    _scored("inputs", '{"inputs": {"time_spent": [30], "doors_in_route": [50], "assessed_value": [200000]}}'),
    Row(
        "MLflow: `POST /invocations` with `text/csv`",
        f"curl {_INVOCATIONS}house-price' -H 'content-type: text/csv' --data-binary @rows.csv",
        Json({"predictions": ["number"]}),
        brief=(("rows.csv", "FOLDER/rows.csv"),),
    ),
    Row("`GET /ping`", "curl localhost:8000/ping", Text("text/plain", ("\n",), "an empty line")),
    Row(
        "`GET /version`",
        "curl localhost:8000/version",
        Text("text/plain", ("3.",), "the release of MLflow whose protocol this is"),
    ),
)
