"""A metric as a person looks it up: the name that a query needs, its labels, and what it says."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from prometheus_client.core import Metric

SUFFIXES = {"counter": "_total", "info": "_info"}
KINDS = {"unknown": "untyped"}
"""As Prometheus's own text calls it."""
OF_BUCKETS = "le"


@dataclass(frozen=True)
class Family:
    """A metric family: kind is one of Prometheus's types, labels are in their order."""

    name: str
    kind: str
    labels: tuple[str, ...]
    says: str


def families(metrics: Iterable[Metric]) -> Iterator[Family]:
    """Yield what a collector's families are."""
    for metric in metrics:
        name = metric.name + SUFFIXES.get(metric.type, "")
        yield Family(name, KINDS.get(metric.type, metric.type), _labels(metric), metric.documentation)


def _labels(metric: Metric) -> tuple[str, ...]:
    """Return the names of the labels: of the samples, or where there are none, as they were declared."""
    found = dict.fromkeys(label for sample in metric.samples for label in sample.labels)
    declared: Iterable[str] = getattr(metric, "_labelnames", ())
    return tuple(label for label in (found or declared) if label != OF_BUCKETS)
