"""The API: does it answer, how fast, and what is wrong with what it is asked."""

from typing import Any

from observability.grafana.dashboards import asked, look, variables
from observability.grafana.dashboards.board import Row, board
from observability.grafana.dashboards.panels import heat, lines, number
from observability.grafana.dashboards.promql import MODEL, Query, grown, quantile, rate, share, total
from tools.rules.recorded import ASKED

UID = "tandem-api"
FAILED = 'status=~"5.."'
STATUSES = (("/^2/", "green"), ("/^3/", "blue"), ("/^4/", "orange"), ("/^5/", "red"))
LEFT_OUT = "What monitors ask (health, models, cards) is left out."
BUDGET = 0.01
"""The share of requests that may fail over 30 days."""


def dashboard() -> dict[str, Any]:
    """Return it, as JSON has it."""
    says = "Does the API answer right and fast, and what is wrong with what it is asked?"
    choices = variables.model("model_prediction_requests_total")
    rows = (_now(), _traffic(), _speed(), asked.faults(), asked.process())
    return board(UID, "Tandem / API", says, choices, rows)


def _now() -> Row:
    answered = number(
        2,
        "Does the API answer right?",
        Query("min(probe_success)"),
        "short",
        look.ALWAYS,
        named=look.words("no", "yes"),
        alerts=("EndpointDown", "GoldenMismatch"),
        says="What the monitor's last probe found: known rows through the front door, and their answers.",
    )
    asked = number(3, "How many requests a second?", Query(total("", rate("ml_requests_total"))), "reqps")
    failed = number(
        4,
        "What share of requests fails (5xx)?",
        Query("max(job:ml_request_errors:ratio_rate5m)"),
        "percentunit",
        look.up_to(0.01, 0.05),
        decimals=2,
        alerts=("HighErrorRate",),
        says=f"Over 5 minutes, as the alert judges it. {LEFT_OUT}",
    )
    slow = number(
        5,
        "Within which time are 95% answered?",
        Query("max(job:ml_request_duration_seconds:p95_rate5m)"),
        "s",
        look.up_to(0.5, 1),
        alerts=("HighRequestLatency",),
        says=f"Over 5 minutes, as the alert judges it. {LEFT_OUT}",
    )
    unpredicted = number(
        6,
        "What share of calls can a model not answer?",
        Query(share("model_prediction_requests_total", 'status="error"', MODEL)),
        "percentunit",
        look.up_to(0.01, 0.05),
        decimals=2,
        alerts=("HighPredictionErrorRate",),
        says="Calls that failed for a reason of the model's own; a refused input is none.",
    )
    return 1, "Now", (answered, asked, failed, slow, unpredicted, _budget())


def _budget() -> Any:
    every = total("", grown("ml_requests_total", ASKED, "30d"))
    wrong = total("", grown("ml_requests_total", f"{ASKED}, {FAILED}", "30d"))
    return number(
        7,
        "How much of the error budget is left?",
        Query(f"1 - ({wrong} or 0 * {every}) / {every} / {BUDGET}", once=True),
        "percentunit",
        ((None, look.RED), (0, look.YELLOW), (0.25, look.GREEN)),
        decimals=1,
        alerts=("ErrorBudgetBurnFast", "ErrorBudgetBurnSlow"),
        says="99% of the requests of 30 days should not fail (5xx). Below 0 more failed than that. "
        f"{LEFT_OUT}",
    )


def _traffic() -> Row:
    by_address = lines(
        11,
        "How many requests a second, by address?",
        Query(total("method, endpoint", rate("ml_requests_total")), "{{method}} {{endpoint}}"),
        unit="reqps",
    )
    by_status = lines(
        12,
        "What do answers say, by status?",
        Query(total("status", rate("ml_requests_total")), "{{status}}"),
        unit="reqps",
        stacked=True,
        colours=STATUSES,
        alerts=("HighErrorRate",),
    )
    predicted = lines(
        13,
        "How many rows a second are predicted?",
        Query(
            total("model, model_version", rate("ml_predictions_total", MODEL)), "{{model}} {{model_version}}"
        ),
        unit="rowsps",
    )
    unreal = lines(
        14,
        "How much of it is no user's?",
        Query(total("", rate("ml_canary_requests_total")), "the monitor's known rows (in no other panel)"),
        Query(total("", rate("ml_simulated_requests_total")), "simulated (in the other panels too)"),
        unit="reqps",
    )
    return 10, "Traffic", (by_address, by_status, predicted, unreal)


def _speed() -> Row:
    seconds = "ml_request_duration_seconds"
    quantiles = lines(
        21,
        "How long do answers take?",
        *(Query(quantile(q, seconds), f"within this {q:.0%}") for q in (0.5, 0.95, 0.99)),
        unit="s",
        steps=look.limit(1),
        alerts=("HighRequestLatency",),
    )
    slow = lines(
        22,
        "Which addresses are slow?",
        Query(quantile(0.95, seconds, "endpoint"), "{{endpoint}}: within this 95%"),
        unit="s",
        steps=look.limit(1),
    )
    spread = heat(
        23,
        "How are answer times spread?",
        Query(total("le", rate(f"{seconds}_bucket")), "{{le}}", buckets=True),
        "s",
    )
    engine = lines(
        24,
        "How much of that is the model?",
        Query(
            quantile(0.95, "model_prediction_duration_seconds", "model, model_version", MODEL),
            "{{model}} {{model_version}}: within this 95%",
        ),
        unit="s",
        says="The engine's own time, without reading the input and counting.",
    )
    return 20, "Speed", (quantiles, slow, spread, engine)
