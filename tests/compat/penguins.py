"""The penguin classifier: encoded fields in, a species out, and a training that can be watched."""

from tests.compat.row import Done, Json, Metrics, Row
from tests.compat.shape import ANY

_PENGUIN = (
    '{"bill_length_mm": 39.1, "bill_depth_mm": 18.7, "flipper_length_mm": 181, "body_mass_g": 3750, '
    '"island_encoded": 0, "sex_encoded": 1}'
)
_JSON = "-H 'content-type: application/json'"
_SPECIES = {"predicted_species": "text", "confidence": "number", "probabilities": {ANY: "number"}}
_TIME = {"prediction_time": "number"}
_WATCHED = Metrics(
    ("training_loss{model} gauge", "training_epoch_total{model} counter", "validation_accuracy{model} gauge")
)

PENGUINS = (
    Row(
        "`POST /predict`",
        f"curl localhost:8000/predict {_JSON} -d '{_PENGUIN}'",
        Json(_SPECIES | _TIME),
    ),
    Row(
        "`POST /predict/batch`",
        f"curl localhost:8000/predict/batch {_JSON} -d '{{\"samples\": [{_PENGUIN}]}}'",
        Json({"predictions": [_SPECIES]} | _TIME),
    ),
    Row(
        "`GET /health`",
        "curl localhost:8000/health",
        Json({"status": '"healthy"', "checks": {ANY: {"state": '"ready"'}}}),
    ),
    Row(
        "`GET /model/info`",
        "curl localhost:8000/model/info",
        Json(
            {
                "name": '"penguins"',
                "version": "text",
                "sha256": "text",
                "title": "text",
                "features": ["text"],
                "encodings": {ANY: {ANY: "text"}},
                "classes": ["text"],
                "scores": {ANY: "number"},
            }
        ),
    ),
    Row(
        "training of the classifier",
        "python -m training penguins",
        Done(("penguins",), "the next version of `penguins` in `ml-api/artifacts`, if anything changed"),
        brief=(("penguins", "penguins --artifacts FOLDER/penguins"),),
        slow=True,
    ),
    Row(
        "training epoch by epoch, with its metrics on a port",
        "python -m training penguins-mlp --metrics-port 8003 --epochs 200",
        _WATCHED,
        asked="curl localhost:8003/metrics",
        brief=(("--epochs 200", "--epochs 3 --linger 30 --artifacts FOLDER/watched"),),
        slow=True,
    ),
    Row(
        "the last values for a Pushgateway",
        "python -m training penguins-mlp --epochs 200 --push http://localhost:9091",
        Metrics(
            (
                "training_loss{instance, job, model} gauge",
                "training_epoch_total{instance, job, model} counter",
                "validation_accuracy{instance, job, model} gauge",
            )
        ),
        then="curl localhost:9091/metrics",
        brief=(("--epochs 200", "--epochs 3 --artifacts FOLDER/pushed"),),
        slow=True,
    ),
)
