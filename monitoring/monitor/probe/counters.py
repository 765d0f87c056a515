"""From Prometheus text to the few sums that the monitor keeps of the API's own traffic."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample as Counted

from monitor import shapes
from monitor.probe.faults import Failed
from monitor.probe.line import Reply
from monitor.probe.replies import is_markup
from monitor.probe.statuses import refused
from monitor.sample import Traffic

NONE_YET = "The API exposes no metrics yet."
NOT_AVAILABLE = "The API's counters are not available: its store is down or not connected."
_VARIABLE = "MAIN_API_METRICS_TOKEN"
_ENDPOINT = "/api/predict"
_ROWS = "ml_predictions_total"
_CALLS = "ml_requests_total"
_SECONDS = "ml_request_duration_seconds"
_WANTED = (_ROWS, _CALLS, f"{_SECONDS}_bucket")
# The parser is written in Python: what it isn't needed for is kept from it, and no line may keep it long.
_MOST_LINES = 5_000
_LONGEST_LINE = 2_000
_MOST_BUCKETS = 50


@dataclass(frozen=True)
class Counters:
    """The API's counters, or why there are none."""

    traffic: Traffic | None
    missing: str | None


def read_counters(reply: Reply, *, token: str | None, bypass: str | None) -> Counters:
    """Return what /api/metrics tells. Raises Failed, and WrongShape."""
    if reply.status == 404:
        return Counters(None, NONE_YET)
    if reply.status in (401, 403):
        says = refused(reply, key=token, bypass=bypass, asks_for=_VARIABLE).fault["says"]
        return Counters(None, f"The API's metrics can't be read: {says}.")
    if reply.status != 200:
        raise refused(reply, key=token, bypass=bypass)
    traffic = read_traffic(_text(reply))
    return Counters(traffic, None if traffic else NOT_AVAILABLE)


def read_traffic(text: str) -> Traffic | None:
    """Return the sums that a text exposes, or None where it lacks a counter. Raises WrongShape."""
    rows, calls, buckets = [], [], defaultdict[str, list[float]](list)
    for sample in _samples(text):
        value = shapes.amount(sample.value, sample.name)
        if sample.name == _ROWS:
            rows.append(value)
        elif sample.name == _CALLS and sample.labels.get("endpoint") == _ENDPOINT:
            calls.append((value, sample.labels.get("status", "").startswith("5")))
        elif sample.name == f"{_SECONDS}_bucket" and sample.labels.get("endpoint") == _ENDPOINT:
            buckets[_bound(sample.labels.get("le", ""))].append(value)
    if not (rows and calls and buckets):
        return None
    return {
        "predictions": math.fsum(rows),
        "requests": math.fsum(value for value, _ in calls),
        "failures": math.fsum(value for value, failed in calls if failed),
        "seconds": _cumulated(buckets),
    }


def _samples(text: str) -> Iterator[Counted]:
    lines = [line for line in text.split("\n") if line.startswith(_WANTED)]
    if len(lines) > _MOST_LINES or any(len(line) > _LONGEST_LINE for line in lines):
        raise Failed("too-large", "its metrics are more than can be read")
    try:
        for family in text_string_to_metric_families("\n".join(lines) + "\n"):
            yield from family.samples
    except ValueError as error:
        raise Failed("wrong-shape", "its metrics are no Prometheus text that can be read") from error


def _bound(le: str) -> str:
    try:
        bound = float(le)
    except ValueError as error:
        raise shapes.WrongShape("le", "a number") from error
    if math.isnan(bound) or bound < 0:
        raise shapes.WrongShape("le", "zero or more")
    return "+Inf" if math.isinf(bound) else repr(bound)


def _cumulated(buckets: Mapping[str, list[float]]) -> dict[str, float]:
    if len(buckets) > _MOST_BUCKETS:
        raise shapes.WrongShape("the buckets", f"at most {_MOST_BUCKETS}")
    sums = {le: math.fsum(buckets[le]) for le in sorted(buckets, key=float)}
    if any(later < sooner for sooner, later in pairwise(sums.values())):
        raise shapes.WrongShape("the buckets", "cumulative")
    return sums


def _text(reply: Reply) -> str:
    if is_markup(reply.body):
        raise Failed("wrong-shape", f"it answers HTML where metrics are expected ({reply.status})")
    try:
        return reply.body.decode()
    except UnicodeDecodeError as error:
        raise Failed("wrong-shape", "its metrics are not UTF-8") from error
