"""Made-up results, in which every goal is met by a wide margin."""

from dataclasses import replace
from typing import Any

from bench.measures import BESIDES, MEASURES
from bench.results import Entry, Once, Results

OURS = {
    "cold_ms": 150.0,
    "p50_us_1": 150.0,
    "p99_us_1": 300.0,
    "rps_1": 6000.0,
    "p50_us_8": 900.0,
    "p99_us_8": 2000.0,
    "rps_8": 8000.0,
    "p50_us_32": 4000.0,
    "p99_us_32": 12_000.0,
    "rps_32": 7900.0,
    "many_rows_us": 3000.0,
    "memory_mib": 80.0,
    "installed_mib": 120.0,
}
PEERS = ("naive", "fastapi", "litserve", "bentoml", "mlflow")
TITLES = {
    "tandem": "Tandem",
    "tandem-redis": "Tandem, counting in Redis",
    "tandem-uncounted": "Tandem, counting nothing",
    "echo": "bare Flask JSON echo",
    **{name: f"The {name} server" for name in PEERS},
}


def entry(name: str, **numbers: Any) -> Entry:
    """Return a contender's entry of three rounds around ours, or around other numbers."""
    medians = {**OURS, **numbers}
    kind = "ours" if name.startswith("tandem") else "floor" if name == "echo" else "peer"
    return Entry(
        title=TITLES.get(name, name),
        kind=kind,
        rounds={key: [value * share for share in (1.5, 1.0, 0.5)] for key, value in medians.items()},
        packages={"flask": "3.1.2", "numpy": "2.4.6", "werkzeug": "3.2.0"},
        requirements=["flask", "numpy"],
    )


def results(**entries: Entry) -> Results:
    """Return results of the usual contenders, some of them changed; `_` in a name stands for `-`."""
    slow = {"cold_ms": 2000.0, "p50_us_1": 3000.0, "rps_8": 400.0, "memory_mib": 200.0}
    usual = {
        "tandem": entry("tandem"),
        "tandem-redis": entry("tandem-redis", p50_us_1=230.0),
        "tandem-uncounted": entry("tandem-uncounted", p50_us_1=140.0),
        "echo": entry("echo", cold_ms=100.0, p50_us_1=90.0),
        **{name: entry(name, **slow) for name in PEERS},
    }
    return Results(
        date="2026-01-31T12:34:56Z",
        seconds=754.3,
        plan={"rounds": 3, "load_seconds": 3, "warm_up_seconds": 1},
        machine={
            "cpu": "Some CPU @ 2 GHz",
            "cores": 2,
            "memory_mib": 8000,
            "os": "Debian GNU/Linux 12",
            "kernel": "6.1.0",
            "python": "3.11.7",
            "wrk": "4.1.0",
            "load_before": 0.12,
        },
        contenders={**usual, **{name.replace("_", "-"): each for name, each in entries.items()}},
        besides={each.key: Once(values=[20.0]) for each in BESIDES},
    )


def left_out(name: str, reason: str = "it can't be installed") -> Entry:
    """Return an entry without numbers."""
    return replace(entry(name), rounds={}, left_out=reason)


assert set(OURS) == {measure.key for measure in MEASURES}
