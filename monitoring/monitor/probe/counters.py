"""From Prometheus text to the few sums that the monitor keeps of the API's own traffic."""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from monitor import shapes
from monitor.counted import Tallies
from monitor.probe.exposed import bound, samples
from monitor.probe.faults import Failed
from monitor.probe.line import Reply
from monitor.probe.replies import is_markup
from monitor.probe.statuses import refused
from monitor.probe.tallies import read_tallies
from monitor.sample import Traffic

NONE_YET = "The API exposes no metrics yet."
NOT_CONNECTED = "The API counts nothing: it has no store. Connect Redis, and set its REDIS_URL."
NOT_AVAILABLE = "The API counts nothing: its store does not answer."
_VARIABLE = "MAIN_API_METRICS_TOKEN"
_NOT_PREDICTIONS = ("/api/feedback", "other")
_ROWS = "ml_predictions_total"
_CALLS = "ml_requests_total"
_SECONDS = "ml_request_duration_seconds_bucket"
_SIMULATED = "ml_simulated_requests_total"
_MOST_BUCKETS = 50


@dataclass(frozen=True)
class Counters:
    """The API's counters, or why there are none."""

    traffic: Traffic | None
    missing: str | None
    tallies: Tallies = field(default_factory=dict)


def read_counters(reply: Reply, *, token: str | None, bypass: str | None, bins: bool = True) -> Counters:
    """Return what /api/metrics tells, with the bins or without. Raises Failed, and WrongShape."""
    if reply.status == 404:
        return Counters(None, NONE_YET)
    if reply.status in (401, 403):
        says = refused(reply, key=token, bypass=bypass, asks_for=_VARIABLE).fault["says"]
        return Counters(None, f"The API's metrics can't be read: {says}.")
    if reply.status != 200:
        raise refused(reply, key=token, bypass=bypass)
    text = _text(reply)
    traffic = read_traffic(text)
    if traffic is None:
        return Counters(None, _why_none(text))
    return Counters(traffic, None, read_tallies(text, bins=bins))


def read_traffic(text: str) -> Traffic | None:
    """Return the sums that a text exposes, or None where it lacks a counter. Raises WrongShape."""
    rows, calls, simulated, buckets = [], [], [], defaultdict[str, list[float]](list)
    for sample in samples(text, (_ROWS, _CALLS, _SECONDS, _SIMULATED)):
        value = shapes.amount(sample.value, sample.name)
        if sample.name == _ROWS:
            rows.append(value)
        elif sample.name == _SIMULATED:
            simulated.append(value)
        elif not _asks_for_predictions(sample.labels):
            continue
        elif sample.name == _CALLS:
            calls.append((value, sample.labels.get("status", "").startswith("5")))
        else:
            buckets[bound(sample.labels.get("le", ""))].append(value)
    if not (rows and calls and buckets):
        return None
    return {
        "predictions": math.fsum(rows),
        "requests": math.fsum(value for value, _ in calls),
        "failures": math.fsum(value for value, failed in calls if failed),
        "seconds": _cumulated(buckets),
        "simulated": math.fsum(simulated),
    }


def _asks_for_predictions(labels: Mapping[str, str]) -> bool:
    """Tell whether a counter is of calls for predictions, whichever client's address they came to."""
    return labels.get("method") == "POST" and labels.get("endpoint") not in _NOT_PREDICTIONS


def _why_none(text: str) -> str:
    stores = {sample.labels.get("backend") for sample in samples(text, ("ml_store_info",))}
    return NOT_CONNECTED if "none" in stores else NOT_AVAILABLE


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
