"""What one probe saw, as JSON-shaped data: it is kept in the store and read by every page."""

from typing import Any, Literal, NotRequired, TypedDict

from monitor.counted import Key

FORMAT = 1
"""Kept with every sample; one of another format is as good as none."""

State = Literal["up", "degraded", "down"]
"""Up: the default model answers its goldens right. Degraded: it does, but something else is wrong."""


class Fault(TypedDict):
    """Why a call failed: a word of a closed list (`faults.KINDS`) and a sentence for people."""

    kind: str
    says: str


class Check(TypedDict):
    """One call of a probe: its name, how long it took, the status code, and what was wrong."""

    name: str
    seconds: float | None
    status: int | None
    fault: Fault | None


class Difference(TypedDict):
    """A golden that was answered wrong: its number, from 1, and both answers."""

    golden: int
    expected: Any
    received: Any


class Goldens(TypedDict):
    """How a model answered the rows whose answers are known."""

    model: str
    version: str
    default: bool
    expected_from: Literal["goldens.json", "first seen", "its own card"]
    expected_sha256: str
    received_sha256: str | None
    total: int
    matching: int
    max_abs_error: float | None
    differing: list[Difference]
    examples: list[Difference]  # The first goldens, right or wrong, for a person to compare.
    fault: Fault | None


class Stage(TypedDict):
    """A stage of a training run."""

    name: str
    success: bool
    seconds: float
    errors: list[str]


class Run(TypedDict):
    """A training run."""

    pipeline: str
    success: bool
    seconds: float
    finished_at: float
    stages: list[Stage]


class Score(TypedDict):
    """A score with its 95% interval (null where it can't be had) beside a dummy's."""

    value: float
    low: float | None
    high: float | None
    dummy: float | None


class Floors(TypedDict):
    """Which score alarms, and below what."""

    score: str
    warning: float
    critical: float


class Data(TypedDict):
    """What a model was trained on."""

    source: str
    licence: str
    rows: int
    synthetic: bool
    note: str


class Model(TypedDict):
    """What a card says of one model version."""

    name: str
    version: str
    default: bool
    title: str
    task: Literal["regression", "classification"]
    engine: str
    sha256: str
    target: str
    unit: str | None
    features: list[str]
    scores: dict[str, Score]
    scoring: str
    floors: Floors
    data: Data
    run: Run | None
    failed_run: Run | None


class Traffic(TypedDict):
    """The API's own counters, as it exposes them: sums over all models, never the goldens.

    requests, failures and seconds are of calls for predictions; simulated is of any request.
    """

    predictions: float
    requests: float
    failures: float
    seconds: dict[str, float]  # Cumulative counts of calls by upper bound, as Prometheus spells it.
    simulated: NotRequired[float]  # Not in what an older release kept.


class Sample(TypedDict):
    """One probe. `at` is seconds since the epoch by the store's clock; times are seconds."""

    format: int
    at: float
    state: State
    reason: str
    seconds: float
    latency: float | None  # The default model's golden call, from sending it to the last byte.
    status: int | None
    tls_expires_at: float | None
    checks: list[Check]
    models: list[Model]
    goldens: list[Goldens]
    traffic: Traffic | None
    traffic_missing: str | None  # Why there is no traffic, as a sentence.


def keys(sample: Sample | None) -> list[Key]:
    """Return the models whose cards a sample shows."""
    return [(model["name"], model["version"]) for model in sample["models"]] if sample else []
