"""The models: how good they are by their cards and by true outcomes, and what they are asked."""

from typing import Any

from observability.grafana.dashboards import live, look, variables
from observability.grafana.dashboards.board import Row, board
from observability.grafana.dashboards.live import BY, NAMED
from observability.grafana.dashboards.panels import bars, lines, number, rows
from observability.grafana.dashboards.promql import MODEL, Query, latest, quantile, rate, total

UID = "tandem-model"


def dashboard() -> dict[str, Any]:
    """Return it, as JSON has it."""
    says = "How good are the models, on unseen rows and by true outcomes, and do their inputs drift?"
    feature = variables.choice("feature", "Input", f"label_values(ml_feature_bin_total{{{MODEL}}}, feature)")
    choices = [*variables.model("ml_model_info"), feature]
    rows_ = (_cards(), _answers(), live.live(), live.drift(), live.inputs())
    return board(UID, "Tandem / Model", says, choices, rows_)


def _score() -> str:
    return f"({latest(BY, 'ml_model_r2_score', MODEL)} or {latest(BY, 'ml_model_accuracy', MODEL)})"


def _cards() -> Row:
    served = rows(
        2,
        "Which models are served?",
        Query(latest(f"{BY}, engine, sha256", "ml_model_info", MODEL), once=True),
        {"model": "Model", "model_version": "Version", "engine": "Engine", "sha256": "sha256 of its bundle"},
    )
    good = bars(
        3,
        "How good is each on rows that it had not seen?",
        Query(_score(), NAMED, once=True),
        "none",
        look.FLOORS,
        high=1,
        decimals=3,
        alerts=("ModelAccuracyCritical", "ModelAccuracyDrop"),
        says="R2, or for classes the share of right ones, from the card. "
        "Colours are the usual floors, .8 and .7; the panel beside goes by each bundle's own.",
    )
    floor = latest(f"{BY}, severity", "ml_model_score_floor", MODEL)
    above = lines(
        4,
        "How far is each above its floors?",
        Query(f"{_score()} - on ({BY}) group_right () {floor}", f"{NAMED}, {{{{severity}}}}"),
        unit="none",
        low=None,
        steps=look.floor(0),
        alerts=("ModelAccuracyCritical", "ModelAccuracyDrop"),
        says="Score minus the bundle's own floor: below 0 it alarms.",
    )
    errors = lines(
        5,
        "How large are errors on unseen rows?",
        Query(latest(BY, "ml_model_rmse", MODEL), f"{NAMED}: root mean square"),
        Query(latest(BY, "ml_model_mae", MODEL), f"{NAMED}: mean"),
        unit="none",
        says="In the target's unit, from the card.",
    )
    return 1, "What the cards say", (served, good, above, errors)


def _answers() -> Row:
    right = number(
        11,
        "What share of known answers is right?",
        Query(latest(BY, "ml_golden_match_ratio", MODEL), NAMED),
        "percentunit",
        look.ALWAYS,
        width=12,
        height=8,
        alerts=("GoldenMismatch",),
        says="Rows whose answers the monitor knows, sent through the front door.",
    )
    off = lines(
        12,
        "How far are known answers off?",
        Query(latest(BY, "ml_golden_max_abs_error", MODEL), NAMED),
        unit="none",
        says="Largest distance, in the target's unit; for classes, of a probability.",
    )
    calls = lines(
        13,
        "How many calls a second?",
        Query(
            total(f"{BY}, status", rate("model_prediction_requests_total", MODEL)), f"{NAMED}: {{{{status}}}}"
        ),
        unit="reqps",
        colours=(("/error$/", "red"),),
        alerts=("HighPredictionErrorRate",),
    )
    seconds = "model_prediction_duration_seconds"
    engine = lines(
        14,
        "How long does the engine take?",
        *(Query(quantile(q, seconds, BY, MODEL), f"{NAMED}: within this {q:.0%}") for q in (0.5, 0.95)),
        unit="s",
    )
    return 10, "Known answers, and calls", (right, off, calls, engine)
