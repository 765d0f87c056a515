"""The one place that says what is counted: names, labels, and what of a request goes where.

A counter is kept under a key, the JSON list of its family's name and its labels' values. Every label has a
closed set of values, so that no caller can make new counters.
"""

import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from mlapi.faults import Fault

BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Upper bounds in seconds."""
BOUNDS = (*map(str, BUCKETS), "+Inf")
SUM = "sum"
MICROSECOND = 1e-6

Tally = dict[str, int]
"""Key -> how much it grows."""


@dataclass(frozen=True, eq=False)  # Each is itself alone: `key` looks one up for every count.
class Family:
    """A metric that lives in the store; `one` is what a stored unit is worth."""

    name: str
    says: str
    labels: tuple[str, ...] = ()
    one: float = 1.0
    histogram: bool = False


MODEL = ("model", "model_version")
REQUESTS = Family("ml_requests_total", "Requests that were answered", ("method", "endpoint", "status"))
SECONDS = Family(
    "ml_request_duration_seconds",
    "How long it took to answer a request, without counting it",
    ("method", "endpoint"),
    histogram=True,
)
CALLS = Family(
    "model_prediction_requests_total",
    "Calls for predictions that the model answered, or could not answer for a reason of its own",
    (*MODEL, "status"),
)
ENGINE_SECONDS = Family(
    "model_prediction_duration_seconds", "How long the engine took for a call", MODEL, histogram=True
)
PREDICTIONS = Family("ml_predictions_total", "Rows that were predicted, by class", (*MODEL, "species"))
BINS = Family("ml_feature_bin_total", "Rows that were predicted, by bin", (*MODEL, "feature", "bin"))
FAULTS = Family(
    "ml_input_faults_total", "What was wrong with rows that were sent", (*MODEL, "feature", "kind")
)
FEEDBACK = Family("ml_feedback_total", "True outcomes that were told", MODEL)
ABSOLUTE = Family(
    "ml_feedback_absolute_error_sum",
    "Sum of distances of predictions from true outcomes",
    MODEL,
    1e-3,
)
SQUARED = Family(
    "ml_feedback_squared_error_sum",
    "Sum of squared distances of predictions from true outcomes",
    MODEL,
    1e-6,
)
CORRECT = Family("ml_feedback_correct_total", "True outcomes that were the predicted class", MODEL)
CANARIES = Family(
    "ml_canary_requests_total", "Calls with known rows alone, made by a monitor", ("endpoint", "status")
)
SIMULATED = Family(
    "ml_simulated_requests_total", "Requests that a simulation made, which are in the other counts too"
)
COLD_STARTS = Family("ml_cold_starts_total", "Processes that began to answer")
FAILURES = Family("ml_store_write_failures_total", "Writes that the store did not take")
LATE = Family("ml_store_late_requests_total", "Requests that were answered before they were counted")

FAMILIES = (
    *(REQUESTS, SECONDS, CALLS, ENGINE_SECONDS, PREDICTIONS, BINS, FAULTS),
    *(FEEDBACK, ABSOLUTE, SQUARED, CORRECT, CANARIES, SIMULATED, COLD_STARTS, FAILURES, LATE),
)
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
OTHER = "other"


@lru_cache(8192)
def key(family: Family, *labels: str) -> str:
    """Return where a counter is kept."""
    return json.dumps([family.name, *labels], ensure_ascii=False, separators=(",", ":"))


def request(method: str, endpoint: str, status: int, seconds: float) -> Tally:
    """Return what an answered request counts."""
    method = method if method in METHODS else OTHER
    return {key(REQUESTS, method, endpoint, str(status)): 1} | observed(SECONDS, (method, endpoint), seconds)


def canary(endpoint: str, status: int) -> Tally:
    """Return what a monitor's call with known rows counts: itself, apart from everything else."""
    return {key(CANARIES, endpoint, str(status)): 1}


def call(model: tuple[str, str], status: int) -> Tally:
    """Return what a call for predictions counts; a refused input is neither a success nor an error."""
    if 400 <= status < 500:
        return {}
    return {key(CALLS, *model, "success" if status < 400 else "error"): 1}


def predicted(model: tuple[str, str], rows: Mapping[str, int], seconds: float) -> Tally:
    """Return what the answers of a call count: rows by class (for numbers the empty one), and the engine."""
    by_class = {key(PREDICTIONS, *model, species): count for species, count in rows.items()}
    return by_class | observed(ENGINE_SECONDS, model, seconds)


def faults(model: tuple[str, str], found: Iterable[Fault]) -> Tally:
    """Return what the faults of an input count."""
    counts = Counter((fault.feature, fault.kind) for fault in found)
    return {key(FAULTS, *model, *which): count for which, count in counts.items()}


def observed(family: Family, labels: tuple[str, ...], seconds: float) -> Tally:
    """Return what a duration counts in a histogram: one in its bucket, and whole microseconds in the sum."""
    tally = {key(family, *labels, BOUNDS[bisect_left(BUCKETS, seconds)]): 1}
    microseconds = round(max(0.0, seconds) / MICROSECOND)
    return tally | ({key(family, *labels, SUM): microseconds} if microseconds else {})
