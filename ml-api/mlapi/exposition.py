"""What the store's counters say to Prometheus, from one reading; a fresh registry for every scrape."""

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from mlapi import telemetry
from mlapi.telemetry import BOUNDS, FAMILIES, MICROSECOND, REQUESTS, SECONDS, SUM, Family

Labels = tuple[str, ...]
Values = dict[Labels, int]
ALIASES = (
    (REQUESTS, "http_requests_total"),
    (REQUESTS, "flask_http_request_total"),
    (REQUESTS, "flask_http_requests_total"),
    (SECONDS, "flask_http_request_duration_seconds"),
)
"""What the systems that this replaces called it: the same values again."""
SCALED = (telemetry.ABSOLUTE, telemetry.SQUARED)


@dataclass(frozen=True)
class Process:
    """What this process knows by itself: its store, and how long its models took to load, in seconds."""

    backend: str
    shared: bool
    damaged_files: int
    loaded: Mapping[tuple[str, str], float]


@dataclass(frozen=True)
class Known:
    """What is known beforehand: counters that may be there, and a target's deviation by model and version."""

    keys: Iterable[str]
    deviations: Mapping[Labels, float]
    aliases: bool


class Exposition(Collector):
    """All metric families; those of the store are absent when it could not be read."""

    def __init__(self, counters: Mapping[str, int] | None, known: Known, process: Process) -> None:
        self._counters = counters
        self._known = known
        self._process = process

    def collect(self) -> Iterator[Metric]:
        """Yield every family, always in the same order."""
        if self._counters is not None:
            yield from _stored(self._counters, self._known)
        yield from _own(self._process, up=self._counters is not None)


def rendered(
    counters: Mapping[str, int] | None, known: Known, process: Process, accept: str
) -> tuple[bytes, str]:
    """Return the body and its Content-Type for an Accept header."""
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):  # A version in Accept that is none.
        encode, content_type = choose_encoder("")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Exposition(counters, known, process))
    ProcessCollector(registry=registry)
    body: bytes = encode(registry)
    return body, content_type


def _stored(counters: Mapping[str, int], known: Known) -> Iterator[Metric]:
    values = _by_family({**dict.fromkeys(known.keys, 0), **counters})
    for family in FAMILIES:
        yield _metric(family, values[family.name], known.deviations)
    if known.aliases:
        for family, name in ALIASES:
            yield _metric(replace(family, name=name), values[family.name], known.deviations)


def _by_family(counters: Mapping[str, int]) -> dict[str, Values]:
    """Return family -> labels -> value, sorted; what another release counted is left out."""
    found: dict[str, Values] = defaultdict(dict)
    for counter in sorted(counters):
        name, *labels = json.loads(counter)
        found[name][tuple(labels)] = counters[counter]
    return found


def _metric(family: Family, values: Values, deviations: Mapping[Labels, float]) -> Metric:
    if family.histogram:
        return _histogram(family, values)
    if family in SCALED:
        return _scaled(family, values, deviations)
    metric = CounterMetricFamily(family.name.removesuffix("_total"), family.says, labels=family.labels)
    for labels, value in values.items():
        if len(labels) == len(family.labels):
            metric.add_metric(labels, value)
    return metric


def _scaled(family: Family, values: Values, deviations: Mapping[Labels, float]) -> Metric:
    """Return errors in the target's unit; without a deviation there is no unit to tell them in."""
    # Its fixed name lacks the _total that a counter must have.
    metric = Metric(family.name, family.says, "unknown")
    for labels, value in values.items():
        deviation = deviations.get(labels)
        if deviation is not None:
            unit = deviation if family is telemetry.ABSOLUTE else deviation**2
            told = dict(zip(family.labels, labels, strict=True))
            metric.add_sample(family.name, told, value * family.one * unit)
    return metric


def _histogram(family: Family, values: Values) -> Metric:
    metric = HistogramMetricFamily(family.name, family.says, labels=family.labels)
    for labels in dict.fromkeys(found[:-1] for found in values if len(found) == len(family.labels) + 1):
        total, buckets = 0, []
        for bound in BOUNDS:
            total += values.get((*labels, bound), 0)
            buckets.append((bound, float(total)))
        metric.add_metric(labels, buckets, values.get((*labels, SUM), 0) * MICROSECOND)
    return metric


def _own(process: Process, *, up: bool) -> Iterator[Metric]:
    yield GaugeMetricFamily("ml_store_up", "1 if the store of the counters answered", float(up))
    info = InfoMetricFamily("ml_store", "Where requests are counted")
    info.add_metric([], {"backend": process.backend, "shared": str(process.shared).lower()})
    yield info
    yield GaugeMetricFamily(
        "ml_store_damaged_files",
        "Damaged files of the counters that were put aside and still lie there",
        float(process.damaged_files),
    )
    loaded = GaugeMetricFamily(
        "ml_model_load_seconds", "How long this process took to load a model", labels=telemetry.MODEL
    )
    for model, seconds in sorted(process.loaded.items()):
        loaded.add_metric(model, seconds)
    yield loaded
