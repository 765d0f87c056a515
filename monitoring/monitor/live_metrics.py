"""What live traffic says of the served models, as metric families: the last 7 days, the last window."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric

from monitor.accuracy import FEWEST, Live
from monitor.drift import Row

MODEL = ("model", "model_version")
LIVE = {
    "mae": ("ml_live_mae", "Mean absolute error by true outcomes, in the target's unit"),
    "rmse": ("ml_live_rmse", "Root mean squared error by true outcomes, in the target's unit"),
    "accuracy": ("ml_live_accuracy", "Share of right classes by true outcomes"),
    "low": ("ml_live_accuracy_low", "Lower bound of the 95% interval of ml_live_accuracy"),
    "high": ("ml_live_accuracy_high", "Upper bound of the 95% interval of ml_live_accuracy"),
}
DRIFT = {
    "psi": ("ml_feature_drift_psi", "How far an input was from training in the last window"),
    "threshold": ("ml_feature_drift_threshold", "What the PSI must pass to be more than chance"),
    "rows": ("ml_drift_rows", "Rows of the last window"),
    "drifted": ("ml_feature_drifted", "1 if an input has drifted in two windows running"),
}


def families(drift: Iterable[Row], live: Iterable[Live]) -> Iterator[Metric]:
    """Yield every family; what is not known is absent."""
    rows, told = list(drift), [one for one in live if one.labels >= FEWEST]
    yield _labels(told)
    for field, (name, says) in LIVE.items():
        family = GaugeMetricFamily(name, says, labels=MODEL)
        for one in told:
            value = getattr(one, field)
            if value is not None:
                family.add_metric([one.model, one.version], value)
        yield family
    for field, (name, says) in DRIFT.items():
        family = GaugeMetricFamily(name, says, labels=(*MODEL, "feature"))
        for row in rows:
            family.add_metric([row.model, row.version, row.feature], float(getattr(row, field)))
        yield family


def _labels(told: Iterable[Live]) -> Metric:
    family = GaugeMetricFamily("ml_live_labels", "True outcomes of the last 7 days", labels=MODEL)
    for one in told:
        family.add_metric([one.model, one.version], one.labels)
    return family
