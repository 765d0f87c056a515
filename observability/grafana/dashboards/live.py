"""Rows of the models' dashboard: what true outcomes and inputs say."""

from observability.grafana.dashboards import look
from observability.grafana.dashboards.board import Row
from observability.grafana.dashboards.panels import bars, lines, states
from observability.grafana.dashboards.promql import MODEL, Query, grown, latest, rate, total

BY = "model, model_version"
NAMED = "{{model}} {{model_version}}"
OF_INPUT = f'{MODEL}, feature=~"$feature"'


def live() -> Row:
    """Return the row: how good answers were, by true outcomes."""
    few = "By true outcomes of the last 7 days; empty until 20 are told to /api/feedback."
    errors = lines(
        21,
        "How large are errors by true outcomes?",
        Query(latest(BY, "ml_live_rmse", MODEL), f"{NAMED}: root mean square"),
        Query(latest(BY, "ml_live_mae", MODEL), f"{NAMED}: mean"),
        unit="none",
        width=8,
        says=f"{few} In the target's unit.",
        alerts=("LiveAccuracyDrop",),
    )
    right = lines(
        22,
        "What share of classes was right?",
        Query(latest(BY, "ml_live_accuracy", MODEL), NAMED),
        unit="percentunit",
        high=1,
        width=8,
        says=few,
        alerts=("LiveAccuracyDrop",),
    )
    told = lines(
        23,
        "How many true outcomes are told a second?",
        Query(total(BY, rate("ml_feedback_total", MODEL)), NAMED),
        unit="cps",
        width=8,
    )
    return 20, "True outcomes", (errors, right, told)


def drift() -> Row:
    """Return the row: how far inputs are from those of training."""
    by = f"{BY}, feature"
    name = f"{NAMED}: {{{{feature}}}}"
    psi, limit = (
        latest(by, "ml_feature_drift_psi", OF_INPUT),
        latest(by, "ml_feature_drift_threshold", OF_INPUT),
    )
    over = bars(
        31,
        "Which inputs are near their drift threshold?",
        Query(f"{psi} / {limit}", name, once=True),
        "percentunit",
        look.limit(1),
        high=2,
        alerts=("ModelInputDrift",),
        says="PSI of the last window over its threshold. Above 100% in one window may be chance.",
    )
    far = lines(
        32,
        "How far are inputs from training?",
        Query(psi, name),
        unit="none",
        alerts=("ModelInputDrift",),
        says="The population stability index of the last window, each of 200 rows or more.",
    )
    drifted = states(
        33,
        "Which inputs have drifted?",
        Query(latest(by, "ml_feature_drifted", OF_INPUT), name),
        look.words("as in training", "drifted", bad=1),
        alerts=("ModelInputDrift",),
        says="Over its threshold in one window and confirmed by another.",
    )
    window = lines(
        34,
        "How many rows did the last window hold?",
        Query(f"max by ({BY}) (ml_drift_rows{{{MODEL}}})", NAMED),
        unit="short",
    )
    return 30, "Drift", (over, far, drifted, window)


def inputs() -> Row:
    """Return the row: what models are asked, and what they answer."""
    bins = bars(
        41,
        "How are an input's values spread?",
        Query(
            total("model, feature, bin", grown("ml_feature_bin_total", OF_INPUT)),
            "{{model}} {{feature}}: {{bin}}",
            once=True,
        ),
        "short",
        decimals=0,
        says="Rows in the range that is shown, by bin: a position among the card's edges, or a category. "
        "Choose one input at the head.",
    )
    classes = lines(
        42,
        "Which classes are predicted?",
        Query(
            total(f"{BY}, species", rate("ml_predictions_total", f'{MODEL}, species!=""')),
            f"{NAMED}: {{{{species}}}}",
        ),
        unit="rowsps",
        stacked=True,
    )
    return 40, "What is asked and answered", (bins, classes)
