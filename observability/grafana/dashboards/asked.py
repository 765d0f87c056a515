"""Rows of the API's dashboard: what is wrong with what it is asked, and whether it is counted."""

from observability.grafana.dashboards import look
from observability.grafana.dashboards.board import Row
from observability.grafana.dashboards.panels import bars, lines, number
from observability.grafana.dashboards.promql import MODEL, Query, grown, latest, rate, total


def faults() -> Row:
    """Return the row: what callers get wrong."""
    by_kind = lines(
        31,
        "What do callers get wrong?",
        Query(total("kind", rate("ml_input_faults_total", MODEL)), "{{kind}}"),
        unit="cps",
        stacked=True,
        says="Faults a second, each answered with 422 and a pointer to it.",
    )
    by_input = bars(
        32,
        "Which inputs do they get wrong most?",
        Query(
            f"topk(15, {total('model, feature', grown('ml_input_faults_total', MODEL))})",
            "{{model}}: {{feature}}",
            once=True,
        ),
        "short",
        says="Faults in the range that is shown.",
        decimals=0,
    )
    return 30, "Faults of inputs", (by_kind, by_input)


def process() -> Row:
    """Return the row: whether requests are counted, and how processes start."""
    counted = number(
        41,
        "Are requests counted?",
        Query(latest("job", "ml_store_up"), "{{job}}"),
        "short",
        look.ALWAYS,
        height=8,
        named=look.words("no", "yes"),
        says="Does the store answer, to the API and to the monitor?",
    )
    late = lines(
        42,
        "What was not counted at once?",
        Query(
            total("", grown("ml_store_write_failures_total", 'job="api"', "$__rate_interval")),
            "writes that failed",
        ),
        Query(
            total("", grown("ml_store_late_requests_total", over="$__rate_interval")),
            "requests that were answered before",
        ),
        unit="short",
        width=8,
    )
    starts = lines(
        43,
        "How often did a process start?",
        Query(total("", grown("ml_cold_starts_total", over="$__rate_interval")), "starts"),
        unit="short",
        width=6,
    )
    loads = bars(
        44,
        "How long did models take to load?",
        Query(
            latest("model, model_version", "ml_model_load_seconds", MODEL),
            "{{model}} {{model_version}}",
            once=True,
        ),
        "s",
        width=6,
    )
    return 40, "Counting and starts", (counted, late, starts, loads)
