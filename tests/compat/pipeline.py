"""The training pipeline: an API for maths scores, a metrics server, a simulated monitor."""

from tests.compat.row import Done, Json, Metrics, Row, Text
from tests.compat.shape import ANY

_STUDENT = (
    '{"gender": "female", "race_ethnicity": "group B", "parental_level_of_education": "some college", '
    '"lunch": "standard", "test_preparation_course": "none", "reading_score": 72, "writing_score": 74}'
)
_MODEL = {"name": "text", "version": "text", "sha256": "text"}
_NUMBER = "number or null"
_FIVE = Json(
    {
        "data_processed": "number",
        "throughput": _NUMBER,
        "accuracy": _NUMBER,
        "latency": _NUMBER,
        "pipelines": "number",
    }
)
_SCORES = (
    "ml_model_r2_score{model, model_version} gauge",
    "ml_model_rmse{model, model_version} gauge",
    "ml_model_mae{model, model_version} gauge",
    "ml_model_accuracy{model, model_version} gauge",
)
_RUNS = (
    "ml_pipeline_success{pipeline} gauge",
    "ml_pipeline_duration_seconds{pipeline} gauge",
    "ml_data_ingestion_success{pipeline} gauge",
    "ml_data_validation_success{pipeline} gauge",
)
_LIVE = {"at": "text", "missing": "text or null"} | dict.fromkeys(
    ("throughput", "accuracy", "mae", "latency"), _NUMBER
)
_HEALTH = {"status": '"healthy"', "verified": "number", "listed": "number", "reasons": "object"}
_BUNDLE = {
    "name": "text",
    "version": "text",
    "state": '"verified"',
    "engine": "text",
    "sha256": "text",
    "synthetic_data": "boolean",
    "scores": {ANY: "number"},
}
_RUN = {"name": "text", "success": "boolean", "seconds": "number"}
_PIPELINE = _RUN | {"finished_at": "text", "stages": [_RUN]}

PIPELINE = (
    Row(
        "`POST /api/predict` on the main API",
        f"curl localhost:8000/api/predict -H 'content-type: application/json' -d '{_STUDENT}'",
        Json(
            {
                "id": "text",
                "prediction": "number",
                "unit": "text",
                "interval": {"level": "number", "low": "number", "high": "number"},
                "warnings": "list",
                "model": _MODEL,
                "receipt?": "text",
            }
        ),
    ),
    Row(
        "`GET /api/health`",
        "curl localhost:8000/api/health",
        Json(
            {
                "status": '"healthy"',
                "default_model": {"name": "text", "version": "text"},
                "checks": {ANY: {"state": "text"}},
            }
        ),
    ),
    Row(
        "`GET /api/model-info`",
        "curl localhost:8000/api/model-info",
        Json({"bundle": "object", "run": "object", "failed_run": "object or null", "sha256": "text"}),
    ),
    Row(
        "`GET /api/dashboard` on the monitor",
        "curl localhost:8001/api/dashboard",
        Text("text/html", ("<title>",), "a page that refreshes itself, from what was measured"),
    ),
    Row("`GET /api/metrics` on the monitor, as JSON", "curl 'localhost:8001/api/metrics?format=json'", _FIVE),
    Row(
        "the same, asked for by `Accept`",
        "curl localhost:8001/api/metrics -H 'accept: application/json'",
        _FIVE,
    ),
    Row("the monitor for Prometheus", "curl localhost:8001/api/metrics", Metrics(_SCORES + _RUNS)),
    Row(
        "training of the model",
        "python -m training math-score",
        Done(("math-score",), "the next version of `math-score` in `ml-api/artifacts`, if anything changed"),
        brief=(("math-score", "math-score --data FOLDER/students.csv --artifacts FOLDER/math-score"),),
        slow=True,
    ),
    Row(
        "a server for the pipeline's metrics alone",
        "python tools/metrics_server.py --port 8002",
        Metrics(_SCORES + _RUNS),
        asked="curl localhost:8002/metrics",
    ),
    Row(
        "`GET /status` on it",
        "python tools/metrics_server.py --port 8002",
        Json(_HEALTH | {"bundles": [_BUNDLE], "pipelines": [_PIPELINE]}),
        asked="curl localhost:8002/status",
    ),
    Row(
        "`GET /health` on it",
        "python tools/metrics_server.py --port 8002",
        Json(_HEALTH),
        asked="curl localhost:8002/health",
    ),
    Row(
        "the machine's load beside it",
        "python tools/metrics_server.py --port 8002 --system",
        Metrics(
            (
                "system_cpu_usage_percent gauge",
                "system_memory_usage_percent gauge",
                "system_disk_usage_percent gauge",
            )
        ),
        asked="curl localhost:8002/metrics",
    ),
    Row(
        "a monitor whose numbers were simulated",
        "python tools/simulate.py --url http://127.0.0.1:8000 --rate 5 --seconds 60",
        Done(
            ("answered",),
            "real calls, labelled as simulated, and a summary; the dashboard moves from real answers",
        ),
        brief=(("--seconds 60", "--seconds 2"),),
    ),
    Row(
        "the simulated monitor's live values, with everything that belongs to it",
        "make demo",
        Json(_LIVE | {"simulated": "true"}),
        asked="curl localhost:8001/api/live",
        slow=True,
    ),
)
