"""The pipelines that make the models: did they run, how long, and how a training goes that runs now."""

from typing import Any

from observability.grafana.dashboards import look, variables
from observability.grafana.dashboards.board import Row, board
from observability.grafana.dashboards.panels import bars, lines, number, states
from observability.grafana.dashboards.promql import MODEL, Query, latest

UID = "tandem-pipeline"
CHOSEN = 'pipeline=~"$pipeline"'
TRAINED = 'model=~"$trained"'


def dashboard() -> dict[str, Any]:
    """Return it, as JSON has it."""
    says = "Did the pipelines run, was their data right, and how does a training go that runs now?"
    choices = [
        variables.choice("pipeline", "Pipeline", "label_values(ml_pipeline_success, pipeline)"),
        *variables.model("ml_model_info"),
        variables.choice("trained", "In training", "label_values(training_epoch_total, model)"),
    ]
    return board(UID, "Tandem / Pipeline", says, choices, (_last(), _times(), _training()))


def _last() -> Row:
    made = _stage(2, "Did the last run succeed?", "ml_pipeline_success", "PipelineFailure")
    read = _stage(3, "Could it read its data?", "ml_data_ingestion_success", "DataIngestionFailure")
    valid = _stage(4, "Did its data pass the checks?", "ml_data_validation_success", "DataValidationFailure")
    since = latest("pipeline", "ml_pipeline_last_success_timestamp_seconds", CHOSEN)
    age = number(
        5,
        "How long ago was the last success?",
        Query(f"time() - {since}", "{{pipeline}}"),
        "s",
        width=6,
        decimals=1,
        alerts=("PipelineStale",),
    )
    return 1, "The last run", (made, read, valid, age)


def _stage(id: int, asks: str, gauge: str, alert: str) -> Any:
    query = Query(latest("pipeline", gauge, CHOSEN), "{{pipeline}}")
    return number(
        id, asks, query, "short", look.ALWAYS, named=look.words("no", "yes"), width=6, alerts=[alert]
    )


def _times() -> Row:
    success = states(
        11,
        "When did runs fail?",
        Query(latest("pipeline", "ml_pipeline_success", CHOSEN), "{{pipeline}}"),
        look.words("failed", "succeeded"),
        width=8,
        alerts=("PipelineFailure",),
    )
    seconds = lines(
        12,
        "How long did the last run take?",
        Query(latest("pipeline", "ml_pipeline_duration_seconds", CHOSEN), "{{pipeline}}"),
        unit="s",
        steps=look.limit(300),
        width=8,
        alerts=("PipelineExecutionTime",),
    )
    score = f"{latest('model, model_version', 'ml_model_r2_score', MODEL)} or " + latest(
        "model, model_version", "ml_model_accuracy", MODEL
    )
    made = bars(
        13,
        "How good is what runs made?",
        Query(score, "{{model}} {{model_version}}", once=True),
        "none",
        look.FLOORS,
        high=1,
        width=8,
        decimals=3,
        alerts=("ModelAccuracyDrop", "ModelMetricsMissing"),
        says="R2, or for classes the share of right ones, on rows that were kept out of training.",
    )
    return 10, "Runs over time", (success, seconds, made)


def _training() -> Row:
    by, name = "model, job", "{{model}} ({{job}})"
    loss = lines(
        21,
        "Does the loss fall?",
        Query(latest(by, "training_loss", TRAINED), name),
        unit="none",
        steps=look.limit(0.5),
        width=8,
        alerts=("HighTrainingLoss",),
        says="Of the training rows, after each epoch. Empty unless a training runs, or left its last values "
        "with the Pushgateway.",
    )
    accuracy = lines(
        22,
        "Does the share of right classes rise?",
        Query(latest(by, "validation_accuracy", TRAINED), name),
        unit="percentunit",
        high=1,
        steps=look.floor(0.8),
        width=8,
        alerts=("LowValidationAccuracy",),
        says="Of rows that are kept out of training, after each epoch.",
    )
    epochs = lines(
        23,
        "How many epochs are done?",
        Query(latest(by, "training_epoch_total", TRAINED), name),
        unit="short",
        width=8,
    )
    return 20, "Training epoch by epoch", (loss, accuracy, epochs)
