"""The goals: how fast and how small the API is to be beside the others, in ratios of one run."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from bench.results import Results, ratio

State = Literal["met", "missed", "not measured"]
Read = Callable[[Results], float | None]


@dataclass(frozen=True)
class Goal:
    """`read` gives the number, which may be `limit` at most, or at least where `least` says so."""

    name: str
    limit: float
    unit: str
    read: Read
    least: bool = False


@dataclass(frozen=True)
class Verdict:
    """A goal with what was measured."""

    goal: Goal
    value: float | None

    @property
    def state(self) -> State:
        """Tell whether it is met; what was not measured is neither met nor missed."""
        if self.value is None:
            return "not measured"
        met = self.value >= self.goal.limit if self.goal.least else self.value <= self.goal.limit
        return "met" if met else "missed"


def judged(results: Results) -> list[Verdict]:
    """Return every goal with its measured number."""
    return [Verdict(goal, goal.read(results)) for goal in GOALS]


def _beside(key: str, other: str) -> Read:
    return lambda results: ratio(results.median("tandem", key), results.median(other, key))


def _within(key: str, other: str) -> Read:
    return lambda results: ratio(results.median("tandem", key), results.median("tandem", other))


def _beside_peers(key: str, best: Callable[[Iterable[float]], float]) -> Read:
    def read(results: Results) -> float | None:
        peers = [entry.median(key) for entry in results.measured().values() if entry.kind == "peer"]
        found = [value for value in peers if value is not None]
        return ratio(results.median("tandem", key), best(found)) if found else None

    return read


def _redis_costs(results: Results) -> float | None:
    counted, uncounted = (results.median(f"tandem-{name}", "p50_us_1") for name in ("redis", "uncounted"))
    return None if counted is None or uncounted is None else counted - uncounted


def _once(key: str) -> Read:
    return lambda results: results.once(key)


GOALS = (
    Goal("cold start beside the naive design", 1 / 4, "x", _beside("cold_ms", "naive")),
    Goal("cold start beside FastAPI", 1 / 5, "x", _beside("cold_ms", "fastapi")),
    Goal("cold start beside MLflow", 1 / 8, "x", _beside("cold_ms", "mlflow")),
    Goal("cold start beside BentoML", 1 / 8, "x", _beside("cold_ms", "bentoml")),
    Goal("cold start beside LitServe", 1 / 8, "x", _beside("cold_ms", "litserve")),
    Goal("cold start beside the bare echo", 1.8, "x", _beside("cold_ms", "echo")),
    Goal("p50 at 1 connection beside the bare echo", 2, "x", _beside("p50_us_1", "echo")),
    Goal("throughput at 8 connections beside the best peer", 8, "x", _beside_peers("rps_8", max), least=True),
    Goal("what counting in Redis costs at p50", 100, "us", _redis_costs),
    Goal("memory beside the smallest peer", 1 / 2, "x", _beside_peers("memory_mib", min)),
    Goal("built ml-api deployment", 140, "MiB", _once("bundle_mib_ml_api")),
    Goal("built monitoring deployment", 25, "MiB", _once("bundle_mib_monitoring")),
    Goal("1,000 rows in a call beside one row", 30, "x", _within("many_rows_us", "p50_us_1")),
    Goal("p99 beside p50 at 32 connections", 5, "x", _within("p99_us_32", "p50_us_32")),
)
"""In the order in which they are shown; of the counting ones SQLite's, unless Redis is named."""
