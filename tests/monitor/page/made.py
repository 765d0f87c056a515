"""Made-up answers of the monitor's addresses, as docs/monitor.md spells them."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 1, 31, 12, 34, 56, tzinfo=UTC)
Json = dict[str, Any]


def spelled(at: datetime) -> str:
    """Return RFC 3339."""
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"


def status(**changes: Any) -> Json:
    """Return a status that is up, with changes."""
    return {
        "state": "up",
        "since": spelled(NOW - timedelta(hours=3, minutes=12)),
        "reason": "all 8 goldens of math-score 1 were answered right, and all 8 of penguins 1",
        "api": "https://my-model.example",
        "checked_at": spelled(NOW - timedelta(seconds=3)),
        "checked_seconds_ago": 3.0,
        "valid_seconds": 597.0,
        "probe": probe(),
        "uptime": {name: uptime() for name in ("24h", "7d", "30d", "90d")},
        "latency": {"window": "24h", "count": 288, "p50": 0.041, "p95": 0.06, "p99": 0.2},
        "traffic": traffic(missing="The API exposes no metrics yet."),
        "model": regression(),
        "models": [regression(), classification()],
        "goldens": [golden(), golden(model="penguins", default=False)],
        "drift": None,
        "drift_missing": None,
        "live": None,
        "alerts": [],
        "notifications": None,
        "incidents": {"open": None, "count_90d": 2},
        "history": {
            "kept": True,
            "backend": "sqlite",
            "reason": None,
            "since": spelled(NOW - timedelta(days=80)),
        },
    } | changes


def down(reason: str = "the connection to 127.0.0.1 port 8000 was refused: nothing listens there") -> Json:
    """Return a status of an API that is gone."""
    return status(
        state="down",
        reason=reason,
        since=spelled(NOW - timedelta(seconds=75)),
        probe=probe(latency=None, status=None, checks=[refused("health"), refused("predict math-score 1")]),
        goldens=[golden(matching=0, fault={"kind": "refused", "says": reason}, differing=[], examples=[])],
        alerts=[alert()],
    )


def without_history() -> Json:
    """Return a status that one probe gave, with nothing kept."""
    reason = (
        "History needs Redis: on Vercel set REDIS_URL, for example by connecting a Redis from the marketplace"
    )
    nothing = dict.fromkeys(("since", "uptime", "latency", "alerts", "notifications", "incidents"))
    return status(**nothing) | {
        "history": {"kept": False, "backend": "memory", "reason": reason, "since": None}
    }


def unconfigured() -> Json:
    """Return the status of a monitor that was told no API."""
    empty = dict.fromkeys(status()) | {"models": [], "goldens": []}
    kept = {"kept": False, "backend": None, "reason": None, "since": None}
    reason = "MAIN_API_URL is not set: it tells which API to watch"
    return empty | {"state": "unconfigured", "reason": reason, "history": kept}


def never_probed() -> Json:
    """Return the status before the first probe has ended."""
    kept = {"kept": True, "backend": "sqlite", "reason": None, "since": None}
    known = {"state": "unknown", "reason": "no probe has ended yet", "api": "https://my-model.example"}
    return unconfigured() | known | {"history": kept}


def probe(**changes: Any) -> Json:
    """Return what a probe asked."""
    names = ("health", "models", "model-info", "metrics", "predict math-score 1")
    checks = [{"name": name, "seconds": 0.012, "status": 200, "fault": None} for name in names]
    return {
        "seconds": 0.21,
        "status": 200,
        "tls_expires_at": None,
        "latency": 0.043,
        "checks": checks,
    } | changes


def refused(name: str) -> Json:
    """Return a call that was refused."""
    says = "the connection to 127.0.0.1 port 8000 was refused: nothing listens there"
    return {"name": name, "seconds": 0.001, "status": None, "fault": {"kind": "refused", "says": says}}


def traffic(**changes: Any) -> Json:
    """Return the five numbers, of which none is known but the pipelines."""
    names = ("data_processed", "throughput", "accuracy", "latency", "missing", "accuracy_of", "latency_of")
    return dict.fromkeys(names) | {"pipelines": 2} | changes


def uptime(ratio: float | None = 0.9991, coverage: float = 0.97, down_seconds: float = 75.4) -> Json:
    """Return the uptime of a window."""
    return {"ratio": ratio, "coverage": coverage, "known_seconds": 83808.0, "down_seconds": down_seconds}


def alert(**changes: Any) -> Json:
    """Return an alert."""
    return {
        "name": "EndpointDown",
        "severity": "critical",
        "state": "firing",
        "since": spelled(NOW - timedelta(seconds=70)),
        "summary": "The API does not give right answers",
    } | changes


def score(value: float, low: float | None, high: float | None, dummy: float | None) -> Json:
    """Return a score."""
    return {"value": value, "low": low, "high": high, "dummy": dummy}


def regression(**changes: Any) -> Json:
    """Return a model that learned from generated rows."""
    scores = {
        "r2": score(0.861664, 0.843874, 0.879455, -0.0080564),
        "rmse": score(5.52052, 5.25833, 5.78271, 14.9542),
        "mae": score(4.4309, 4.21783, 4.64396, 11.948),
    }
    return {
        "name": "math-score",
        "version": "1",
        "default": True,
        "title": "Maths score of a student",
        "task": "regression",
        "engine": "onnx",
        "sha256": "072821d2b5f81c0ed9a5de018d7fd09b3a9e7fe89d44764b6ec0637295999614",
        "target": "math_score",
        "unit": "points",
        "features": ["gender", "lunch", "reading_score", "writing_score"],
        "scores": scores,
        "scoring": "5 times 5-fold cross-validation; 95% intervals by the corrected resampled t-test",
        "floors": {"score": "r2", "warning": 0.8, "critical": 0.7},
        "data": data(),
        "run": run(),
        "failed_run": None,
    } | changes


def classification() -> Json:
    """Return a model of measured rows."""
    scores = {
        "accuracy": score(0.995785, 0.988092, 1.0, 0.438444),
        "log_loss": score(0.013, None, None, 1.05),
    }
    measured = data(
        rows=333, synthetic=False, source="training/data/penguins.csv", note="", licence="CC0 1.0"
    )
    return regression(
        name="penguins",
        default=False,
        title="Species of a penguin",
        task="classification",
        sha256="de0fb2e1096f109028cb48b9d59165e1e0d1118306322862d448b1c47e17cc91",
        target="species",
        unit=None,
        scores=scores,
        floors={"score": "accuracy", "warning": 0.8, "critical": 0.7},
        data=measured,
        run=run(pipeline="penguins", finished_at="2026-01-21T05:14:08Z"),
    )


def data(**changes: Any) -> Json:
    """Return what a model learned from."""
    return {
        "source": "training/data/students.py",
        "licence": "the project's own",
        "rows": 1000,
        "synthetic": True,
        "note": "A seeded generator of 1,000 fictional students.",
    } | changes


def run(**changes: Any) -> Json:
    """Return a training run that went well."""
    times = {
        "data_ingestion": 0.014,
        "data_validation": 0.226,
        "data_transformation": 0.004,
        "model_training": 0.019,
        "model_evaluation": 1.904,
        "export": 0.076,
    }
    stages = [stage(name, length) for name, length in times.items()]
    whole = {
        "pipeline": "math-score",
        "success": True,
        "seconds": 2.257,
        "finished_at": "2026-01-21T05:14:02Z",
    }
    return whole | {"stages": stages} | changes


def stage(name: str, seconds: float, errors: list[str] | None = None) -> Json:
    """Return a stage; one with errors failed."""
    return {"name": name, "success": not errors, "seconds": seconds, "errors": errors or []}


def golden(**changes: Any) -> Json:
    """Return goldens that were answered right."""
    rows = [(66.01882115262602, 66.01882115262602), (94.33409046, 94.33409046), (25.42128096, 25.42128096)]
    examples = [pair(at, *answers) for at, answers in enumerate(rows, 1)]
    sha256 = "072821d2b5f81c0ed9a5de018d7fd09b3a9e7fe89d44764b6ec0637295999614"
    return {
        "model": "math-score",
        "version": "1",
        "default": True,
        "expected_from": "goldens.json",
        "expected_sha256": sha256,
        "received_sha256": sha256,
        "total": 8,
        "matching": 8,
        "max_abs_error": 1.4e-6,
        "differing": [],
        "examples": examples,
        "fault": None,
    } | changes


def pair(number: int, expected: Any, received: Any) -> Json:
    """Return a golden's two answers."""
    return {"golden": number, "expected": expected, "received": received}


def slot(at: datetime, **changes: Any) -> Json:
    """Return a slot of which nothing is known, with changes."""
    nothing = {"known_seconds": 0.0, "up_seconds": 0.0, "degraded_seconds": 0.0, "probes": 0, "failures": 0}
    return {"start": spelled(at), **nothing, "p50": None, "p95": None, "p99": None} | changes


def good(at: datetime, size: int, p50: float = 0.041) -> Json:
    """Return a slot that was watched and up all the time."""
    times = {"p50": p50, "p95": p50 * 1.4, "p99": p50 * 2}
    return slot(at, known_seconds=float(size), up_seconds=float(size), probes=max(1, size // 300), **times)


def history(window: str = "24h", size: int = 300, count: int = 288, seed: int = 7) -> Json:
    """Return a window in which nobody looked for a while, and the API was gone for a while."""
    dice = random.Random(seed)
    first = datetime.fromtimestamp(NOW.timestamp() // size * size - size * (count - 1), UTC)
    slots = [
        good(first + timedelta(seconds=size * at), size, dice.lognormvariate(-3.2, 0.16))
        for at in range(count)
    ]
    for at in range(count // 3, count // 3 + count // 20):
        slots[at] = slot(first + timedelta(seconds=size * at))
    for at in range(count // 2, count // 2 + 2):
        slots[at] |= {"up_seconds": size / 2, "failures": 1, "p50": None, "p95": None, "p99": None}
    watched = sum(each["p50"] is not None for each in slots)
    latency = {"count": watched, "p50": 0.041, "p95": 0.06, "p99": 0.2}
    ends = {"start": slots[0]["start"], "end": spelled(NOW)}
    whole = {"window": window, "slot_seconds": size, **ends, "uptime": 0.9991, "coverage": 0.97}
    return whole | {"latency": latency, "slots": slots}


def bars() -> Json:
    """Return 90 days: unknown ones first, an outage, a bad day, a degraded one, and half of today."""
    whole = history("90d", 86_400, 90)
    days = whole["slots"]
    first = datetime.fromisoformat(days[0]["start"])
    for at in range(10):
        days[at] = slot(first + timedelta(days=at))
    days[61] |= {"known_seconds": 86_400.0, "up_seconds": 86_324.6, "failures": 2}
    days[72] |= {"degraded_seconds": 30_000.0}
    days[80] |= {"known_seconds": 50_000.0, "up_seconds": 49_000.0}
    days[89] |= {"known_seconds": 45_000.0, "up_seconds": 45_000.0}
    return whole


def incidents() -> list[Json]:
    """Return two incidents, one of them open."""
    refused_says = "the connection to 127.0.0.1 port 8000 was refused: nothing listens there"
    start = NOW - timedelta(seconds=75)
    opened = {"state": "down", "start": spelled(start), "end": None, "seconds": 75.0, "known_seconds": 75.0}
    long_ago = NOW - timedelta(days=17)
    ended = {"state": "degraded", "start": spelled(long_ago), "end": spelled(long_ago + timedelta(hours=9))}
    rest = {
        "seconds": 32400.0,
        "known_seconds": 30_000.0,
        "reasons": ["penguins 1 did not answer within 5 s"],
    }
    return [opened | {"reasons": [refused_says]}, ended | rest]


def drift() -> list[Json]:
    """Return three features, one of them moved."""
    names = {"reading_score": (0.34, 0.11), "writing_score": (0.04, 0.11), "lunch": (0.012, 0.1)}
    return [
        {
            "model": "math-score",
            "version": "1",
            "feature": name,
            "psi": psi,
            "threshold": threshold,
            "rows": 412,
            "drifted": psi > threshold,
            "windows": 2 if psi > threshold else 0,
        }
        for name, (psi, threshold) in names.items()
    ]
